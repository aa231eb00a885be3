import { z } from 'zod';
import type { InteractionContext, InteractionOption, InteractionReceipt, UserInteraction } from '../../protocol.ts';
import { interactionReason, interactionStatus, interactionType } from './enums.ts';
import { envelope } from './envelope.ts';
import { type Shape, timestamp } from './shape.ts';

const context = z
  .strictObject({
    preferenceId: z
      .string()
      .nullable()
      .describe('The preference that needs it; null where it is the search itself, as for home_location.'),
    requiredFor: z.string().describe('What needs the answer, such as distance_calculation.'),
    reason: interactionReason.describe('Why it is asked.'),
    attempt: z.int().min(1).describe('1 for the first time, 2 when a first answer did not serve.'),
  } satisfies Shape<InteractionContext>)
  .meta({ id: 'InteractionContext', description: 'What an answer is for.' });

const option = z
  .strictObject({
    value: z.string().describe('What to answer with; `none` for none of these.'),
    label: z.string().describe("What to show, in the session's locale."),
  } satisfies Shape<InteractionOption>)
  .meta({ id: 'InteractionOption', description: 'One answer to a choice.' });

/** A UserInteraction of REST: a question. */
export const userInteraction = z
  .strictObject({
    ...envelope('user_interaction'),
    interactionId: z.string().describe('interaction_0, interaction_1 … in the order asked.'),
    interactionType: interactionType.describe('The kind of answer that it takes.'),
    question: z.string().describe("The question, in the session's locale."),
    fieldName: z.string().describe('What is asked for, such as work_location.'),
    context: context.describe('What the answer is for.'),
    options: z
      .array(option)
      .exactOptional()
      .describe('Given for choice only; the last one is always `none`. Left out of other questions.'),
    expiresAt: timestamp.describe(
      'When the question times out. Questions that are open together share one deadline: their number times the timeout.',
    ),
  } satisfies Shape<UserInteraction, 'options'>)
  .meta({
    id: 'UserInteraction',
    description: 'A question to the person. Answer it by POST /api/streaming/interactions/respond before it expires.',
  });

/** What an accepted answer is answered with. The session is not repeated: the request named it. */
export const interactionReceipt = z
  .strictObject({
    interactionId: z.string().describe('The question that was answered.'),
    status: interactionStatus.describe(
      'received the first time; duplicate when the same answer came again, which changes nothing.',
    ),
  } satisfies Shape<Omit<InteractionReceipt, 'sessionId'>>)
  .meta({ id: 'InteractionReceipt', description: 'An answer was accepted and stored.' });
