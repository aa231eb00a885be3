import { describe, expect, test } from 'vitest';
import { checkRound } from './checker.ts';
import type { JournalEntry, SeenEvent } from './journal-entry.ts';
import {
  entry,
  FAULT,
  goodRound,
  LOG,
  madeUpError,
  madeUpEvent,
  readerEntries,
  SESSION,
  stepEntries,
} from './made-up-round.ts';
import { VIOLATIONS, type ViolationKind } from './violations.ts';

const OPTIONS = { graceMs: 15_000, longestExpiryMs: 10_000 };

/** What is found, each kind once. */
function kindsIn(entries: readonly JournalEntry[]): Set<ViolationKind> {
  return new Set(checkRound(entries, OPTIONS).violations.map(({ kind }) => kind));
}

/** A good round of which the log, for its readers as well, is another one. */
function roundWithLog(log: readonly SeenEvent[], fault?: Parameters<typeof goodRound>[0]): JournalEntry[] {
  const others = goodRound(fault).filter(
    ({ kind, by }) => kind !== 'final_log' && (!by.startsWith(SESSION) || !/^(?:seen|stream|reader)/u.test(kind)),
  );
  const final = entry(2000, 'harness', { kind: 'final_log', session: SESSION, events: log });
  return [...others, ...readerEntries('owner', 110, log), ...readerEntries('late', 1800, log), final];
}

function changed(change: (entry: JournalEntry) => JournalEntry | undefined): JournalEntry[] {
  return goodRound()
    .map(change)
    .filter((one) => one !== undefined);
}

const answer = { session: SESSION, interactionId: 'interaction_0' } as const;
const isLate = (by: string): boolean => by === `${SESSION}/late`;
const last = LOG.slice(0, 5);

