import type { Clock, Timer } from '../../src/clock.ts';

/** A clock that stands still until it is told how much time passes. */
export class ManualClock implements Clock {
  #now: number;
  #isFrozen = false;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  constructor(now = 1_800_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): Timer {
    const timer = { at: this.#now + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  /** How many callbacks are still to come. */
  get pending(): number {
    return this.#timers.size;
  }

  /** From now on time passes and no callback runs, as in a process that is stopped. */
  freeze(): void {
    this.#isFrozen = true;
  }

  /** Callbacks that fell due meanwhile run now. */
  async thaw(): Promise<void> {
    this.#isFrozen = false;
    await this.pass(0);
  }

  /** Lets time pass; callbacks that fall due run in their order, each at its own time. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    while (!this.#isFrozen) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settle();
    }
    this.#now = until;
    await settle();
  }
}

/** Waits until everything that is ready has run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
