import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { comeBackAfterMs } from '../come-back.ts';
import { errorBody, SessionFailure } from '../errors.ts';
import type { Pipeline } from '../pipeline/run-context.ts';
import type {
  Answer,
  InteractionReceipt,
  InteractionType,
  Locale,
  MatchingEvent,
  MatchingInput,
  SessionStatus,
  UserInteraction,
} from '../protocol.ts';
import { parseAnswer } from './answer-input.ts';
import { atMost } from './at-most.ts';
import { DeliveryTimes, type OnDelivered } from './delivery-times.ts';
import { follow } from './follow.ts';
import { parseAfter, parseStart, SESSION_ID_PATTERN } from './session-input.ts';
import type { SessionRunner } from './session-runner.ts';
import { sameInput, type SessionKey, type SessionStore, type Snapshot } from './session-store.ts';

/** The only door to sessions, for both faces. Every call names the account. */
export interface SessionService {
  /**
   * Starts a session, or attaches to the one that this account started under that id with the same input. With
   * `after` above 0 nothing is ever started. `input` is what the caller gave, unchecked.
   *
   * Rejects with SessionFailure: invalid_request, parent_not_found, session_conflict, session_not_found, unavailable (also
   * where this instance is about to end).
   */
  start(account: string, input: unknown, after?: number | null): Promise<FollowedSession>;

  /** Attaches to a session that exists. Rejects with SessionFailure: session_not_found, invalid_request, unavailable. */
  attach(account: string, sessionId: string, after?: number | null): Promise<FollowedSession>;

  /**
   * Answers an open question. `response` is what the caller gave, unchecked, in the shape of InteractionResponse.
   *
   * After so many that do not fit a question as it may have, it takes no answer at all for a minute, nor again after each
   * further one that does not fit; what comes meanwhile is rate_limited, and makes nobody wait for longer. So a person who
   * has found out what is wanted can still answer, once a minute at least, and nobody can try out answers without end.
   *
   * Rejects with SessionFailure: session_not_found, interaction_not_found, invalid_response, rate_limited,
   * interaction_already_answered, user_interaction_timeout, session_cancelled, processing_error, unavailable.
   */
  respond(account: string, answer: RespondRequest): Promise<InteractionReceipt>;

  /** Rejects with SessionFailure: session_not_found, unavailable. */
  status(account: string, sessionId: string): Promise<SessionStatus>;

  /**
   * Ends a session; an ended one stays as it is. Rejects with SessionFailure: session_not_found, unavailable; the session may
   * have been ended then, and it is safe to send it again.
   */
  cancel(account: string, sessionId: string): Promise<SessionStatus>;
}

/** An answer to a question, not yet parsed. */
export interface RespondRequest {
  readonly sessionId: string;
  readonly interactionId: string;
  readonly response: unknown;
  /** The type that the caller takes the question for: where it is given, it must be right. */
  readonly responseType?: InteractionType;
}

/** A session and its log after a cursor, as it grows. */
export interface FollowedSession {
  readonly sessionId: string;
  /** Whether the session has ended and nothing of it follows the cursor: there is nothing to read, now or later. */
  readonly isOver: boolean;
  /** Ends after the log's last entry. `return()` stops it at any time, also while `next()` is pending. */
  readonly events: AsyncIterableIterator<MatchingEvent>;
}

export interface SessionServiceOptions {
  readonly store: SessionStore;
  readonly runner: Pick<SessionRunner, 'take' | 'isOpen'>;
  readonly pipeline: Pipeline;
  readonly clock: Clock;
  /** This instance's own name, for the sessions that it begins. */
  readonly instance: string;
  readonly maxLifeMs: number;
  readonly retentionMs: number;
  /** How many answers that do not fit a question may have before it takes one a minute. */
  readonly wrongAnswersPerQuestion: number;
  /** From 0 to below 1: spreads the callers that were refused over the time that they come back in. Default: Math.random. */
  readonly random?: () => number;
  /** Hears how long events took to their readers. Default: nobody. */
  readonly onDelivered?: OnDelivered;
  /** Hears of a start that failed and may have been carried out: then somebody must run it. Default: nobody. */
  readonly onStartInDoubt?: () => void;
}

/** How long whoever may be started for is looked up at most: a caller is told soon that the database is away. */
const ADMIT_LIMIT_MS = 2000;

const ACKNOWLEDGEMENT: Record<Locale, string> = { en: 'Answer received', de: 'Antwort erhalten' };

/** For how long a question takes no answer after too many that did not fit, unless its time is over before. */
const PAUSE_MS = 60_000;

/** The service over a store and a runner. */
export function createSessionService(options: SessionServiceOptions): SessionService {
  return new StoredSessions(options);
}

class StoredSessions implements SessionService {
  readonly #options: SessionServiceOptions;

  constructor(options: SessionServiceOptions) {
    this.#options = options;
  }

  async start(account: string, given: unknown, givenAfter?: number | null): Promise<FollowedSession> {
    this.#assertOpen();
    const { input, sessionId, after } = parseStart(given, givenAfter);
    const key = { account, sessionId: sessionId ?? randomUUID() };
    const existing = sessionId === null ? undefined : await this.#options.store.snapshot(key);
    if (existing && !sameInput(existing.input, input)) throw new SessionFailure('session_conflict');
    if (!existing && after > 0) throw new SessionFailure('session_not_found');
    if (!existing) await this.#begin(key, input);
    return this.#follow(key, after, existing);
  }

