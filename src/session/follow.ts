import type { Clock } from '../clock.ts';
import { looseError, SessionFailure } from '../errors.ts';
import type { MatchingEvent } from '../protocol.ts';
import type { LogPage, SessionKey, SessionStore, StopWatching } from './session-store.ts';

/** How many events a reader takes at once: what a slow reader holds at most. */
const PAGE = 64;

/** How long to wait before a store that is away is tried again: first, and at most. A ring comes before it. */
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 1000;

/** The end of a reader. */
const DONE = { done: true, value: undefined } as const;

type Next = IteratorResult<MatchingEvent, undefined>;

/**
 * A session's log after a cursor, as it grows, to its last entry. The watch begins before the first look, so nothing
 * falls in between; only the log is read, so a ring that is late, doubled or missing changes nothing. Nothing is
 * acquired before the first `next()`, and `return()` settles one that is pending at once.
 *
 * While the store is `unavailable` the reader waits for it. A cursor beyond the log, or a log that was begun anew, gives
 * history_lost and then the log from 1; a session that is gone gives session_not_found and the end.
 */
export function follow(
  store: Pick<SessionStore, 'read' | 'watch'>,
  key: SessionKey,
  options: { readonly after: number; readonly clock: Clock },
): AsyncIterableIterator<MatchingEvent> {
  return new LogReader(store, key, options.after, options.clock);
}

class LogReader implements AsyncIterableIterator<MatchingEvent> {
  readonly #store: Pick<SessionStore, 'read' | 'watch'>;
  readonly #key: SessionKey;
  readonly #clock: Clock;
  readonly #pending = new Set<(result: Next) => void>();
  /** Calls of `next()` are carried out one after another. */
  #turn: Promise<unknown> = Promise.resolve();
  #cursor: number;
  #generation: string | undefined;
  #page: MatchingEvent[] = [];
  #isComplete = false;
  #isCaughtUp = false;
  #isClosed = false;
  #isRung = false;
  #failures = 0;
  #wake: (() => void) | undefined;
  #stopWatching: StopWatching | undefined;

  constructor(store: Pick<SessionStore, 'read' | 'watch'>, key: SessionKey, after: number, clock: Clock) {
    this.#store = store;
    this.#key = key;
    this.#cursor = after;
    this.#clock = clock;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<Next> {
    if (this.#isClosed) return DONE;
    const { promise, resolve, reject } = Promise.withResolvers<Next>();
    this.#pending.add(resolve);
    this.#turn = this.#turn.then(() => this.#advance()).then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#pending.delete(resolve);
    }
  }

  async return(): Promise<Next> {
    this.#close();
    for (const resolve of this.#pending) resolve(DONE);
    return DONE;
  }

  async #advance(): Promise<Next> {
    try {
      while (!this.#hasClosed()) {
        const event = this.#page.shift();
        if (event) {
          this.#cursor = Math.max(this.#cursor, event.sequence);
          return { done: false, value: event };
        }
        if (this.#isComplete) this.#close();
        else await this.#goOn();
      }
      return DONE;
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  /** Begins the watch, and then reads what is new; a store that is away is waited for. */
  async #goOn(): Promise<void> {
    try {
      if (this.#stopWatching) await this.#look();
      else await this.#watch();
      this.#failures = 0;
    } catch (error) {
      if (!(error instanceof SessionFailure && error.code === 'unavailable')) throw error;
      // What is new is not known, whether a ring came for it or not; only a later one is a reason to hurry.
      this.#isCaughtUp = false;
      this.#isRung = false;
      this.#failures += 1;
      await this.#ring(Math.min(FIRST_RETRY_MS * this.#failures, LONGEST_RETRY_MS));
    }
  }

  async #watch(): Promise<void> {
    const stop = await this.#store.watch(this.#key, () => {
      this.#isRung = true;
      this.#wake?.();
    });
    this.#stopWatching = stop;
    // Left while the watch was being set up.
    if (this.#hasClosed()) stop();
  }

  /** Reads what is new; where everything was read, when there is a ring. */
  async #look(): Promise<void> {
    if (this.#isCaughtUp) await this.#ring();
    if (this.#hasClosed()) return;
    this.#isRung = false;
    const page = await this.#store.read(this.#key, this.#cursor, PAGE);
    if (!page) {
      this.#isComplete = true;
      this.#page = [this.#loose('session_not_found')];
    } else if (this.#isAnotherLog(page)) {
      this.#cursor = 0;
      this.#isCaughtUp = false;
      this.#page = [this.#loose('history_lost')];
    } else {
      this.#page = [...page.events];
      this.#isCaughtUp = page.lastSequence === this.#cursor + page.events.length;
      this.#isComplete = page.ended && this.#isCaughtUp;
    }
    this.#generation = page?.generation;
  }

  #isAnotherLog(page: LogPage): boolean {
    const begunAnew = this.#generation !== undefined && this.#generation !== page.generation;
    return begunAnew || page.lastSequence < this.#cursor;
  }

  /** Resolves when there is a ring, the reader leaves, or `limitMs` are over. */
  async #ring(limitMs?: number): Promise<void> {
    if (this.#isRung || this.#isClosed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = limitMs === undefined ? undefined : this.#clock.after(limitMs, resolve);
    await promise;
    timer?.cancel();
    this.#wake = undefined;
  }

  #close(): void {
    this.#isClosed = true;
    this.#page = [];
    this.#stopWatching?.();
    this.#wake?.();
  }

  /** A method: the flag may have changed during any await. */
  #hasClosed(): boolean {
    return this.#isClosed;
  }

  #loose(code: 'session_not_found' | 'history_lost'): MatchingEvent {
    return looseError(new SessionFailure(code), this.#key.sessionId, this.#clock.now());
  }
}
