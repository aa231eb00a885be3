import type { FaultName } from './fault-names.ts';
import type { JournalEntry, JournalFact, PlanFact, SeenEvent } from './journal-entry.ts';

export const SESSION = 'r0000-s0-made-up';
/** When the fault begins and when it is over, on the clock of what is made up. */
export const FAULT = { beginsAt: 350, overAt: 360 };

/** What each sequence of the log says. */
export const LOG: readonly SeenEvent[] = [
  madeUpEvent(1, { shape: 'update begun', progress: 0 }),
  madeUpEvent(2, { shape: 'update going on', progress: 0.5 }),
  madeUpEvent(3, {
    type: 'UserInteraction',
    shape: 'asked work',
    asked: { interactionId: 'interaction_0', question: 'work_location LOCATION_INPUT MISSING 1', expiresAt: 20_000 },
  }),
  madeUpEvent(4, { shape: 'answered interaction_0', progress: 0.5, answered: 'interaction_0' }),
  madeUpEvent(5, { shape: 'update almost', progress: 0.9 }),
  madeUpEvent(6, { type: 'MatchResults', shape: 'results near' }),
];

/** An event, written before the fault; what is not given is that of a progress update. */
export function madeUpEvent(sequence: number, given: Partial<SeenEvent>): SeenEvent {
  const event = {
    type: 'ProcessingUpdate',
    shape: '',
    timestamp: 0,
    progress: null,
    asked: null,
    answered: null,
    error: null,
  } as const;
  return { ...event, sequence, digest: `${sequence} ${given.shape}`, ...given };
}

/** An error, of a log where its sequence is above 0. */
export function madeUpError(sequence: number, code: string, interactionId: string | null = null): SeenEvent {
  const error = { code, fatal: code !== 'HISTORY_LOST', interactionId };
  return madeUpEvent(sequence, { type: 'Error', shape: `error ${code}`, error });
}

/** A line of a journal. */
export function entry(at: number, by: string, fact: JournalFact): JournalEntry {
  return { at, by, ...fact };
}

const PLAN: PlanFact = {
  kind: 'planned',
  session: SESSION,
  parent: 1,
  answers: ['near'],
  rival: null,
  end: 'results',
  ownMs: 1000,
};

/** A round in which everything is as it should be: one session, taken over once after a fault, and two readers. */
export function goodRound(fault: FaultName = 'kill_working'): JournalEntry[] {
  const session = SESSION;
  const answer = { session, interactionId: 'interaction_0', label: 'near' } as const;
  const owner = `${session}/owner`;
  return [
    entry(0, 'harness', { kind: 'reference', parent: 1, answers: ['near'], shapes: LOG.map(({ shape }) => shape) }),
    entry(0, 'harness', { kind: 'round_begun', round: 'r0000', fault, seed: 'made up' }),
    entry(100, owner, PLAN),
    ...readerEntries('owner', 110),
    entry(120, 'a.1', { kind: 'run_begun', session, run: 'one' }),
    ...stepEntries('a.1', 'one', { key: 'loaded', at: 130 }),
    entry(200, 'a.1', { kind: 'run_over', session, run: 'one', how: 'suspended' }),
    entry(300, owner, { kind: 'answer_sent', ...answer, to: 'http://127.0.0.1:1' }),
    entry(310, owner, { kind: 'answer_settled', ...answer, outcome: 'RECEIVED' }),
    entry(320, 'a.1', { kind: 'run_begun', session, run: 'two' }),
    entry(330, 'a.1', { kind: 'step_begun', session, run: 'two', key: 'geocoded' }),
    entry(FAULT.beginsAt, 'harness', { kind: 'fault_begun', fault, detail: 'a.1' }),
    entry(355, 'harness', { kind: 'process_exited', instance: 'a.1', code: null, asked: 'kill', ready: true }),
    entry(FAULT.overAt, 'harness', { kind: 'fault_over', fault }),
    entry(1500, 'b.1', { kind: 'run_begun', session, run: 'three' }),
    ...stepEntries('b.1', 'three', { key: 'geocoded', at: 1600 }),
    entry(1700, 'b.1', { kind: 'run_over', session, run: 'three', how: 'results' }),
    ...readerEntries('late', 1800),
    entry(2000, 'harness', { kind: 'final_log', session, events: LOG }),
    entry(2010, 'harness', { kind: 'redis_key', key: 'matching:log', ttlMs: 5000 }),
  ];
}

/** A reader that saw all of the log in one stream. */
export function readerEntries(name: string, at: number, events: readonly SeenEvent[] = LOG): JournalEntry[] {
  const [session, by] = [SESSION, `${SESSION}/${name}`];
  return [
    entry(at, by, { kind: 'stream_begun', session, attempt: 1, after: 0 }),
    ...events.map((event, index) => entry(at + index + 1, by, { kind: 'seen', session, attempt: 1, event })),
    entry(at + 20, by, { kind: 'stream_over', session, attempt: 1, how: 'ended' }),
    entry(at + 20, by, { kind: 'reader_over', session, how: 'ended' }),
  ];
}

/** A call that came to be recorded. */
export function stepEntries(by: string, run: string, { key, at }: { key: string; at: number }): JournalEntry[] {
  const about = { session: SESSION, run, key };
  return [
    entry(at, by, { kind: 'step_begun', ...about }),
    entry(at + 1, by, { kind: 'step_ended', ...about }),
    entry(at + 2, by, { kind: 'step_recorded', ...about }),
  ];
}
