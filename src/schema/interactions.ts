import { DESCRIPTIONS } from '../descriptions.ts';
import type { InteractionContext, InteractionOption, InteractionReceipt, UserInteraction } from '../protocol.ts';
import type { Builder } from './builder.ts';
import type { Enums } from './enums.ts';
import type { SessionEventRef } from './session-event.ts';

/** Questions, and the receipt for an answer. */
export function addInteractions(builder: Builder, enums: Enums, sessionEvent: SessionEventRef) {
  const context = addContext(builder, enums);
  const option = addOption(builder);
  const { description, fields: said } = DESCRIPTIONS.UserInteraction;
  const userInteraction = builder.objectRef<UserInteraction>('UserInteraction').implement({
    description: `${description} Answer it with respondToInteraction before it expires.`,
    interfaces: [sessionEvent],
    fields: (t) => ({
      interactionId: t.exposeID('interactionId', { description: said.interactionId }),
      interactionType: t.expose('interactionType', { type: enums.interactionType, description: said.interactionType }),
      question: t.exposeString('question', { description: said.question }),
      fieldName: t.exposeString('fieldName', { description: said.fieldName }),
      context: t.expose('context', { type: context, description: said.context }),
      options: t.expose('options', { type: [option], nullable: true, description: said.options }),
      expiresAt: t.expose('expiresAt', { type: 'Timestamp', description: said.expiresAt }),
    }),
  });
  return { userInteraction, receipt: addReceipt(builder, enums) };
}

export type Interactions = ReturnType<typeof addInteractions>;

function addContext(builder: Builder, enums: Enums) {
  const { description, fields: said } = DESCRIPTIONS.InteractionContext;
  return builder.objectRef<InteractionContext>('InteractionContext').implement({
    description,
    fields: (t) => ({
      preferenceId: t.exposeID('preferenceId', { nullable: true, description: said.preferenceId }),
      requiredFor: t.exposeString('requiredFor', { description: said.requiredFor }),
      reason: t.expose('reason', { type: enums.interactionReason, description: said.reason }),
      attempt: t.exposeInt('attempt', { description: said.attempt }),
    }),
  });
}

function addOption(builder: Builder) {
  const { description, fields: said } = DESCRIPTIONS.InteractionOption;
  return builder.objectRef<InteractionOption>('InteractionOption').implement({
    description,
    fields: (t) => ({
      value: t.exposeString('value', { description: said.value }),
      label: t.exposeString('label', { description: said.label }),
    }),
  });
}

function addReceipt(builder: Builder, enums: Enums) {
  const { description, fields: said } = DESCRIPTIONS.InteractionReceipt;
  return builder.objectRef<InteractionReceipt>('InteractionReceipt').implement({
    description,
    fields: (t) => ({
      sessionId: t.exposeID('sessionId', { description: 'The session that asked.' }),
      interactionId: t.exposeID('interactionId', { description: said.interactionId }),
      status: t.expose('status', { type: enums.interactionStatus, description: said.status }),
    }),
  });
}
