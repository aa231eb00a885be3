import type { TravelTime } from '../../../geo/travel-times.ts';

/** What is known of one way's time. `open`: only the least that it can be. */
type State = 'open' | TravelTime['source'];

const STATES = ['open', 'routed', 'estimated'] as const satisfies readonly State[];

/**
 * The travel times from one place to every candidate, by the candidates' indexes, as far as they are known: first the
 * least that they can be, then, of those that were asked for, what they are. All versions of a wish share them.
 */
export class LegTimes {
  readonly #minutes: Float64Array;
  readonly #routesKm: Float64Array;
  readonly #states: Uint8Array;
  #version = 0;
  #batches = 0;
  #isDegraded = false;

  /** `leastMinutes` are the least minutes to each candidate. */
  constructor(leastMinutes: Float64Array) {
    this.#minutes = leastMinutes;
    this.#routesKm = new Float64Array(leastMinutes.length).fill(Number.NaN);
    this.#states = new Uint8Array(leastMinutes.length);
  }

  /** Changes whenever more is known. */
  get version(): number {
    return this.#version;
  }

  /** Whether the service could not be asked, so that what was open then was estimated. */
  get isDegraded(): boolean {
    return this.#isDegraded;
  }

  /** The number of the next batch, from 0. */
  nextBatch(): number {
    return this.#batches++;
  }

  /** Minutes, or the least that they can be while it is open; NaN where there is no way. */
  minutesAt(index: number): number {
    return this.#minutes[index] ?? Number.NaN;
  }

  /** Kilometres along the way; NaN where unknown. */
  routeKmAt(index: number): number {
    return this.#routesKm[index] ?? Number.NaN;
  }

  isOpen(index: number): boolean {
    return this.#states[index] === 0;
  }

  stateAt(index: number): State {
    return STATES[this.#states[index] ?? 0] ?? 'open';
  }

  /** How many of the times are estimates, and how many are routed. */
  count(state: State): number {
    const wanted = STATES.indexOf(state);
    let count = 0;
    for (const one of this.#states) if (one === wanted) count += 1;
    return count;
  }

  /** Makes one known. */
  put(index: number, { minutes, routeKm, source }: TravelTime): void {
    if (index < 0 || index >= this.#states.length) return;
    this.#minutes[index] = minutes ?? Number.NaN;
    this.#routesKm[index] = routeKm ?? Number.NaN;
    this.#states[index] = STATES.indexOf(source);
    this.#version += 1;
  }

  /** The service cannot be asked: all that are open become estimates. */
  degrade(estimateAt: (index: number) => number): void {
    this.#isDegraded = true;
    for (const [index, state] of this.#states.entries()) {
      if (state === 0) this.put(index, { minutes: estimateAt(index), routeKm: null, source: 'estimated' });
    }
  }
}
