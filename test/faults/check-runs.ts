import { entriesOf, type Evidence, type SessionEvidence } from './evidence.ts';
import type { EntryOf } from './journal-entry.ts';
import type { Violation } from './violations.ts';

/** What was recorded is not done again, and whoever lost a session does no more for it. */
export function checkRuns(evidence: Evidence, session: SessionEvidence): Violation[] {
  return [...checkSteps(evidence, session), ...(evidence.forgets ? [] : checkRunners(session))];
}

function checkSteps({ forgets, overAt }: Evidence, { plan, entries }: SessionEvidence): Violation[] {
  const runs = new Map(entriesOf(entries, 'run_begun').map((run) => [run.run, run]));
  const records = entriesOf(entries, 'step_recorded').filter(({ at }) => !forgets || at > overAt);
  return entriesOf(entries, 'step_begun').flatMap((step) => {
    const before = records.find((record) => record.key === step.key && mustKnow(step, record, runs.get(step.run)));
    if (!before) return [];
    const detail = `${step.key} by ${step.by}, ${step.at - before.at} ms after it was recorded`;
    return [{ kind: 'step_repeated', session: plan.session, detail } as const];
  });
}

/**
 * Whether a run must know of a record. One that it overtook need not be known: an instance that was without its lease
 * runs a session again while a write of its last run is still on its way. From another instance, such a write would
 * have been refused.
 */
function mustKnow(
  step: EntryOf<'step_begun'>,
  record: EntryOf<'step_recorded'>,
  run: EntryOf<'run_begun'> | undefined,
): boolean {
  if (step.at <= record.at) return false;
  return record.by !== step.by || record.run === step.run || run === undefined || run.at > record.at;
}

/**
 * What an instance that was just stopped by the system may still write down, in milliseconds: between its look at the
 * clock and the line in its journal.
 */
const SLACK_MS = 50;

function checkRunners({ plan, entries }: SessionEvidence): Violation[] {
  const runs = new Map(entriesOf(entries, 'run_begun').map((run) => [run.run, run]));
  return entriesOf(entries, 'step_begun').flatMap((step) => {
    const own = runs.get(step.run);
    const later = own && laterRun(own, step, [...runs.values()]);
    if (!later) return [];
    const detail = `${step.by} began ${step.key} ${step.at - later.at} ms after ${later.by} had taken over`;
    return [{ kind: 'two_runners', session: plan.session, detail } as const];
  });
}

/**
 * Two runs that begin within this time of each other, in milliseconds, have crossed: an instance was silent, another one
 * saw that and was about to claim, and by then the first was back with a lease of its own. Neither can know of the other
 * before its next write. Whoever lost its lease for good began its run earlier, as others wait for a lease (1 s here).
 */
const CROSSING_MS = 500;

/** A run of another instance that took the session over after this one had begun, and well before the step. */
function laterRun(
  own: EntryOf<'run_begun'>,
  step: EntryOf<'step_begun'>,
  runs: readonly EntryOf<'run_begun'>[],
): EntryOf<'run_begun'> | undefined {
  return runs.find(({ by, at }) => by !== own.by && at > own.at + CROSSING_MS && at < step.at - SLACK_MS);
}

/** Calls that were made again because they were in flight when their run was lost. No violation: they are counted. */
export function repeatedCalls({ entries }: SessionEvidence): number {
  const begun = entriesOf(entries, 'step_begun');
  return begun.length - new Set(begun.map(({ key }) => key)).size;
}

/** How often a session came from one instance to another. */
export function takeovers({ entries }: SessionEvidence): number {
  const runs = entriesOf(entries, 'run_begun');
  return runs.filter(({ by }, index) => index > 0 && runs[index - 1]?.by !== by).length;
}