const FOUND: readonly (readonly [what: string, kind: ViolationKind, entries: () => JournalEntry[]])[] = [
  [
    'a sequence that a reader never saw',
    'gap_or_repeat',
    () => changed((one) => (one.kind === 'seen' && isLate(one.by) && one.event.sequence === 3 ? undefined : one)),
  ],
  [
    'a sequence that came again after a reconnection',
    'gap_or_repeat',
    () => {
      const again = LOG[2] ?? madeUpEvent(3, {});
      const event = { kind: 'seen', session: SESSION, attempt: 2, event: again } as const;
      return [...goodRound(), entry(1803.5, `${SESSION}/late`, event)];
    },
  ],
  [
    'another content under the same sequence',
    'readers_disagree',
    () =>
      changed((one) =>
        one.kind === 'seen' && isLate(one.by) && one.event.sequence === 2
          ? { ...one, event: { ...one.event, digest: 'other' } }
          : one,
      ),
  ],
  [
    'a log that differs from what its readers saw',
    'readers_disagree',
    () =>
      changed((one) =>
        one.kind === 'final_log' && one.events
          ? { ...one, events: one.events.map((event) => ({ ...event, digest: `${event.digest}!` })) }
          : one,
      ),
  ],
  ['two ends', 'two_ends', () => roundWithLog([...LOG, madeUpError(7, 'PROCESSING_ERROR')])],
  ['an event after the end', 'two_ends', () => roundWithLog([...LOG, madeUpEvent(7, { progress: 1 })])],
  ['a log without an end', 'never_ended', () => roundWithLog(last)],
  [
    'an end that came too late',
    'never_ended',
    () => changed((one) => (one.kind === 'seen' && one.event.sequence === 6 ? { ...one, at: one.at + 20_000 } : one)),
  ],
  [
    'a session that should have come to results',
    'wrong_end',
    () => roundWithLog([...last, madeUpError(6, 'PROCESSING_ERROR')]),
  ],
  [
    'a session that is not there any more',
    'session_lost',
    () => changed((one) => (one.kind === 'final_log' ? { ...one, events: null } : one)),
  ],
  [
    'a reader that was told that there is no such session',
    'session_lost',
    () => changed((one) => (one.kind === 'reader_over' && isLate(one.by) ? { ...one, how: 'lost' } : one)),
  ],
  [
    'a reader that was told that events were lost',
    'history_lost',
    () => [
      ...goodRound().filter(({ by, at }) => !isLate(by) || at < 1804),
      entry(1804, `${SESSION}/late`, {
        kind: 'seen',
        session: SESSION,
        attempt: 1,
        event: madeUpError(0, 'HISTORY_LOST'),
      }),
      ...readerEntries('late', 1810),
    ],
  ],
  [
    'progress that fell',
    'progress_fell',
    () => roundWithLog(LOG.map((event) => (event.sequence === 5 ? { ...event, progress: 0.4 } : event))),
  ],
  [
    'progress that was told twice',
    'wrong_events',
    () => roundWithLog(inserted(2, madeUpEvent(0, { shape: 'update going on', progress: 0.5 }))),
  ],
  [
    'a question that was put again',
    'asked_twice',
    () => roundWithLog(inserted(4, { ...(LOG[2] ?? madeUpEvent(3, {})), digest: 'again' })),
  ],
  [
    'an acknowledged answer that is not in the log',
    'answer_lost',
    () => roundWithLog(LOG.map((event) => (event.sequence === 4 ? { ...event, answered: null } : event))),
  ],
  [
    'results of another answer',
    'answer_not_used',
    () => roundWithLog([...last, madeUpEvent(6, { type: 'MatchResults', shape: 'results far' })]),
  ],
  [
    'two different answers that were both acknowledged',
    'two_answers',
    () => [
      ...goodRound(),
      entry(305, `${SESSION}/rival`, { kind: 'answer_sent', ...answer, label: 'far', to: 'http://127.0.0.1:1' }),
      entry(312, `${SESSION}/rival`, { kind: 'answer_settled', ...answer, label: 'far', outcome: 'DUPLICATE' }),
    ],
  ],
  [
    'an answer that is in the log twice',
    'two_answers',
    () => roundWithLog(inserted(4, madeUpEvent(0, { shape: 'answered interaction_0', answered: 'interaction_0' }))),
  ],
  [
    'an answer that was taken for another one when it came again',
    'answer_refused',
    () => [
      ...goodRound(),
      entry(313, `${SESSION}/owner`, {
        kind: 'answer_settled',
        ...answer,
        label: 'near',
        outcome: 'INTERACTION_ALREADY_ANSWERED',
      }),
    ],
  ],
  [
    'an answer to a question that is said not to be there',
    'answer_refused',
    () => changed((one) => (one.kind === 'answer_settled' ? { ...one, outcome: 'INTERACTION_NOT_FOUND' } : one)),
  ],
  [
    'a question that was answered, and ended its session by its time',
    'answered_and_timed_out',
    () => roundWithLog([...last, madeUpError(6, 'USER_INTERACTION_TIMEOUT', 'interaction_0')]),
  ],
  [
    'a recorded step that was begun again',
    'step_repeated',
    () => [...goodRound(), ...stepEntries('b.1', 'three', { key: 'loaded', at: 1650 })],
  ],
  [
    'a step of an instance whose session another one runs',
    'two_runners',
    () => [...goodRound(), entry(1640, 'a.1', { kind: 'step_begun', session: SESSION, run: 'two', key: 'matrix' })],
  ],
  [
    'an error that tells of the inside',
    'unexpected_refusal',
    () => changed((one) => (one.kind === 'stream_over' && isLate(one.by) ? { ...one, how: 'PROCESSING_ERROR' } : one)),
  ],
  [
    'a key without an expiry',
    'key_without_expiry',
    () => changed((one) => (one.kind === 'redis_key' ? { ...one, ttlMs: -1 } : one)),
  ],
  [
    'a key that is kept for too long',
    'key_without_expiry',
    () => changed((one) => (one.kind === 'redis_key' ? { ...one, ttlMs: 10_001 } : one)),
  ],
  [
    'a process that ended by itself',
    'process_exited',
    () => changed((one) => (one.kind === 'process_exited' ? { ...one, code: 1, asked: null } : one)),
  ],
  [
    'a process that did not stop in order',
    'process_exited',
    () => changed((one) => (one.kind === 'process_exited' ? { ...one, code: 1, asked: 'SIGTERM' } : one)),
  ],
  ['a log that was not read', 'harness_failed', () => changed((one) => (one.kind === 'final_log' ? undefined : one))],
];

/** The log with one more event after a sequence; those that follow are numbered on. */
function inserted(after: number, event: SeenEvent): SeenEvent[] {
  return LOG.toSpliced(after, 0, event).map((one, index) => ({ ...one, sequence: index + 1 }));
}

const TIMED_OUT = [...LOG.slice(0, 3), madeUpError(4, 'USER_INTERACTION_TIMEOUT', 'interaction_0')];

/** A round to which nothing happens, and whose answer may come too late. */
function atDeadline(log: readonly SeenEvent[], outcome: string): JournalEntry[] {
  return roundWithLog(log, 'answer_at_deadline').flatMap((one): JournalEntry[] => {
    if (one.kind === 'planned') return [{ ...one, end: 'either' }];
    if (one.kind === 'answer_settled') return [{ ...one, outcome }];
    return [one];
  });
}

