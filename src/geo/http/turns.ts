import type { Clock } from '../../clock.ts';
import type { CallBudget, CallLimit, Reservation } from '../call-budget.ts';
import { MapServiceUnavailable } from '../map-service.ts';
import { abortable, pause } from './waiting.ts';

/** A wait that is worth telling a person of. */
const NOTICEABLE_WAIT_MS = 500;

/**
 * A turn that is missed by more, as by a process that was stopped, is another's time by now. At ten calls a second,
 * spread evenly, calls that are all this late and others that are not make one too many in a second, not more.
 */
const MOST_LATE_MS = 200;

/** By how much a timer and the clock of the budget may be apart. */
const CLOCKS_APART_MS = 10;

interface TurnsOptions {
  /** The service's name, for errors. */
  readonly service: string;
  /** Null: calls are not counted. */
  readonly limit: CallLimit | null;
  readonly budget: CallBudget;
  readonly clock: Clock;
}

/** Who waits for a turn. */
export interface Waiter {
  readonly signal: AbortSignal;
  /** By the monotonic clock: a turn that is later is not waited for. */
  readonly latest: number;
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
    let { limit } = this.#options;
    while (!(await this.#takeOnce(limit, waiter))) {
      // The month has counted the call with the turn that lapsed.
      limit = limit && { ...limit, perMonth: null };
    }
  }

  /** The service asks to be left alone, by all who share its budget. Rejects as the budget and the signal. */
  async hold(forMs: number, signal: AbortSignal): Promise<void> {
    const { limit, budget, clock } = this.#options;
    this.#heldUntil = Math.max(this.#heldUntil, clock.monotonic() + forMs);
    if (limit) await abortable(budget.hold(limit, forMs), signal);
  }

  /** False where the turn lapsed while it was waited for. */
  async #takeOnce(limit: CallLimit | null, waiter: Waiter): Promise<boolean> {
    const { clock, service } = this.#options;
    const { latest, signal } = waiter;
    const heldUntil = this.#heldUntil;
    const reservation = await abortable(this.#reserve(limit, Math.max(0, latest - clock.monotonic())), signal);
    if (reservation.status !== 'reserved') {
      const isHeld = reservation.status === 'busy' && this.#heldUntil > clock.monotonic();
      throw new MapServiceUnavailable(service, reservation.status, { status: isHeld ? 429 : null });
    }
    const lateMs = await this.#wait(reservation.waitMs, waiter);
    // A turn that was given before the service asked to be left alone is none any more.
    const isTakenBack = heldUntil !== this.#heldUntil && this.#heldUntil > clock.monotonic();
    return !isTakenBack && !(await this.#hasLapsed(reservation.waitMs, lateMs, waiter));
  }

  async #reserve(limit: CallLimit | null, mostWaitMs: number): Promise<Reservation> {
    const { budget, clock } = this.#options;
    if (limit) return budget.reserve(limit, mostWaitMs);
    const waitMs = Math.max(0, this.#heldUntil - clock.monotonic());
    return waitMs > mostWaitMs ? { status: 'busy', afterMs: waitMs } : { status: 'reserved', waitMs };
  }

  /** Gives by how many ms the turn was missed. */
  async #wait(waitMs: number, { signal, onWait }: Waiter): Promise<number> {
    const { clock } = this.#options;
    const turn = clock.monotonic() + waitMs;
    if (waitMs >= NOTICEABLE_WAIT_MS) await abortable(onWait(waitMs), signal);
    await pause(clock, turn - clock.monotonic(), signal);
    return clock.monotonic() - turn;
  }

  /** Whether a turn that was waited for is none any more: it was missed, or another instance was told to hold. */
  async #hasLapsed(waitMs: number, lateMs: number, { signal }: Waiter): Promise<boolean> {
    const { limit, budget } = this.#options;
    if (!limit || waitMs === 0) return false;
    return lateMs > MOST_LATE_MS || (await abortable(budget.heldFor(limit), signal)) > CLOCKS_APART_MS;
  }
}
