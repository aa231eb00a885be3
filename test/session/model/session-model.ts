import { errorBody } from '../../../src/errors.ts';
import { STAGES, type Answer, type ErrorBody, type ProcessingUpdateBody } from '../../../src/protocol.ts';
import { sameInput, type SessionKey, type SessionStart } from '../../../src/session/session-store.ts';
import { anotherThan, appended, ended, unlessOverdue, type Step } from './model-log.ts';
import {
  answeredIn,
  deadlineOf,
  endOf,
  errorAtEnd,
  nameOf,
  sessionAt,
  statusOf,
  whereIn,
  withSession,
  type ModelSession,
  type ModelState,
  type Moment,
} from './model-state.ts';

/** See SessionStore.start. */
export function start(state: ModelState, moment: Moment, key: SessionKey, given: SessionStart): Step {
  const before = sessionAt(state, key, moment.at);
  if (before && before.start.startToken !== given.startToken) {
    return { reply: { outcome: sameInput(before.start.input, given.input) ? 'exists' : 'conflict' }, state };
  }
  const session = before ?? begun(moment, key, given, state);
  const { startedAt, generation } = session;
  return {
    reply: {
      outcome: 'started',
      lease: { ...key, generation, epoch: 1, seen: 0 },
      startedAt,
      endsBy: startedAt + session.start.maxLifeMs,
    },
    state: withSession(state, session),
  };
}

function begun(moment: Moment, key: SessionKey, given: SessionStart, state: ModelState): ModelSession {
  const before = state.sessions[nameOf(key)];
  return {
    key,
    start: given,
    startedAt: moment.at,
    generation: anotherThan(before?.generation, moment, key),
    epoch: 1,
    instance: given.instance,
    log: [],
    ending: null,
    eventKeys: {},
    steps: {},
    questions: [],
    deadline: 0,
  };
}

/** See SessionStore.claim. */
export function claim(
  state: ModelState,
  { at }: Moment,
  key: SessionKey,
  by: { readonly epoch: number; readonly instance: string },
): Step {
  const session = sessionAt(state, key, at);
  if (!session || endOf(session)) return { reply: undefined, state };
  const isMine = session.epoch === by.epoch + 1 && session.instance === by.instance;
  if (session.epoch !== by.epoch && !isMine) return { reply: undefined, state };
  const claimed = { ...session, epoch: by.epoch + 1, instance: by.instance };
  const { generation, epoch, log } = claimed;
  return { reply: { ...key, generation, epoch, seen: log.length }, state: withSession(state, claimed) };
}

/** See SessionStore.answer. */
export function answer(
  state: ModelState,
  { at }: Moment,
  key: SessionKey,
  given: { readonly interactionId: string; readonly answer: Answer; readonly acknowledgement: string },
): Step {
  const found = sessionAt(state, key, at);
  if (!found) return { reply: { outcome: 'session_not_found' }, state };
  const { interactionId } = given;
  const question = found.questions.find(({ event }) => event.interactionId === interactionId);
  if (!question) return { reply: { outcome: 'interaction_not_found' }, state };
  if (answeredIn(found).has(interactionId)) {
    const isSame = JSON.stringify(question.answer) === JSON.stringify(given.answer);
    return { reply: { outcome: isSame ? 'duplicate' : 'already_answered' }, state };
  }
  const session = unlessOverdue(found, at);
  if (endOf(session)) {
    const error = errorAtEnd(session) ?? errorBody('user_interaction_timeout', { interactionId });
    return { reply: { outcome: 'ended', error }, state: withSession(state, session) };
  }
  const { stage, progress } = whereIn(session);
  const closing: ProcessingUpdateBody = {
    type: 'processing_update',
    stage: stage ?? STAGES[0],
    progress: progress ?? 0,
    details: given.acknowledgement,
    answeredInteractionId: interactionId,
  };
  const questions = session.questions.map((one) => (one === question ? { ...one, answer: given.answer } : one));
  const after = { ...appended(session, closing, at), questions };
  return { reply: { outcome: 'received' }, state: withSession(state, after) };
}

/** See SessionStore.cancel. */
export function cancel(state: ModelState, { at }: Moment, key: SessionKey, error: ErrorBody): Step {
  const found = sessionAt(state, key, at);
  if (!found) return { reply: undefined, state };
  const overdue = unlessOverdue(found, at);
  const session = endOf(overdue) ? overdue : ended(overdue, error, { ending: 'cancelled', at });
  return { reply: statusOf(session), state: withSession(state, session) };
}

/** See SessionStore.expire. */
export function expire(state: ModelState, { at }: Moment, key: SessionKey): Step {
  const found = sessionAt(state, key, at);
  if (!found) return { reply: { outcome: 'session_not_found' }, state };
  const session = unlessOverdue(found, at);
  const { ending, epoch } = session;
  if (ending) return { reply: { outcome: 'ended', ending, epoch }, state: withSession(state, session) };
  return { reply: { outcome: 'not_yet', inMs: deadlineOf(session) - at }, state };
}

/** See SessionStore.snapshot. */
export function snapshot(state: ModelState, { at }: Moment, key: SessionKey): Step {
  const session = sessionAt(state, key, at);
  if (!session) return { reply: undefined, state };
  const reply = {
    status: statusOf(session),
    input: session.start.input,
    questions: new Map(session.questions.map(({ event }) => [event.interactionId, event])),
    answered: answeredIn(session),
    endedIn: errorAtEnd(session),
  };
  return { reply, state };
}

/** See SessionStore.read. */
export function read(
  state: ModelState,
  { at }: Moment,
  key: SessionKey,
  given: { readonly after: number; readonly limit: number },
): Step {
  const session = sessionAt(state, key, at);
  if (!session) return { reply: undefined, state };
  const reply = {
    generation: session.generation,
    events: session.log.filter(({ sequence }) => sequence > given.after).slice(0, given.limit),
    lastSequence: session.log.length,
    ended: endOf(session) !== undefined,
  };
  return { reply, state };
}
