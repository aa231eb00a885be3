import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import type { SessionStatus } from '../../protocol.ts';
import { component } from './described.ts';
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
export const sessionStatus = component('SessionStatus', DESCRIPTIONS.SessionStatus, {
  sessionId: z.string(),
  completed: z.boolean(),
  interactionsCount: count,
  hasResults: z.boolean(),
  stage: stage.nullable(),
  progress: fraction,
  pendingInteraction: userInteraction.nullable(),
  pendingInteractions: z.array(userInteraction),
  lastSequence: count,
  startedAt: timestamp,
  expiresAt: timestamp.nullable(),
} satisfies Shape<SaidStatus>);
