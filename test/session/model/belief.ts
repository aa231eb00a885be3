import type { LogPage, SessionKey, Snapshot } from '../../../src/session/session-store.ts';
import { agrees } from './agreement.ts';
import { foretell, type Call } from './call.ts';
import { nameOf, type ModelSession, type ModelState, type Moment } from './model-state.ts';

/**
 * The states that a store may be in, by all that was seen of it. There is more than one where a call failed that may
 * have been carried out, or where a deadline fell into the time of a call.
 */
export type Belief = readonly ModelState[];

/** All that a store shows of a session. */
export interface Sight {
  readonly page: LogPage | undefined;
  readonly snapshot: Snapshot | undefined;
}

/** What was seen of every session, by its name. */
export type Sights = Readonly<Record<string, Sight>>;

/** A call that was answered, and what may be said of its time. */
export interface Answered {
  readonly call: Call;
  readonly reply: unknown;
  readonly moments: readonly Moment[];
  /** How much a time in the reply may differ from what was foretold. */
  readonly slackMs: number;
}

/** The states in which the call gives what it gave, as they are after it. */
export function afterCall(belief: Belief, { call, reply, moments, slackMs }: Answered): Belief {
  const steps = belief.flatMap((state) => moments.map((moment) => foretell(state, moment, call)));
  return distinct(steps.filter((step) => agrees(step.reply, reply, slackMs)).map(({ state }) => state));
}

/** What the call may have given. */
export function foretoldReplies(belief: Belief, { call, moments }: Pick<Answered, 'call' | 'moments'>): unknown[] {
  return belief.flatMap((state) => moments.map((moment) => foretell(state, moment, call).reply));
}

/** The states with any of the calls carried out, any number of times, or none. */
export function perhapsAfter(belief: Belief, calls: readonly Call[], moments: readonly Moment[]): Belief {
  let known = belief;
  for (;;) {
    const more = known.flatMap((state) =>
      calls.flatMap((call) => moments.map((moment) => foretell(state, moment, call).state)),
    );
    const all = distinct([...known, ...more]);
    if (all.length === known.length) return known;
    known = all;
  }
}

/** The states in which a store shows what was seen, with their times as they were seen. */
export function whereSeen(
  belief: Belief,
  keys: readonly SessionKey[],
  sights: Sights,
  given: Pick<Answered, 'moments' | 'slackMs'>,
): Belief {
  const fits = (state: ModelState): boolean =>
    keys.every((key) =>
      given.moments.some((moment) => agrees(sightOf(state, moment, key), sights[nameOf(key)], given.slackMs)),
    );
  return distinct(belief.filter(fits).map((state) => timedAs(state, sights)));
}

/** What a store in this state shows of a session. */
export function sightOf(state: ModelState, moment: Moment, key: SessionKey): unknown {
  return {
    page: foretell(state, moment, { verb: 'read', key, after: 0, limit: Number.MAX_SAFE_INTEGER }).reply,
    snapshot: foretell(state, moment, { verb: 'snapshot', key }).reply,
  };
}

function distinct(belief: Belief): Belief {
  return [...new Map(belief.map((state) => [JSON.stringify(state), state])).values()];
}

function timedAs(state: ModelState, sights: Sights): ModelState {
  const sessions = Object.entries(state.sessions).map(([name, session]) => [
    name,
    sessionTimedAs(session, sights[name]),
  ]);
  return { ...state, sessions: Object.fromEntries(sessions) as ModelState['sessions'] };
}

function sessionTimedAs(session: ModelSession, sight: Sight | undefined): ModelSession {
  const { page, snapshot } = sight ?? {};
  if (!page || !snapshot) return session;
  const questions = session.questions.map((question) => ({
    ...question,
    event: snapshot.questions.get(question.event.interactionId) ?? question.event,
  }));
  // The deadline is one that a question said.
  const said = session.questions.findIndex(({ event }) => event.expiresAt === session.deadline);
  const deadline = questions[said]?.event.expiresAt ?? session.deadline;
  return { ...session, startedAt: snapshot.status.startedAt, log: page.events, questions, deadline };
}
