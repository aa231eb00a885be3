import { expect, test } from 'vitest';
import { gatherEvidence } from './evidence.ts';
import type { FaultName } from './fault-names.ts';
import { type Figures, figuresOf } from './figures.ts';
import type { JournalEntry, SeenEvent } from './journal-entry.ts';
import { entry, LOG, madeUpEvent, SESSION, stepEntries } from './made-up-round.ts';
import { spreadOf } from './report-table.ts';

const OWNER = `${SESSION}/owner`;
const answer = { session: SESSION, interactionId: 'interaction_0', label: 'near', to: 'http://b' } as const;

/** One session, of which one thing after the other is written down. */
function figuresFor(
  fault: FaultName,
  lines: readonly JournalEntry[],
  end: 'results' | 'either' | 'timeout' = 'results',
): Figures {
  const plan = { session: SESSION, parent: 1, answers: ['near'], rival: null, end, ownMs: 1000 } as const;
  return figuresOf(
    gatherEvidence([
      entry(0, 'harness', { kind: 'round_begun', round: 'r0000', fault, seed: 'made up' }),
      entry(0, 'harness', { kind: 'instance_at', instance: 'a', url: 'http://a' }),
      entry(0, 'harness', { kind: 'instance_at', instance: 'b', url: 'http://b' }),
      entry(10, OWNER, { kind: 'planned', ...plan }),
      entry(10, OWNER, { kind: 'stream_begun', session: SESSION, attempt: 1, after: 0 }),
      ...lines,
    ]),
  );
}

function begun(at: number, by: string, run: string): JournalEntry {
  return entry(at, by, { kind: 'run_begun', session: SESSION, run });
}

function over(at: number, by: string, run: string): JournalEntry {
  return entry(at, by, { kind: 'run_over', session: SESSION, run, how: 'suspended' });
}

function seen(at: number, sequence: number): JournalEntry {
  const event: SeenEvent = LOG[sequence - 1] ?? madeUpEvent(sequence, {});
  return entry(at, OWNER, { kind: 'seen', session: SESSION, attempt: 1, event });
}

function hit(at: number, fault: FaultName, label: string): JournalEntry[] {
  return [
    entry(at, 'harness', { kind: 'fault_begun', fault, detail: `${label}, which runs one` }),
    entry(at + 5, 'harness', { kind: 'fault_over', fault }),
  ];
}

const sentAt = (at: number): JournalEntry => entry(at, OWNER, { kind: 'answer_sent', ...answer });

test('a session whose runner dies while it waits is timed from the kill and from the answer', () => {
  const { measures, counts } = figuresFor('kill_waiting', [
    begun(20, 'a.1', 'one'),
    over(50, 'a.1', 'one'),
    ...hit(100, 'kill_waiting', 'a.1'),
    sentAt(400),
    sentAt(600),
    begun(900, 'b.1', 'two'),
    seen(1100, 6),
  ]);
  expect(counts).toMatchObject({ killedWhileWaiting: 1, killedWhileWorking: 0 });
  expect(measures).toMatchObject({ waitingKillToResults: [1000], waitingAnswerToResults: [700], workingKillToRun: [] });
});

test('a session whose answer came before the kill is not among those that were answered after it', () => {
  const { measures } = figuresFor('kill_waiting', [
    begun(20, 'a.1', 'one'),
    over(50, 'a.1', 'one'),
    sentAt(90),
    ...hit(100, 'kill_waiting', 'a.1'),
    seen(1100, 6),
  ]);
  expect(measures.waitingKillToResults).toEqual([]);
});

test('a session whose runner dies at work is timed to its next run, to the next news and to the results', () => {
  const { measures, counts } = figuresFor('kill_working', [
    begun(20, 'a.1', 'one'),
    seen(30, 1),
    ...hit(100, 'kill_working', 'a.1'),
    seen(200, 1),
    begun(900, 'b.1', 'two'),
    seen(950, 2),
    seen(1100, 6),
  ]);
  expect(counts.killedWhileWorking).toBe(1);
  expect(measures).toMatchObject({ workingKillToRun: [800], workingKillToEvent: [850], workingKillToResults: [1000] });
});

test('the death of an instance that did not run a session, or had ended it, is none of its own', () => {
  const others = figuresFor('kill_working', [begun(20, 'b.1', 'one'), ...hit(100, 'kill_working', 'a.1')]);
  const ended = figuresFor('kill_working', [begun(20, 'a.1', 'one'), seen(90, 6), ...hit(100, 'kill_working', 'a.1')]);
  expect([others.counts.killedWhileWorking, ended.counts.killedWhileWorking]).toEqual([0, 0]);
});

test('a reader is timed from the end of the fault, unless its session waits for an answer that never comes', () => {
  const lines = [seen(50, 1), ...hit(100, 'redis_away', 'all'), seen(405, 2), seen(500, 3)];
  expect(figuresFor('redis_away', lines).measures.backToNextEvent).toEqual([300]);
  expect(figuresFor('redis_away', lines, 'timeout').measures.backToNextEvent).toEqual([]);
});

test('what a run does after another instance has taken its session over is counted', () => {
  const lines = [begun(20, 'a.1', 'one'), ...hit(100, 'freeze', 'a.1'), begun(900, 'b.1', 'two')];
  const quiet = figuresFor('freeze', [...lines, over(1200, 'a.1', 'one')]);
  expect(quiet.counts).toMatchObject({ lostRuns: 1, callsAfterTakeover: 0, writesAfterTakeover: 0 });
  const busy = figuresFor('freeze', [...lines, ...stepEntries('a.1', 'one', { key: 'geocoded', at: 1200 })]);
  expect(busy.counts).toMatchObject({ lostRuns: 1, callsAfterTakeover: 1, writesAfterTakeover: 1 });
});

test.each([
  ['RECEIVED', 'b.1', { deadlineReceived: 1, deadlineTimedOut: 0, deadlineSentToRunner: 1 }],
  ['USER_INTERACTION_TIMEOUT', 'a.1', { deadlineReceived: 0, deadlineTimedOut: 1, deadlineSentToRunner: 0 }],
])('an answer at its deadline is counted by its reply (%s) and by who ran the session (%s)', (outcome, by, counts) => {
  const lines = [begun(20, by, 'one'), seen(50, 3), sentAt(20_003)];
  const settled = entry(20_010, OWNER, { kind: 'answer_settled', ...answer, outcome });
  const figures = figuresFor('answer_at_deadline', [...lines, settled], 'either');
  expect(figures.counts).toMatchObject(counts);
  expect(figures.measures.answerAfterDeadline).toEqual([3]);
});

test('percentiles are values that were measured', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(spreadOf(values)).toEqual({ values: 100, min: 1, median: 50, p95: 95, max: 100 });
  expect(spreadOf([7])).toEqual({ values: 1, min: 7, median: 7, p95: 7, max: 7 });
  expect(spreadOf([])).toBeUndefined();
});
