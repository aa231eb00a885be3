import { z } from 'zod';
import type { SessionStatus } from '../../protocol.ts';
import { stage } from './enums.ts';
import { type Shape, count, fraction, timestamp } from './shape.ts';
import { userInteraction } from './user-interaction.ts';

type Pending = z.infer<typeof userInteraction>;

/** Unlike the protocol's, it says 0 for the progress before the first update, and names the first question apart. */
type SaidStatus = Omit<SessionStatus, 'progress' | 'pendingInteractions'> & {
  readonly progress: number;
  readonly pendingInteraction: Pending | null;
  readonly pendingInteractions: readonly Pending[];
};

/** A SessionStatus of REST. */
export const sessionStatus = z
  .strictObject({
    sessionId: z.string().describe('The session.'),
    completed: z.boolean().describe('Whether it has ended, well or not.'),
    interactionsCount: count.describe('Questions asked so far.'),
    hasResults: z.boolean().describe('Whether it has ended with MatchResults.'),
    stage: stage.nullable().describe('The last stage that it reached; null before the first.'),
    progress: fraction.describe('0 to 1 of the whole run; 0 before the first update.'),
    pendingInteraction: userInteraction
      .nullable()
      .describe('The question that has waited longest for an answer; null where none does.'),
    pendingInteractions: z
      .array(userInteraction)
      .describe('Every question that waits for an answer, the one that has waited longest first.'),
    lastSequence: count.describe("The sequence of the log's last event; 0 before the first."),
    startedAt: timestamp.describe('When it was started.'),
    expiresAt: timestamp.nullable().describe('When the session is forgotten; null while it runs.'),
  } satisfies Shape<SaidStatus>)
  .meta({ id: 'SessionStatus', description: 'Where a session stands.' });
