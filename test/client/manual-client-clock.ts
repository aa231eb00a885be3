import type { ClientClock } from '../../src/client/index.ts';

/** A clock that stands still until it is told how much time passes. */
export class ManualClientClock implements ClientClock {
  #now = 0;
  readonly #timers = new Map<() => void, number>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = (): void => callback();
    this.#timers.set(timer, this.#now + delayMs);
    return () => this.#timers.delete(timer);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [timer, dueAt] of this.#timers) {
      if (dueAt > this.#now) continue;
      this.#timers.delete(timer);
      timer();
    }
  }
}

/** Resolves once something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}