describe('the checker', () => {
  test('finds nothing in a round in which everything is as it should be', () => {
    expect(checkRound(goodRound(), OPTIONS)).toEqual({
      round: 'r0000',
      fault: 'kill_working',
      sessions: 1,
      faults: 1,
      events: 12,
      reconnects: 0,
      acknowledged: 1,
      takeovers: 1,
      repeatedCalls: 1,
      forgotten: 0,
      figures: expect.anything() as unknown,
      violations: [],
    });
  });

  test.each<[end: string, log: readonly SeenEvent[], outcome: string]>([
    ['in time', LOG, 'RECEIVED'],
    ['too late', TIMED_OUT, 'USER_INTERACTION_TIMEOUT'],
  ])('accepts either end of a question that is answered at its deadline: %s', (_, log, outcome) => {
    expect(kindsIn(atDeadline(log, outcome))).toEqual(new Set());
  });

  test('finds a reply at the deadline that the log does not bear out', () => {
    expect(kindsIn(atDeadline(TIMED_OUT, 'RECEIVED'))).toContain('answer_lost');
    expect(kindsIn(atDeadline(LOG, 'USER_INTERACTION_TIMEOUT'))).toContain('answer_refused');
  });

  test.each(FOUND)('finds %s', (_, kind, entries) => {
    expect(kindsIn(entries())).toContain(kind);
  });

  test('has an example of every kind of violation', () => {
    expect(new Set(FOUND.map(([, kind]) => kind))).toEqual(new Set(Object.keys(VIOLATIONS)));
  });

  test('does not need the entries to be in order', () => {
    expect(checkRound(goodRound().toReversed(), OPTIONS).violations).toEqual([]);
  });

  test('takes the loser of two answers for what it is', () => {
    const refused = 'INTERACTION_ALREADY_ANSWERED';
    const rival = [
      entry(305, `${SESSION}/rival`, { kind: 'answer_sent', ...answer, label: 'far', to: 'http://127.0.0.1:1' }),
      entry(312, `${SESSION}/rival`, { kind: 'answer_settled', ...answer, label: 'far', outcome: refused }),
    ];
    expect(kindsIn([...goodRound(), ...rival])).toEqual(new Set());
  });

  test('lets a run not know of a record that was still on its way when the same instance began it', () => {
    const late = goodRound().filter((one) => one.kind !== 'step_recorded' || one.key !== 'geocoded');
    const recordBy = (by: string): JournalEntry =>
      entry(1550, by, { kind: 'step_recorded', session: SESSION, run: 'two', key: 'geocoded' });
    expect(kindsIn([...late, recordBy('b.1')])).toEqual(new Set());
    expect(kindsIn([...late, recordBy('a.1')])).toEqual(new Set(['step_repeated']));
  });

  test('lets two instances cross that took a session up at the same time', () => {
    const step = entry(1640, 'a.1', { kind: 'step_begun', session: SESSION, run: 'back', key: 'matrix' });
    const run = { kind: 'run_begun', session: SESSION, run: 'back' } as const;
    expect(kindsIn([...goodRound(), entry(1470, 'a.1', run), step])).toEqual(new Set());
    expect(kindsIn([...goodRound(), entry(990, 'a.1', run), step])).toEqual(new Set(['two_runners']));
  });

  test('lets a process that never came to serve end, unless nothing has happened', () => {
    const exit = entry(500, 'harness', { kind: 'process_exited', instance: 'a.2', code: 1, asked: null, ready: false });
    expect(kindsIn([...goodRound('redis_away'), exit])).toEqual(new Set());
    expect(kindsIn([...goodRound('none'), exit])).toEqual(new Set(['process_exited']));
  });
});

describe('where Redis has forgotten something', () => {
  test('a session may be gone, or end in an error, or tell that events were lost', () => {
    const gone = goodRound('redis_emptied').map((one) => (one.kind === 'final_log' ? { ...one, events: null } : one));
    expect(kindsIn(gone)).toEqual(new Set());
    const ended = roundWithLog([...last, madeUpError(6, 'PROCESSING_ERROR')], 'redis_rolled_back');
    expect(kindsIn(ended)).toEqual(new Set());
  });

  test('a step that was recorded before may be begun again, and one that was recorded afterwards may not', () => {
    const before = [...goodRound('redis_rolled_back'), ...stepEntries('b.1', 'three', { key: 'loaded', at: 1650 })];
    expect(kindsIn(before)).toEqual(new Set());
    const after = [...goodRound('redis_rolled_back'), ...stepEntries('b.1', 'three', { key: 'geocoded', at: 1650 })];
    expect(kindsIn(after)).toEqual(new Set(['step_repeated']));
  });

  test('a session may wait for an answer again when everybody has seen its end, and only then', () => {
    const waiting = goodRound('redis_rolled_back').map((one) =>
      one.kind === 'final_log' ? { ...one, events: LOG.slice(0, 3) } : one,
    );
    expect(kindsIn(waiting)).toEqual(new Set());
    expect(kindsIn(waiting.map(asWrittenSince))).toEqual(new Set(['never_ended']));
  });

  test('those who saw an end that was written since agree with the log that there is now', () => {
    const entries = goodRound('redis_rolled_back').map((one) =>
      one.kind === 'seen' && isLate(one.by) && one.event.sequence === 2
        ? { ...one, event: { ...one.event, digest: 'other' } }
        : one,
    );
    expect(kindsIn(entries)).toEqual(new Set());
    expect(kindsIn(entries.map(asWrittenSince))).toEqual(new Set(['readers_disagree']));
  });
});

/** The end that the late reader saw was written after the fault. */
function asWrittenSince(one: JournalEntry): JournalEntry {
  if (one.kind !== 'seen' || !isLate(one.by) || one.event.sequence !== LOG.length) return one;
  return { ...one, event: { ...one.event, timestamp: FAULT.overAt + 1 } };
}
