import type { Clock, Timer } from '../clock.ts';
import type { Outage } from '../outage.ts';
import type { Overdue, SessionKey, SessionStore } from './session-store.ts';

/** How long to wait before the store, which was away, is asked again. */
const AGAIN_MS = 1000;

/** How soon a run is stopped that was cancelled. Most runs are over by then, and their own writes ring too. */
const NOTICE_CANCEL_MS = 200;

export interface DeadlineOptions {
  readonly store: Pick<SessionStore, 'expire'>;
  readonly key: SessionKey;
  readonly clock: Clock;
  /** Of the looks of all sessions of this instance. */
  readonly outage: Outage;
  /** The session has ended, by this look or before it, or is gone. */
  readonly onOver: (over: Exclude<Overdue, { readonly outcome: 'not_yet' }>) => void;
  /** Hears of every look that begins; it never rejects. */
  readonly onLook: (look: Promise<void>) => void;
}

/** Asks the store, whose clock decides, whether a session is over, and when to ask again. Looks do not overlap. */
export class Deadline {
  readonly #options: DeadlineOptions;
  #timer: Timer | undefined;
  #isLooking = false;
  #mustLookAgain = false;
  /** Whether a ring has brought the next look forward. */
  #isSoon = false;
  #stopped = true;

  constructor(options: DeadlineOptions) {
    this.#options = options;
  }

  /** Looks now, or once more when the look that is under way is over; and from then on at every deadline. */
  look(): void {
    this.#stopped = false;
    this.#mustLookAgain = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#options.onLook(this.#lookOn());
  }

  /** Looks in a moment: something happened that may be the end. */
  lookSoon(): void {
    if (this.#isSoon || this.#stopped) return;
    this.#isSoon = true;
    this.#lookIn(NOTICE_CANCEL_MS);
  }

  /** Looks no more, until `look` is called. */
  stop(): void {
    this.#stopped = true;
    this.#isSoon = false;
    this.#timer?.cancel();
  }

  async #lookOn(): Promise<void> {
    try {
      while (this.#mustLookAgain && !this.#isStopped()) await this.#lookOnce();
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookOnce(): Promise<void> {
    const { store, key, outage, onOver } = this.#options;
    this.#mustLookAgain = false;
    this.#isSoon = false;
    try {
      const overdue = await store.expire(key);
      outage.worked();
      if (overdue.outcome === 'not_yet') this.#lookIn(overdue.inMs);
      else onOver(overdue);
    } catch (thrown) {
      // Only this look has failed: a run that is under way goes on.
      outage.failed(thrown);
      this.#lookIn(AGAIN_MS);
    }
  }

  #lookIn(delayMs: number): void {
    this.#timer?.cancel();
    // What was rung for during a look may have come too late for it.
    const soonestMs = this.#isSoon ? Math.min(delayMs, NOTICE_CANCEL_MS) : delayMs;
    if (!this.#stopped) this.#timer = this.#options.clock.after(Math.max(1, soonestMs), () => this.look());
  }

  /** A method: it may have changed during any await. */
  #isStopped(): boolean {
    return this.#stopped;
  }
}
