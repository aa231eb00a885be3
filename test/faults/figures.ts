import { entriesOf, type Evidence, type SessionEvidence } from './evidence.ts';

/** What is measured, each value in milliseconds: what is measured, and for which sessions. */
export const MEASURES = {
  waitingKillToResults: 'kill -9 of the runner while it waited, to the results; the answer came after the kill',
  waitingAnswerToResults: 'of the same sessions, the last answer (the kill, where that came later) to the results',
  workingKillToRun: 'kill -9 of the runner while it worked, to the next run of the session',
  workingKillToEvent: 'of the same sessions, the kill to the next event that a reader was told',
  workingKillToResults: 'of the same sessions, the kill to the results; waiting for a person included',
  backToNextEvent: 'the end of the fault to the next event of a reader that was there before',
  answerAfterDeadline: 'the deadline to when its answer was sent, by the clock of the client',
} as const;

/** What is counted. */
export const COUNTS = {
  killedWhileWaiting: 'sessions whose runner was killed while it waited for an answer',
  killedWhileWorking: 'sessions whose runner was killed while it worked on them',
  lostRuns: 'runs that went on or were about to, when another instance had taken their session over',
  callsAfterTakeover: 'outside calls that such a run began after that',
  writesAfterTakeover: 'results of calls that such a run was told were recorded after that',
  deadlineReceived: 'answers at the deadline that were acknowledged',
  deadlineTimedOut: 'answers at the deadline to which the reply was that the time was over',
  deadlineSentToRunner: 'answers at the deadline that were sent to the instance that ran the session',
} as const;

export interface Figures {
  readonly measures: Readonly<Record<keyof typeof MEASURES, readonly number[]>>;
  readonly counts: Readonly<Record<keyof typeof COUNTS, number>>;
}

/** What a round tells of how quickly, and how often, sessions went on. */
export function figuresOf(evidence: Evidence): Figures {
  const deaths = evidence.sessions.flatMap((session) => deathOf(evidence, session) ?? []);
  const waiting = deaths.filter(({ wasWorking }) => !wasWorking);
  const working = deaths.filter(({ wasWorking }) => wasWorking);
  const answeredLater = waiting.flatMap((death) => answeredAfter(death) ?? []);
  return {
    measures: {
      waitingKillToResults: answeredLater.map(({ killToResults }) => killToResults),
      waitingAnswerToResults: answeredLater.map(({ answerToResults }) => answerToResults),
      workingKillToRun: working.flatMap(({ session, at }) => after(at, runAfter(session, at))),
      workingKillToEvent: working.flatMap(({ session, at }) => after(at, newEventAfter(session, at))),
      workingKillToResults: working.flatMap(({ session, at }) => after(at, resultsAt(session))),
      backToNextEvent: evidence.entries.some(({ kind }) => kind === 'fault_over') ? caughtUp(evidence) : [],
      answerAfterDeadline: evidence.sessions.flatMap(answerAfterDeadline),
    },
    counts: {
      killedWhileWaiting: waiting.length,
      killedWhileWorking: working.length,
      ...lostRunsIn(evidence),
      ...deadlinesIn(evidence),
    },
  };
}

/** The last time that the instance which ran a session was killed. */
interface Death {
  readonly session: SessionEvidence;
  readonly at: number;
  readonly wasWorking: boolean;
}

function deathOf({ entries, fault }: Evidence, session: SessionEvidence): Death | undefined {
  if (fault !== 'kill_waiting' && fault !== 'kill_working') return undefined;
  const results = resultsAt(session) ?? Infinity;
  const runs = entriesOf(session.entries, 'run_begun');
  const over = new Set(entriesOf(session.entries, 'run_over').map(({ run }) => run));
  for (const { at, detail } of entriesOf(entries, 'fault_begun').toReversed()) {
    const run = runs.findLast((one) => one.at <= at);
    const isHit = run !== undefined && at < results && detail.split(',')[0] === run.by;
    if (isHit) return { session, at, wasWorking: !over.has(run.run) };
  }
  return undefined;
}

function answeredAfter({
  session,
  at,
}: Death): { readonly killToResults: number; readonly answerToResults: number } | undefined {
  const results = resultsAt(session);
  const sent = entriesOf(session.entries, 'answer_sent').filter((one) => results !== undefined && one.at < results);
  if (results === undefined || !sent.some((one) => one.at > at)) return undefined;
  const firsts = new Map(sent.toReversed().map((one) => [one.interactionId, one.at]));
  return { killToResults: results - at, answerToResults: results - Math.max(at, ...firsts.values()) };
}

