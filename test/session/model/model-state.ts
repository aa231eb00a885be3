import {
  endsSession,
  type Answer,
  type ErrorBody,
  type MatchingEvent,
  type UserInteraction,
} from '../../../src/protocol.ts';
import type { SessionStatus } from '../../../src/protocol.ts';
import type { Ending, RecordedStep, SessionKey, SessionStart } from '../../../src/session/session-store.ts';

/** A question that was put. Whether it is open is for the log to say. */
export interface ModelQuestion {
  readonly key: string;
  readonly event: UserInteraction;
  /** The answer that stands; null where there is none. */
  readonly answer: Answer | null;
}

/** All that the promises say of one session. What can be folded from its log is not held beside it. */
export interface ModelSession {
  readonly key: SessionKey;
  readonly start: SessionStart;
  readonly startedAt: number;
  readonly generation: string;
  readonly epoch: number;
  readonly instance: string;
  readonly log: readonly MatchingEvent[];
  /** Who or what ended it, which its log does not tell of every error; null until then. */
  readonly ending: Ending | null;
  /** The sequence that each event key came to. */
  readonly eventKeys: Readonly<Record<string, number>>;
  readonly steps: Readonly<Record<string, RecordedStep>>;
  readonly questions: readonly ModelQuestion[];
  /** The one deadline that all open questions share; it counts while one is open. */
  readonly deadline: number;
}

/** An instance that was heard of. */
export interface ModelInstance {
  /** Milliseconds since the Unix epoch: of its last beat, or of its leaving. */
  readonly at: number;
  readonly hasLeft: boolean;
}

/** A store, as its promises describe it. Plain data: two states are one where their JSON is. */
export interface ModelState {
  readonly sessions: Readonly<Record<string, ModelSession>>;
  readonly instances: Readonly<Record<string, ModelInstance>>;
}

/** What a store finds by itself at the moment of a call: when that is, and how a log that begins is called. */
export interface Moment {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** The generation that each session's log has after the call, by session. */
  readonly generations: Readonly<Record<string, string>>;
  /** Whether every part of the store answered, for what is gathered from all of them. */
  readonly isWhole: boolean;
}

export const NOTHING: ModelState = { sessions: {}, instances: {} };

/** A key for sessions. Two accounts may use one id. */
export function nameOf({ account, sessionId }: SessionKey): string {
  return `${account}/${sessionId}`;
}

/** The last entry of a log that has ended. */
export function endOf({ log }: ModelSession): MatchingEvent | undefined {
  return log.find((event) => endsSession(event));
}

/** The error that a session ended in. */
export function errorAtEnd(session: ModelSession): ErrorBody | null {
  const end = endOf(session);
  if (end?.type !== 'error') return null;
  const { type, errorCode, message, fatal, errorDetails } = end;
  return { type, errorCode, message, fatal, errorDetails };
}

/** The ids of the questions that the log says are answered. */
export function answeredIn({ log }: ModelSession): ReadonlySet<string> {
  const ids = log.map((event) => (event.type === 'processing_update' ? event.answeredInteractionId : null));
  return new Set(ids.filter((id) => id !== null));
}

/** Those that wait for an answer, in the order asked. */
export function openIn(session: ModelSession): readonly UserInteraction[] {
  if (endOf(session)) return [];
  const answered = answeredIn(session);
  const asked = session.log.filter((event) => event.type === 'user_interaction');
  return asked.filter(({ interactionId }) => !answered.has(interactionId));
}

/** When the session ends unless something happens. */
export function deadlineOf(session: ModelSession): number {
  return openIn(session).length > 0 ? session.deadline : session.startedAt + session.start.maxLifeMs;
}

/** When nothing of it is left. */
export function forgottenAt(session: ModelSession): number {
  const { startedAt, start } = session;
  return (endOf(session)?.timestamp ?? startedAt + start.maxLifeMs) + start.retentionMs;
}

/** The last update in the log: it says where a session is. */
export function whereIn({ log }: ModelSession): Pick<SessionStatus, 'stage' | 'progress'> {
  const update = log.findLast((event) => event.type === 'processing_update');
  return { stage: update?.stage ?? null, progress: update?.progress ?? null };
}

/** The status as a fold of the log. */
export function statusOf(session: ModelSession): SessionStatus {
  const end = endOf(session);
  return {
    sessionId: session.key.sessionId,
    completed: end !== undefined,
    interactionsCount: session.log.filter(({ type }) => type === 'user_interaction').length,
    hasResults: end?.type === 'match_results',
    ...whereIn(session),
    pendingInteractions: openIn(session),
    lastSequence: session.log.length,
    startedAt: session.startedAt,
    expiresAt: end ? forgottenAt(session) : null,
  };
}

/** The session of that name; undefined when there is none, or it has been forgotten. */
export function sessionAt(state: ModelState, key: SessionKey, at: number): ModelSession | undefined {
  const session = state.sessions[nameOf(key)];
  return session && at < forgottenAt(session) ? session : undefined;
}

/** The state with one session as it has become. */
export function withSession(state: ModelState, session: ModelSession): ModelState {
  return { ...state, sessions: { ...state.sessions, [nameOf(session.key)]: session } };
}
