import type { ErrorMessage } from '../rest-protocol.ts';
import { type ClientClock, sleep } from './client-clock.ts';
import { MatchingError, matchingErrorOf } from './matching-error.ts';

/** What a failed attempt says besides its sentence. */
interface FailureFacts {
  /** How long the service asks to wait, at least; null where it does not say. */
  readonly retryAfterMs?: number | null;
  /** What the service said, where it was its own refusal. */
  readonly refusal?: ErrorMessage | null;
  readonly cause?: unknown;
}

/** An attempt that failed in a way that another one may overcome. */
export class AttemptFailure extends Error {
  override readonly name = 'AttemptFailure';
  readonly retryAfterMs: number;
  readonly refusal: ErrorMessage | null;

  constructor(message: string, facts: FailureFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.retryAfterMs = facts.retryAfterMs ?? 0;
    this.refusal = facts.refusal ?? null;
  }
}

/**
 * The longest that is waited for another attempt: ten minutes, twice what a question stays open. Whoever is asked to
 * wait longer is better told so.
 */
export const LONGEST_PAUSE_MS = 600_000;

/** How attempts follow each other. */
export interface Patience {
  /** Attempts in a row without success, at least 1. */
  readonly retries: number;
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  readonly random: () => number;
  readonly clock: ClientClock;
}

/**
 * A pause after `failures` failures in a row: exponential with full jitter, so that clients that lost the same server
 * do not come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and never less
 * than `leastMs`.
 */
export function pauseMs({ backoffBaseMs, backoffCapMs, random }: Patience, failures: number, leastMs: number): number {
  return Math.max(leastMs, random() * Math.min(backoffCapMs, backoffBaseMs * 2 ** failures));
}

/** The attempts at one thing: how many failed in a row, and how long to wait before the next. */
export class Attempts {
  readonly #patience: Patience;
  readonly #sessionId: string;
  #failures = 0;
  #succeeded = false;
  #retries: number;
  #leastPauseMs = 0;

  /** `firstRetries`: how many attempts there are before the first success. */
  constructor(patience: Patience, sessionId: string, firstRetries = patience.retries) {
    this.#patience = patience;
    this.#sessionId = sessionId;
    this.#retries = firstRetries;
  }

  /** The least pause, which an event stream's `retry` sets; no more than ten minutes. */
  set leastPauseMs(ms: number) {
    this.#leastPauseMs = Math.min(ms, LONGEST_PAUSE_MS);
  }

  /** The attempt that goes on brought something new: those before it no longer count. */
  succeed(): void {
    this.#succeeded = true;
    this.#failures = 0;
    this.#retries = this.#patience.retries;
  }

  /**
   * Waits after a failure, as long as is due. Throws MatchingError when there were enough, or the service
   * asks to wait for more than ten minutes: with the service's own code
   * where it refused, NETWORK_ERROR otherwise, the failure as its cause. Rejects with the signal's reason.
   */
  async afterFailure(failure: AttemptFailure, signal: AbortSignal): Promise<void> {
    if (!this.#succeeded) this.#failures += 1;
    this.#succeeded = false;
    if (this.#failures >= this.#retries || failure.retryAfterMs > LONGEST_PAUSE_MS) throw this.#spent(failure);
    const leastMs = Math.max(this.#leastPauseMs, failure.retryAfterMs);
    await sleep(this.#patience.clock, pauseMs(this.#patience, this.#failures, leastMs), signal);
  }

  #spent(failure: AttemptFailure): MatchingError {
    if (failure.refusal) return matchingErrorOf(failure.refusal, this.#sessionId);
    const times = this.#failures <= 1 ? 'The attempt' : `${this.#failures} attempts in a row`;
    return new MatchingError('NETWORK_ERROR', `${times} to reach the matching service failed: ${failure.message}`, {
      sessionId: this.#sessionId,
      cause: failure.cause ?? failure,
    });
  }
}
