import type { Clock } from '../../clock.ts';
import { MapServiceUnavailable } from '../map-service.ts';
import { isRefusal, isServiceFault } from './failures.ts';

export interface BreakerOptions {
  /** So many requests must fail in a row, 1 or more. */
  readonly failures: number;
  /** Then the service is not asked for so long. */
  readonly restMs: number;
}

/**
 * Keeps requests from a service that does not work. It counts faults of the service alone: no refusal, no missing turn
 * and no abort. The rest goes by the monotonic clock: one that is set back makes none longer.
 */
export class Breaker {
  readonly #service: string;
  readonly #options: BreakerOptions;
  readonly #clock: Clock;
  #failedInARow = 0;
  #restsUntil: number | null = null;
  #isTrying = false;

  constructor(service: string, options: BreakerOptions, clock: Clock) {
    this.#service = service;
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * Does `work`. Rejects as it does; without doing it, with MapServiceUnavailable `resting` while the service rests. The
   * first request after that is a trial: until it has an answer the service rests for all others.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#restsUntil === null) return this.#watch(work);
    const isOver = this.#clock.monotonic() >= this.#restsUntil;
    if (this.#isTrying || !isOver) throw new MapServiceUnavailable(this.#service, 'resting');
    this.#isTrying = true;
    try {
      return await this.#try(work);
    } finally {
      this.#isTrying = false;
    }
  }

  async #watch<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#failedInARow = 0;
      return result;
    } catch (thrown) {
      if (isServiceFault(thrown)) this.#failed();
      else if (isRefusal(thrown)) this.#failedInARow = 0;
      throw thrown;
    }
  }

  /** A trial that is broken off or gets no turn proves nothing: the service rests again. */
  async #try<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#works();
      return result;
    } catch (thrown) {
      if (isRefusal(thrown)) this.#works();
      else this.#rest();
      throw thrown;
    }
  }

  #failed(): void {
    this.#failedInARow += 1;
    if (this.#failedInARow >= this.#options.failures && this.#restsUntil === null) this.#rest();
  }

  #rest(): void {
    this.#restsUntil = this.#clock.monotonic() + this.#options.restMs;
  }

  #works(): void {
    this.#restsUntil = null;
    this.#failedInARow = 0;
  }
}
