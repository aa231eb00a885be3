import { type Evidence, type Life, entriesOf, type ReaderEvidence, type SessionEvidence } from './evidence.ts';
import type { SeenEvent } from './journal-entry.ts';
import { isEnd } from './seen-event.ts';
import type { Violation } from './violations.ts';

/** What every reader saw: all of the log, once, in order, the same as every other reader, and then its end. */
export function checkLogs(evidence: Evidence, session: SessionEvidence): Violation[] {
  return [
    ...session.readers.flatMap((reader) => checkSequences(evidence, session, reader)),
    ...checkAgreement(evidence, session),
    ...checkProgress(session),
    ...checkQuestions(session),
  ];
}

function checkSequences({ forgets }: Evidence, { plan }: SessionEvidence, reader: ReaderEvidence): Violation[] {
  const { session } = plan;
  const found: Violation[] = [];
  for (const life of reader.lives) {
    const wrong = life.findIndex(({ event }, index) => event.sequence !== index + 1);
    if (wrong !== -1) found.push({ kind: 'gap_or_repeat', session, detail: gapIn(reader.by, life, wrong) });
    const after = life.findIndex(({ event }, index) => isEnd(event) && index < life.length - 1);
    if (after !== -1) found.push({ kind: 'two_ends', session, detail: `${reader.by} read on after ${after + 1}` });
  }
  if (reader.historiesLost > 0 && !forgets) found.push({ kind: 'history_lost', session, detail: reader.by });
  if (reader.end?.how === 'lost' && !forgets) found.push({ kind: 'session_lost', session, detail: reader.by });
  return found;
}

function gapIn(by: string, life: Life, index: number): string {
  const entry = life[index];
  return `${by}: ${entry?.event.sequence} came instead of ${index + 1}, in attempt ${entry?.attempt}`;
}

/** Where Redis has forgotten something, only those who saw an end that was written since saw the log that there is. */
function checkAgreement({ forgets, overAt }: Evidence, session: SessionEvidence): Violation[] {
  const readers = forgets
    ? session.readers.filter((reader) => reader.end?.how === 'ended' && !sawOldEnd(reader, overAt))
    : session.readers;
  const known = new Map<number, { readonly by: string; readonly event: SeenEvent }>();
  const found: Violation[] = [];
  const compare = (by: string, event: SeenEvent): void => {
    const other = known.get(event.sequence) ?? { by, event };
    known.set(event.sequence, other);
    if (other.event.digest === event.digest) return;
    const detail = `${event.sequence} is ${event.shape} for ${by} and ${other.event.shape} for ${other.by}`;
    found.push({ kind: 'readers_disagree', session: session.plan.session, detail });
  };
  for (const event of session.log ?? []) compare('the final log', event);
  for (const { by, lives } of readers) {
    for (const { event } of forgets ? (lives.at(-1) ?? []) : lives.flat()) compare(by, event);
  }
  return found;
}

function checkProgress({ plan, log }: SessionEvidence): Violation[] {
  const steps = (log ?? []).filter(({ progress }) => progress !== null);
  const fell = steps.find(({ progress }, index) => (progress ?? 0) < (steps[index - 1]?.progress ?? 0));
  return fell ? [{ kind: 'progress_fell', session: plan.session, detail: `at ${fell.sequence}` }] : [];
}

function checkQuestions({ plan, log }: SessionEvidence): Violation[] {
  const asked = new Set<string>();
  return (log ?? []).flatMap(({ asked: one, sequence }) => {
    if (!one) return [];
    const isRepeat = asked.has(one.question);
    asked.add(one.question);
    const detail = `${one.question}, again at ${sequence}`;
    return isRepeat ? [{ kind: 'asked_twice', session: plan.session, detail } as const] : [];
  });
}

/** Every session comes to the end that it was meant to have, and in time. */
export function checkEnds(evidence: Evidence, session: SessionEvidence, graceMs: number): Violation[] {
  const { plan, log } = session;
  const name = plan.session;
  if (log === undefined) return [{ kind: 'harness_failed', session: name, detail: 'its log was not read' }];
  if (log === null) {
    return evidence.forgets ? [] : [{ kind: 'session_lost', session: name, detail: 'when everything was over' }];
  }
  const ends = log.filter(isEnd);
  if (ends.length === 0 && isLeftBehind(evidence, session)) return [];
  if (ends.length === 0) return [{ kind: 'never_ended', session: name, detail: `after ${log.length} events` }];
  const last = log.at(-1);
  const found: Violation[] = checkInTime(evidence, session, graceMs);
  if (ends.length > 1 || !last || !isEnd(last)) found.push({ kind: 'two_ends', session: name, detail: shapesOf(ends) });
  if (last && !isExpected(evidence, session, last)) {
    found.push({ kind: 'wrong_end', session: name, detail: `${last.shape} instead of ${plan.end}` });
  }
  return found;
}

/** Everybody saw the end that Redis forgot: the session goes on, and nobody is there who would answer. */
function isLeftBehind({ forgets, overAt }: Evidence, { readers }: SessionEvidence): boolean {
  return forgets && readers.every((reader) => sawOldEnd(reader, overAt));
}

/** Whether a reader came to an end that was written before a certain time, whenever it read it. */
function sawOldEnd({ end, lives }: ReaderEvidence, before: number): boolean {
  const last = lives.at(-1)?.at(-1)?.event;
  return end?.how === 'ended' && last !== undefined && last.timestamp <= before;
}

function isExpected({ forgets }: Evidence, { plan }: SessionEvidence, { type, error }: SeenEvent): boolean {
  // Whoever forgets may have forgotten an answer, or that the session is older than its log.
  if (forgets && (error?.code === 'PROCESSING_ERROR' || error?.code === 'USER_INTERACTION_TIMEOUT')) return true;
  if (plan.end !== 'timeout' && type === 'MatchResults') return true;
  return plan.end !== 'results' && error?.code === 'USER_INTERACTION_TIMEOUT';
}

function checkInTime({ overAt }: Evidence, session: SessionEvidence, graceMs: number): Violation[] {
  const { plan, begunAt } = session;
  const limit = Math.max(overAt, begunAt) + plan.ownMs + graceMs;
  const endedAt = entriesOf(session.entries, 'seen').find(({ event }) => isEnd(event))?.at;
  if (endedAt !== undefined && endedAt <= limit) return [];
  const detail = endedAt === undefined ? 'no reader saw an end' : `${endedAt - limit} ms too late`;
  return [{ kind: 'never_ended', session: plan.session, detail }];
}

function shapesOf(events: readonly SeenEvent[]): string {
  return events.map(({ sequence, shape }) => `${sequence} ${shape}`).join(', ');
}
