import type { InteractionContext, InteractionOption, InteractionReceipt, UserInteraction } from '../protocol.ts';
import type { Builder } from './builder.ts';
import type { Enums } from './enums.ts';
import type { SessionEventRef } from './session-event.ts';

/** Questions, and the receipt for an answer. */
export function addInteractions(builder: Builder, enums: Enums, sessionEvent: SessionEventRef) {
  const context = addContext(builder, enums);
  const option = addOption(builder);
  const userInteraction = builder.objectRef<UserInteraction>('UserInteraction').implement({
    description: 'A question to the person. Answer it with respondToInteraction before it expires.',
    interfaces: [sessionEvent],
    fields: (t) => ({
      interactionId: t.exposeID('interactionId', { description: 'interaction_0, interaction_1 … in the order asked.' }),
      interactionType: t.expose('interactionType', {
        type: enums.interactionType,
        description: 'The kind of answer that it takes.',
      }),
      question: t.exposeString('question', { description: "The question, in the session's locale." }),
      fieldName: t.exposeString('fieldName', { description: 'What is asked for, such as work_location.' }),
      context: t.expose('context', { type: context, description: 'What the answer is for.' }),
      options: t.expose('options', {
        type: [option],
        nullable: true,
        description: 'Given for CHOICE only; the last one is always `none`.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'Timestamp',
        description:
          'When the question times out. Questions that are open together share one deadline: their number times the timeout.',
      }),
    }),
  });
  return { userInteraction, receipt: addReceipt(builder, enums) };
}

export type Interactions = ReturnType<typeof addInteractions>;

function addContext(builder: Builder, enums: Enums) {
  return builder.objectRef<InteractionContext>('InteractionContext').implement({
    description: 'What an answer is for.',
    fields: (t) => ({
      preferenceId: t.exposeID('preferenceId', {
        nullable: true,
        description: 'The preference that needs it; null where it is the search itself, as for home_location.',
      }),
      requiredFor: t.exposeString('requiredFor', {
        description: 'What needs the answer, such as distance_calculation.',
      }),
      reason: t.expose('reason', { type: enums.interactionReason, description: 'Why it is asked.' }),
      attempt: t.exposeInt('attempt', { description: '1 for the first time, 2 when a first answer did not serve.' }),
    }),
  });
}

function addOption(builder: Builder) {
  return builder.objectRef<InteractionOption>('InteractionOption').implement({
    description: 'One answer to a CHOICE.',
    fields: (t) => ({
      value: t.exposeString('value', { description: 'What to answer with; `none` for none of these.' }),
      label: t.exposeString('label', { description: "What to show, in the session's locale." }),
    }),
  });
}

function addReceipt(builder: Builder, enums: Enums) {
  return builder.objectRef<InteractionReceipt>('InteractionReceipt').implement({
    description: 'An answer was accepted and stored.',
    fields: (t) => ({
      sessionId: t.exposeID('sessionId', { description: 'The session that asked.' }),
      interactionId: t.exposeID('interactionId', { description: 'The question that was answered.' }),
      status: t.expose('status', {
        type: enums.interactionStatus,
        description: 'RECEIVED the first time; DUPLICATE when the same answer came again, which changes nothing.',
      }),
    }),
  });
}
