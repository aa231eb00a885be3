import { z } from 'zod';
import type { ProcessingUpdate } from '../../protocol.ts';
import { stage } from './enums.ts';
import { envelope } from './envelope.ts';
import { type Shape, fraction } from './shape.ts';

/** A ProcessingUpdate of REST. */
export const processingUpdate = z
  .strictObject({
    ...envelope('processing_update'),
    stage: stage.describe('The stage that it is in.'),
    progress: fraction.describe('0 to 1 of the whole run, never falling within a session.'),
    details: z.string().describe("For people, in the session's locale."),
    answeredInteractionId: z
      .string()
      .exactOptional()
      .describe('This question is closed: take it off the screen, on every device. Left out on other updates.'),
  } satisfies Shape<ProcessingUpdate, 'answeredInteractionId'>)
  .meta({ id: 'ProcessingUpdate', description: 'How far the session is.' });