  async attach(account: string, sessionId: string, givenAfter?: number | null): Promise<FollowedSession> {
    this.#assertOpen();
    const after = parseAfter(givenAfter);
    const key = keyOf(account, sessionId);
    const existing = await this.#options.store.snapshot(key);
    if (!existing) throw new SessionFailure('session_not_found');
    return this.#follow(key, after, existing);
  }

  async respond(account: string, request: RespondRequest): Promise<InteractionReceipt> {
    const { interactionId } = request;
    const key = keyOf(account, request.sessionId);
    const snapshot = await this.#options.store.snapshot(key);
    if (!snapshot) throw new SessionFailure('session_not_found');
    const question = snapshot.questions.get(interactionId);
    if (!question) throw new SessionFailure('interaction_not_found', { interactionId });
    const answer = await this.#parse(key, question, snapshot, request);
    const outcome = await this.#options.store.answer(
      key,
      interactionId,
      answer,
      ACKNOWLEDGEMENT[snapshot.input.locale],
    );
    switch (outcome.outcome) {
      case 'received':
      case 'duplicate':
        return { sessionId: key.sessionId, interactionId, status: outcome.outcome };
      case 'already_answered':
        throw new SessionFailure('interaction_already_answered', { interactionId });
      case 'interaction_not_found':
      case 'session_not_found':
        throw new SessionFailure(outcome.outcome, { interactionId });
      case 'paused':
        throw new SessionFailure('rate_limited', { interactionId, retryAfterMs: outcome.forMs });
      case 'ended':
        throw new SessionFailure(outcome.error.errorCode, { ...outcome.error.errorDetails, interactionId });
    }
  }

  async status(account: string, sessionId: string): Promise<SessionStatus> {
    const snapshot = await this.#options.store.snapshot(keyOf(account, sessionId));
    if (!snapshot) throw new SessionFailure('session_not_found');
    return snapshot.status;
  }

  async cancel(account: string, sessionId: string): Promise<SessionStatus> {
    const key = keyOf(account, sessionId);
    const snapshot = await this.#options.store.snapshot(key);
    const { parentId } = snapshot?.input ?? { parentId: null };
    const status = snapshot && (await this.#options.store.cancel(key, errorBody('session_cancelled', { parentId })));
    if (!status) throw new SessionFailure('session_not_found');
    return status;
  }

  /** The answer as it was parsed. One that does not fit a question that is open counts against it. */
  async #parse(
    key: SessionKey,
    question: UserInteraction,
    snapshot: Snapshot,
    request: RespondRequest,
  ): Promise<Answer> {
    try {
      return parseOpen(question, snapshot, request);
    } catch (failure) {
      if (!(failure instanceof SessionFailure) || failure.code !== 'invalid_response') throw failure;
      const { store, wrongAnswersPerQuestion: most } = this.#options;
      const { interactionId } = question;
      const counted = await store.misfit(key, interactionId, { most, pauseMs: PAUSE_MS });
      if (counted.outcome === 'taken') throw failure;
      throw new SessionFailure('rate_limited', { interactionId, retryAfterMs: counted.forMs });
    }
  }

  async #begin(key: SessionKey, input: MatchingInput): Promise<void> {
    const { store, runner, pipeline, clock, instance, maxLifeMs, retentionMs, onStartInDoubt } = this.#options;
    const admitted = pipeline.admit(key.account, input);
    if (!(await atMost(clock, ADMIT_LIMIT_MS, admitted))) throw this.#unavailable();
    await admitted;
    const start = { input, startToken: randomUUID(), instance, maxLifeMs, retentionMs };
    const started = await store.start(key, start).catch((unknown: unknown) => {
      onStartInDoubt?.();
      throw unknown;
    });
    if (started.outcome === 'conflict') throw new SessionFailure('session_conflict');
    if (started.outcome === 'started') void runner.take(started.lease);
  }

  /** An instance that is about to end takes no more readers. Answers and cancels are taken to its last moment. */
  #assertOpen(): void {
    if (!this.#options.runner.isOpen) throw this.#unavailable();
  }

  /** Another instance serves when the caller comes back, or what was away is there again. */
  #unavailable(): SessionFailure {
    const { random = Math.random } = this.#options;
    return new SessionFailure('unavailable', { retryAfterMs: comeBackAfterMs(random) });
  }

  #follow(key: SessionKey, after: number, known: Snapshot | undefined): FollowedSession {
    // A cursor beyond the log is that of a log that was lost: then what is there is still to be read.
    const isOver = known?.status.completed === true && known.status.lastSequence === after;
    return { sessionId: key.sessionId, isOver, events: this.#events(key, after) };
  }

  #events(key: SessionKey, after: number): AsyncIterableIterator<MatchingEvent> {
    const { store, clock, onDelivered } = this.#options;
    if (!onDelivered) return follow(store, key, { after, clock });
    const times = new DeliveryTimes(clock, onDelivered);
    return times.timing(follow(times.watching(store), key, { after, clock }));
  }
}

/** A question that is closed says so, whatever the answer is like. */
function parseOpen(question: UserInteraction, { answered, endedIn }: Snapshot, request: RespondRequest): Answer {
  const { interactionId } = question;
  try {
    return parseAnswer(question, request.response, request.responseType);
  } catch (invalid) {
    if (answered.has(interactionId)) throw new SessionFailure('interaction_already_answered', { interactionId });
    if (endedIn) throw new SessionFailure(endedIn.errorCode, { ...endedIn.errorDetails, interactionId });
    throw invalid;
  }
}

/** A malformed id names no session: it looks like an unknown one. */
function keyOf(account: string, sessionId: string): SessionKey {
  if (!SESSION_ID_PATTERN.test(sessionId)) throw new SessionFailure('session_not_found');
  return { account, sessionId };
}
