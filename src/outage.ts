import { causeOf } from './errors.ts';
import type { Log } from './log.ts';

/** Says in the log once that something has begun to fail, and once that it works again, however often it is tried. */
export class Outage {
  readonly #log: Log;
  readonly #what: string;
  #failing = false;

  /** `what` fails, as a sentence says it: `the heartbeat`. */
  constructor(log: Log, what: string) {
    this.#log = log;
    this.#what = what;
  }

  /** Whether it failed when it was last tried. */
  get isFailing(): boolean {
    return this.#failing;
  }

  failed(thrown: unknown): void {
    if (!this.#failing) this.#log.warn({ cause: causeOf(thrown) }, `${this.#what} fails`);
    this.#failing = true;
  }

  worked(): void {
    if (this.#failing) this.#log.info({}, `${this.#what} works again`);
    this.#failing = false;
  }
}
