import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import type { InteractionContext, InteractionOption, InteractionReceipt, UserInteraction } from '../../protocol.ts';
import { component } from './described.ts';
import { interactionReason, interactionStatus, interactionType } from './enums.ts';
import { envelope } from './envelope.ts';
import { type Shape, timestamp } from './shape.ts';

const context = component('InteractionContext', DESCRIPTIONS.InteractionContext, {
  preferenceId: z.string().nullable(),
  requiredFor: z.string(),
  reason: interactionReason,
  attempt: z.int().min(1),
} satisfies Shape<InteractionContext>);

const option = component('InteractionOption', DESCRIPTIONS.InteractionOption, {
  value: z.string(),
  label: z.string(),
} satisfies Shape<InteractionOption>);

const { description, fields: said } = DESCRIPTIONS.UserInteraction;

/** A UserInteraction of REST: a question. */
export const userInteraction = component(
  'UserInteraction',
  {
    description: `${description} Answer it by POST /api/streaming/interactions/respond before it expires.`,
    fields: { ...said, options: `${said.options} Left out of other questions.` },
  },
  {
    ...envelope('user_interaction'),
    interactionId: z.string(),
    interactionType,
    question: z.string(),
    fieldName: z.string(),
    context,
    options: z.array(option).exactOptional(),
    expiresAt: timestamp,
  } satisfies Shape<UserInteraction, 'options'>,
);

/** What an accepted answer is answered with. The session is not repeated: the request named it. */
export const interactionReceipt = component('InteractionReceipt', DESCRIPTIONS.InteractionReceipt, {
  interactionId: z.string(),
  status: interactionStatus,
} satisfies Shape<Omit<InteractionReceipt, 'sessionId'>>);
