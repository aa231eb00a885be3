import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import type { ProcessingUpdate } from '../../protocol.ts';
import { component } from './described.ts';
import { stage } from './enums.ts';
import { envelope } from './envelope.ts';
import { type Shape, fraction } from './shape.ts';

const { description, fields: said } = DESCRIPTIONS.ProcessingUpdate;
const answeredInteractionId = `${said.answeredInteractionId} Left out on other updates.`;

/** A ProcessingUpdate of REST. */
export const processingUpdate = component(
  'ProcessingUpdate',
  { description, fields: { ...said, answeredInteractionId } },
  {
    ...envelope('processing_update'),
    stage,
    progress: fraction,
    details: z.string(),
    answeredInteractionId: z.string().exactOptional(),
  } satisfies Shape<ProcessingUpdate, 'answeredInteractionId'>,
);
