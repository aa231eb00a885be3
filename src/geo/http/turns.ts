import type { Clock } from '../../clock.ts';
import type { CallBudget, CallLimit, Reservation } from '../call-budget.ts';
import { MapServiceUnavailable } from '../map-service.ts';
import { abortable, pause } from './waiting.ts';

/** A wait that is worth telling a person of. */
const NOTICEABLE_WAIT_MS = 500;

interface TurnsOptions {
  /** The service's name, for errors. */
  readonly service: string;
  /** Null: calls are not counted. */
  readonly limit: CallLimit | null;
  readonly budget: CallBudget;
  readonly clock: Clock;
  /** How long to wait for a turn at most. */
  readonly mostWaitMs: number;
}

/** Who waits for a turn. */
export interface Waiter {
  readonly signal: AbortSignal;
  /** Hears of a wait of 500 ms or more before it is waited. */
  readonly onWait: (waitMs: number) => Promise<void>;
}

/** When a service may be called: as its budget says, and not while it asks to be left alone. */
export class Turns {
  readonly #options: TurnsOptions;
  /** By the monotonic clock. */
  #heldUntil = Number.NEGATIVE_INFINITY;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /**
   * Waits for the turn of one call. Rejects with MapServiceUnavailable `busy` or `spent`, with what the budget rejects
   * with, and at once with the reason of an aborted signal.
   */
  async take(waiter: Waiter): Promise<void> {
    const { clock, mostWaitMs, service } = this.#options;
    const latest = clock.monotonic() + mostWaitMs;
    for (;;) {
      const heldUntil = this.#heldUntil;
      const reservation = await abortable(this.#reserve(Math.max(0, latest - clock.monotonic())), waiter.signal);
      if (reservation.status !== 'reserved') throw new MapServiceUnavailable(service, reservation.status);
      await this.#wait(reservation.waitMs, waiter);
      // A turn that was given before the service asked to be left alone has lapsed.
      if (heldUntil === this.#heldUntil || this.#heldUntil <= clock.monotonic()) return;
    }
  }

  /** The service asks to be left alone, by all who share its budget. Rejects as the budget and the signal. */
  async hold(forMs: number, signal: AbortSignal): Promise<void> {
    const { limit, budget, clock } = this.#options;
    this.#heldUntil = Math.max(this.#heldUntil, clock.monotonic() + forMs);
    if (limit) await abortable(budget.hold(limit, forMs), signal);
  }

  async #reserve(mostWaitMs: number): Promise<Reservation> {
    const { limit, budget, clock } = this.#options;
    if (limit) return budget.reserve(limit, mostWaitMs);
    const waitMs = Math.max(0, this.#heldUntil - clock.monotonic());
    return waitMs > mostWaitMs ? { status: 'busy', afterMs: waitMs } : { status: 'reserved', waitMs };
  }

  async #wait(waitMs: number, { signal, onWait }: Waiter): Promise<void> {
    const { clock } = this.#options;
    const turn = clock.monotonic() + waitMs;
    if (waitMs >= NOTICEABLE_WAIT_MS) await abortable(onWait(waitMs), signal);
    await pause(clock, turn - clock.monotonic(), signal);
  }
}
