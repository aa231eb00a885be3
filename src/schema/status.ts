import { DESCRIPTIONS } from '../descriptions.ts';
import type { SessionStatus } from '../protocol.ts';
import type { Builder } from './builder.ts';
import type { Enums } from './enums.ts';
import type { Interactions } from './interactions.ts';

/** A session's status: a fold of its log. */
export function addStatus(builder: Builder, enums: Enums, interactions: Interactions) {
  const { description, fields: said } = DESCRIPTIONS.SessionStatus;
  return builder.objectRef<SessionStatus>('SessionStatus').implement({
    description,
    fields: (t) => ({
      sessionId: t.exposeID('sessionId', { description: said.sessionId }),
      completed: t.exposeBoolean('completed', { description: said.completed }),
      interactionsCount: t.exposeInt('interactionsCount', { description: said.interactionsCount }),
      hasResults: t.exposeBoolean('hasResults', { description: said.hasResults }),
      stage: t.expose('stage', { type: enums.stage, nullable: true, description: said.stage }),
      progress: t.float({ description: said.progress, resolve: (status) => status.progress ?? 0 }),
      pendingInteraction: t.field({
        type: interactions.userInteraction,
        nullable: true,
        description: said.pendingInteraction,
        resolve: (status) => status.pendingInteractions[0],
      }),
      pendingInteractions: t.expose('pendingInteractions', {
        type: [interactions.userInteraction],
        description: said.pendingInteractions,
      }),
      lastSequence: t.exposeInt('lastSequence', { description: said.lastSequence }),
      startedAt: t.expose('startedAt', { type: 'Timestamp', description: said.startedAt }),
      expiresAt: t.expose('expiresAt', { type: 'Timestamp', nullable: true, description: said.expiresAt }),
    }),
  });
}

export type StatusRef = ReturnType<typeof addStatus>;
