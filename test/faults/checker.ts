import { checkAnswers } from './check-answers.ts';
import { checkEnds, checkLogs } from './check-logs.ts';
import { checkRuns, repeatedCalls, takeovers } from './check-runs.ts';
import { checkSystem } from './check-system.ts';
import { entriesOf, gatherEvidence } from './evidence.ts';
import type { FaultName } from './fault-names.ts';
import { type Figures, figuresOf } from './figures.ts';
import type { JournalEntry } from './journal-entry.ts';
import type { Violation } from './violations.ts';

export interface CheckOptions {
  /** How long after the last fault, and besides the session's own time, a session may take to its end: 15 s. */
  readonly graceMs: number;
  /** No key of Redis may be kept for longer than this. */
  readonly longestExpiryMs: number;
}

/** What a round came to. */
export interface RoundReport {
  readonly round: string;
  readonly fault: FaultName;
  readonly sessions: number;
  /** How often the fault came. */
  readonly faults: number;
  /** Events that readers saw. */
  readonly events: number;
  /** Streams beyond the first of each reader. */
  readonly reconnects: number;
  readonly acknowledged: number;
  /** How often a session came from one instance to another. */
  readonly takeovers: number;
  /** Calls that were made again because they were in flight when their run was lost. */
  readonly repeatedCalls: number;
  /** Sessions that Redis has forgotten, where it may. */
  readonly forgotten: number;
  readonly figures: Figures;
  readonly violations: readonly Violation[];
}

/** Holds everything that was written down in a round against what must hold. */
export function checkRound(entries: readonly JournalEntry[], options: CheckOptions): RoundReport {
  const evidence = gatherEvidence(entries);
  const { round, fault, sessions } = evidence;
  const sum = (count: (session: (typeof sessions)[number]) => number): number =>
    sessions.reduce((total, session) => total + count(session), 0);
  return {
    round,
    fault,
    sessions: sessions.length,
    faults: entriesOf(evidence.entries, 'fault_begun').length,
    events: entriesOf(evidence.entries, 'seen').length,
    reconnects: entriesOf(evidence.entries, 'stream_begun').filter(({ attempt }) => attempt > 1).length,
    acknowledged: entriesOf(evidence.entries, 'answer_settled').filter(({ outcome }) => outcome === 'RECEIVED').length,
    takeovers: sum(takeovers),
    repeatedCalls: sum(repeatedCalls),
    forgotten: sum(({ log }) => (log === null ? 1 : 0)),
    figures: figuresOf(evidence),
    violations: [
      ...sessions.flatMap((session) => [
        ...checkLogs(evidence, session),
        ...checkEnds(evidence, session, options.graceMs),
        ...checkAnswers(evidence, session),
        ...checkRuns(evidence, session),
      ]),
      ...checkSystem(evidence, options.longestExpiryMs),
    ],
  };
}
