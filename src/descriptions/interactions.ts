import type { InteractionContext, InteractionOption, InteractionReceipt, UserInteraction } from '../protocol.ts';
import type { DescribedType } from './described.ts';

/** Questions, and the receipt for an answer. */
export const INTERACTIONS = {
  UserInteraction: {
    description: 'A question to the person.',
    fields: {
      interactionId: 'interaction_0, interaction_1 … in the order asked.',
      interactionType: 'The kind of answer that it takes.',
      question: "The question, in the session's locale.",
      fieldName: 'What is asked for, such as work_location.',
      context: 'What the answer is for.',
      options: 'Given for CHOICE only; the last one is always `none`.',
      expiresAt:
        'When the question times out. Questions that are open together share one deadline: their number times the timeout.',
    },
  } satisfies DescribedType<UserInteraction>,
  InteractionContext: {
    description: 'What an answer is for.',
    fields: {
      preferenceId: 'The preference that needs it; null where it is the search itself, as for home_location.',
      requiredFor: 'What needs the answer, such as distance_calculation.',
      reason: 'Why it is asked.',
      attempt: '1 for the first time, 2 when a first answer did not serve.',
    },
  } satisfies DescribedType<InteractionContext>,
  InteractionOption: {
    description: 'One answer to a CHOICE.',
    fields: {
      value: 'What to answer with; `none` for none of these.',
      label: "What to show, in the session's locale.",
    },
  } satisfies DescribedType<InteractionOption>,
  InteractionReceipt: {
    description: 'An answer was accepted and stored.',
    fields: {
      interactionId: 'The question that was answered.',
      status: 'RECEIVED the first time; DUPLICATE when the same answer came again, which changes nothing.',
    },
  } satisfies DescribedType<InteractionReceipt>,
} as const;