function after(begin: number, end: number | undefined): number[] {
  return end === undefined ? [] : [end - begin];
}

function resultsAt({ entries }: SessionEvidence): number | undefined {
  return entriesOf(entries, 'seen').find(({ event }) => event.type === 'MatchResults')?.at;
}

function runAfter({ entries }: SessionEvidence, at: number): number | undefined {
  return entriesOf(entries, 'run_begun').find((one) => one.at > at)?.at;
}

/** The first time that anybody was told an event which nobody had been told before. */
function newEventAfter({ entries }: SessionEvidence, at: number): number | undefined {
  const seen = entriesOf(entries, 'seen');
  const known = Math.max(0, ...seen.filter((one) => one.at <= at).map(({ event }) => event.sequence));
  return seen.find((one) => one.at > at && one.event.sequence > known)?.at;
}

/** Those that were reading before the fault was over, or waited to; without those whose person answers nothing. */
function caughtUp({ sessions, overAt }: Evidence): number[] {
  return sessions
    .filter(({ plan }) => plan.end === 'results')
    .flatMap(({ readers, entries }) =>
      readers
        .filter(({ by, end }) => (end?.at ?? Infinity) > overAt && beganBefore(entries, by, overAt))
        .flatMap(({ lives }) => after(overAt, lives.flat().find(({ at }) => at > overAt)?.at)),
    );
}

function beganBefore(entries: SessionEvidence['entries'], by: string, before: number): boolean {
  return entriesOf(entries, 'stream_begun').some((one) => one.by === by && one.at < before);
}

function lostRunsIn({
  sessions,
}: Evidence): Pick<Figures['counts'], 'lostRuns' | 'callsAfterTakeover' | 'writesAfterTakeover'> {
  const lost = sessions.flatMap(({ entries }) => {
    const runs = entriesOf(entries, 'run_begun');
    return runs.flatMap((run) => {
      const later = runs.find(({ by, at }) => by !== run.by && at > run.at);
      const own = entries.filter((one) => 'run' in one && one.run === run.run && later && one.at > later.at);
      return own.length > 0 ? [own] : [];
    });
  });
  return {
    lostRuns: lost.length,
    callsAfterTakeover: lost.flatMap((own) => entriesOf(own, 'step_begun')).length,
    writesAfterTakeover: lost.flatMap((own) => entriesOf(own, 'step_recorded')).length,
  };
}

function deadlinesIn({
  sessions,
  entries: all,
}: Evidence): Pick<Figures['counts'], 'deadlineReceived' | 'deadlineTimedOut' | 'deadlineSentToRunner'> {
  const urls = new Map(entriesOf(all, 'instance_at').map(({ instance, url }) => [instance, url]));
  const meeting = sessions.filter(({ plan }) => plan.end === 'either');
  const outcomes = meeting.flatMap(({ entries }) => entriesOf(entries, 'answer_settled')[0]?.outcome ?? []);
  return {
    deadlineReceived: outcomes.filter((outcome) => outcome === 'RECEIVED').length,
    deadlineTimedOut: outcomes.filter((outcome) => outcome === 'USER_INTERACTION_TIMEOUT').length,
    deadlineSentToRunner: meeting.filter(({ entries }) => isSentToRunner(entries, urls)).length,
  };
}

function answerAfterDeadline({ plan, entries }: SessionEvidence): number[] {
  const expiresAt = deadlineOf(entries);
  const sent = entriesOf(entries, 'answer_sent')[0];
  return plan.end === 'either' && expiresAt !== undefined && sent ? [sent.at - expiresAt] : [];
}

function deadlineOf(entries: SessionEvidence['entries']): number | undefined {
  return entriesOf(entries, 'seen').find(({ event }) => event.asked)?.event.asked?.expiresAt;
}

/** Whether the first answer went to the instance that had run the session last. */
function isSentToRunner(entries: SessionEvidence['entries'], urls: ReadonlyMap<string, string>): boolean {
  const sent = entriesOf(entries, 'answer_sent')[0];
  const run = entriesOf(entries, 'run_begun').findLast(({ at }) => sent !== undefined && at <= sent.at);
  return sent !== undefined && urls.get(run?.by.split('.')[0] ?? '') === sent.to;
}
