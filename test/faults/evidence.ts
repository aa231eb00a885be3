import type { FaultName } from './fault-names.ts';
import { FAULTS } from './fault-names.ts';
import { inOrder } from './journal.ts';
import type { EntryOf, JournalEntry, JournalFact, PlanFact, SeenEvent } from './journal-entry.ts';
import { scenarioName } from './scenarios.ts';

/** A log as one reader came to know it, or the part of it since it was told that events were lost. */
export type Life = readonly EntryOf<'seen'>[];

/** What one reader of a session saw. */
export interface ReaderEvidence {
  readonly by: string;
  /** One, and one more for each time that it was told that events were lost. */
  readonly lives: readonly Life[];
  readonly historiesLost: number;
  readonly end: EntryOf<'reader_over'> | undefined;
}

/** All that is known of one session. */
export interface SessionEvidence {
  readonly plan: PlanFact;
  /** When its first client first asked for it. */
  readonly begunAt: number;
  readonly readers: readonly ReaderEvidence[];
  readonly entries: readonly JournalEntry[];
  /** The log when everything was over; null where the session was not there, undefined where nobody looked. */
  readonly log: readonly SeenEvent[] | null | undefined;
}

/** All that is known of one round. */
export interface Evidence {
  readonly round: string;
  readonly fault: FaultName;
  /** Whether the fault makes Redis forget: what it was told before is then exempt from what must hold. */
  readonly forgets: boolean;
  /** When the fault was over; the beginning of the round where there was none. */
  readonly overAt: number;
  readonly sessions: readonly SessionEvidence[];
  /** By parent and answers: see scenarioName. */
  readonly references: ReadonlyMap<string, readonly string[]>;
  readonly entries: readonly JournalEntry[];
}

/** Puts a round's entries in order. Throws when they do not hold the beginning of a round. */
export function gatherEvidence(given: readonly JournalEntry[]): Evidence {
  const entries = inOrder(given);
  const begun = entriesOf(entries, 'round_begun').at(-1);
  if (!begun) throw new TypeError('there is no round in these journals');
  return {
    round: begun.round,
    fault: begun.fault,
    forgets: FAULTS[begun.fault].memory === 'lost',
    overAt: entriesOf(entries, 'fault_over').at(-1)?.at ?? begun.at,
    sessions: entriesOf(entries, 'planned').map((plan) => sessionOf(plan, entries)),
    references: new Map(entriesOf(entries, 'reference').map((one) => [scenarioName(one), one.shapes])),
    entries,
  };
}

/** Those of one kind, in their order. */
export function entriesOf<Kind extends JournalFact['kind']>(
  entries: readonly JournalEntry[],
  kind: Kind,
): EntryOf<Kind>[] {
  return entries.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
}

function sessionOf(plan: EntryOf<'planned'>, all: readonly JournalEntry[]): SessionEvidence {
  const entries = all.filter((entry) => 'session' in entry && entry.session === plan.session);
  const readers = new Set(entriesOf(entries, 'stream_begun').map(({ by }) => by));
  const log = entriesOf(entries, 'final_log').at(-1);
  return {
    plan,
    begunAt: entriesOf(entries, 'stream_begun')[0]?.at ?? plan.at,
    readers: [...readers].map((by) => readerOf(by, entries)),
    entries,
    log: log?.events,
  };
}

function readerOf(by: string, entries: readonly JournalEntry[]): ReaderEvidence {
  const own = entries.filter((entry) => entry.by === by);
  const lives: EntryOf<'seen'>[][] = [[]];
  for (const seen of entriesOf(own, 'seen')) {
    if (seen.event.error?.code === 'HISTORY_LOST') lives.push([]);
    else if (seen.event.sequence > 0) lives.at(-1)?.push(seen);
  }
  return { by, lives, historiesLost: lives.length - 1, end: entriesOf(own, 'reader_over').at(-1) };
}
