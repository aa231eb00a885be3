import type { Clock } from '../clock.ts';
import { looseError, SessionFailure } from '../errors.ts';
import type { MatchingEvent } from '../protocol.ts';
import type { LogPage, SessionKey, SessionStore, StopWatching } from './session-store.ts';

/** How many events a reader takes at once: what a slow reader holds at most. */
const PAGE = 64;

/**
 * A session's log after a cursor, as it grows, to its last entry. The watch begins before the first look, so nothing
 * falls in between; only the log is read, so a ring that is late, doubled or missing changes nothing. Nothing is
 * acquired before the first `next()`, and `return()` settles one that is pending.
 *
 * A cursor beyond the log, or a log that was begun anew, gives history_lost and then the log from 1; a session that is
 * gone gives session_not_found and the end.
 */
export function follow(
  store: SessionStore,
  key: SessionKey,
  options: { readonly after: number; readonly clock: Clock },
): AsyncIterableIterator<MatchingEvent> {
  return new LogReader(store, key, options.after, options.clock);
}

class LogReader implements AsyncIterableIterator<MatchingEvent> {
  readonly #store: SessionStore;
  readonly #key: SessionKey;
  readonly #clock: Clock;
  #cursor: number;
  #generation: string | undefined;
  #page: MatchingEvent[] = [];
  #complete = false;
  #caughtUp = false;
  #closed = false;
  #rung = false;
  #wake: (() => void) | undefined;
  #stopWatching: StopWatching | undefined;

  constructor(store: SessionStore, key: SessionKey, after: number, clock: Clock) {
    this.#store = store;
    this.#key = key;
    this.#cursor = after;
    this.#clock = clock;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<MatchingEvent, undefined>> {
    try {
      while (!this.#isClosed()) {
        const event = this.#page.shift();
        if (event) {
          this.#cursor = Math.max(this.#cursor, event.sequence);
          return { done: false, value: event };
        }
        if (this.#complete) this.#close();
        else if (this.#stopWatching) await this.#look();
        else await this.#watch();
      }
      return { done: true, value: undefined };
    } catch (error) {
      this.#close();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<MatchingEvent, undefined>> {
    this.#close();
    return { done: true, value: undefined };
  }

  /** A method: the flag may have changed during any await. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #close(): void {
    this.#closed = true;
    this.#page = [];
    this.#stopWatching?.();
    this.#wake?.();
  }

  async #watch(): Promise<void> {
    const stop = await this.#store.watch(this.#key, () => {
      this.#rung = true;
      this.#wake?.();
    });
    this.#stopWatching = stop;
    // Left while the watch was being set up.
    if (this.#isClosed()) stop();
  }

  /** Reads what is new; where everything was read, when there is a ring. */
  async #look(): Promise<void> {
    if (this.#caughtUp) await this.#ring();
    if (this.#isClosed()) return;
    this.#rung = false;
    const page = await this.#store.read(this.#key, this.#cursor, PAGE);
    if (!page) {
      this.#complete = true;
      this.#page = [this.#loose('session_not_found')];
    } else if (this.#isAnotherLog(page)) {
      this.#cursor = 0;
      this.#caughtUp = false;
      this.#page = [this.#loose('history_lost')];
    } else {
      this.#page = [...page.events];
      this.#caughtUp = page.lastSequence === this.#cursor + page.events.length;
      this.#complete = page.ended && this.#caughtUp;
    }
    this.#generation = page?.generation;
  }

  #isAnotherLog(page: LogPage): boolean {
    const begunAnew = this.#generation !== undefined && this.#generation !== page.generation;
    return begunAnew || page.lastSequence < this.#cursor;
  }

  async #ring(): Promise<void> {
    if (this.#rung || this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  #loose(code: 'session_not_found' | 'history_lost'): MatchingEvent {
    return looseError(new SessionFailure(code), this.#key.sessionId, this.#clock.now());
  }
}
