import type { SessionStatus } from '../protocol.ts';
import type { Builder } from './builder.ts';
import type { Enums } from './enums.ts';
import type { Interactions } from './interactions.ts';

/** A session's status: a fold of its log. */
export function addStatus(builder: Builder, enums: Enums, interactions: Interactions) {
  return builder.objectRef<SessionStatus>('SessionStatus').implement({
    description: 'Where a session stands.',
    fields: (t) => ({
      sessionId: t.exposeID('sessionId', { description: 'The session.' }),
      completed: t.exposeBoolean('completed', { description: 'Whether it has ended, well or not.' }),
      interactionsCount: t.exposeInt('interactionsCount', { description: 'Questions asked so far.' }),
      hasResults: t.exposeBoolean('hasResults', { description: 'Whether it has ended with MatchResults.' }),
      stage: t.expose('stage', {
        type: enums.stage,
        nullable: true,
        description: 'The last stage that it reached; null before the first.',
      }),
      progress: t.float({
        description: '0 to 1 of the whole run; 0 before the first update.',
        resolve: (status) => status.progress ?? 0,
      }),
      pendingInteraction: t.field({
        type: interactions.userInteraction,
        nullable: true,
        description: 'The question that has waited longest for an answer.',
        resolve: (status) => status.pendingInteractions[0],
      }),
      pendingInteractions: t.expose('pendingInteractions', {
        type: [interactions.userInteraction],
        description: 'Every question that waits for an answer, the one that has waited longest first.',
      }),
      lastSequence: t.exposeInt('lastSequence', {
        description: "The sequence of the log's last event; 0 before the first.",
      }),
      startedAt: t.expose('startedAt', { type: 'Timestamp', description: 'When it was started.' }),
      expiresAt: t.expose('expiresAt', {
        type: 'Timestamp',
        nullable: true,
        description: 'When the session is forgotten; null while it runs.',
      }),
    }),
  });
}

export type StatusRef = ReturnType<typeof addStatus>;
