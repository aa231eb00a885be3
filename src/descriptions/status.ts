import type { SessionStatus } from '../protocol.ts';
import type { DescribedType } from './described.ts';

/** A session's status, with its first open question apart, as both faces show it. */
export const STATUS = {
  SessionStatus: {
    description: 'Where a session stands.',
    fields: {
      sessionId: 'The session.',
      completed: 'Whether it has ended, well or not.',
      interactionsCount: 'Questions asked so far.',
      hasResults: 'Whether it has ended with MatchResults.',
      stage: 'The last stage that it reached; null before the first.',
      progress: '0 to 1 of the whole run; 0 before the first update.',
      pendingInteraction: 'The question that has waited longest for an answer; null where none does.',
      pendingInteractions: 'Every question that waits for an answer, the one that has waited longest first.',
      lastSequence: "The sequence of the log's last event; 0 before the first.",
      startedAt: 'When it was started.',
      expiresAt: 'When the session is forgotten; null while it runs.',
    },
  } satisfies DescribedType<SessionStatus & { readonly pendingInteraction: unknown }>,
} as const;
