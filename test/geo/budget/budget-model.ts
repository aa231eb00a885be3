import type { CallLimit, CallsLeft, Reservation } from '../../../src/geo/call-budget.ts';

/** What a budget promises, told from all turns that were ever given rather than from the last few. */
export class BudgetModel {
  readonly #limit: CallLimit;
  readonly #turns: number[] = [];
  readonly #perMonth = new Map<string, number>();
  #heldUntil = 0;

  constructor(limit: CallLimit) {
    this.#limit = limit;
  }

  /** Every turn that was given, in the order in which it was asked for. */
  get turns(): readonly number[] {
    return this.#turns;
  }

  get mostInAMonth(): number {
    return Math.max(0, ...this.#perMonth.values());
  }

  reserve(now: number, mostWaitMs: number): Reservation {
    const { perMonth } = this.#limit;
    const month = monthOf(now);
    const counted = this.#perMonth.get(month) ?? 0;
    if (perMonth !== null && counted >= perMonth) return { status: 'spent', afterMs: monthEnd(now) - now };
    const turn = this.#earliest(now, this.#turns);
    if (turn - now > mostWaitMs) return { status: 'busy', afterMs: turn - now - mostWaitMs };
    this.#turns.push(turn);
    this.#perMonth.set(month, counted + 1);
    return { status: 'reserved', waitMs: turn - now };
  }

  hold(now: number, forMs: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, now + forMs);
  }

  left(now: number): CallsLeft {
    const { perMonth, windowMs } = this.#limit;
    const inMonth = perMonth === null ? null : perMonth - (this.#perMonth.get(monthOf(now)) ?? 0);
    const turns = [...this.#turns];
    while (this.#earliest(now, turns) < now + windowMs) turns.push(this.#earliest(now, turns));
    return { inWindow: Math.min(turns.length - this.#turns.length, inMonth ?? Infinity), inMonth };
  }

  /** The first of all moments that could be it. */
  #earliest(now: number, turns: readonly number[]): number {
    const { calls, windowMs, spacingMs } = this.#limit;
    const last = turns.at(-1) ?? -Infinity;
    const isFree = (at: number): boolean =>
      at >= Math.max(now, this.#heldUntil, last + spacingMs) &&
      turns.filter((turn) => turn > at - windowMs).length < calls;
    const moments = [now, this.#heldUntil, last + spacingMs, ...turns.map((turn) => turn + windowMs)];
    return Math.min(...moments.filter(isFree));
  }
}

function monthOf(now: number): string {
  const at = new Date(now);
  return `${at.getUTCFullYear()}/${at.getUTCMonth()}`;
}

function monthEnd(now: number): number {
  const at = new Date(now);
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1)).getTime();
}

/** The most turns in any half-open window. */
export function mostInAWindow(turns: readonly number[], windowMs: number): number {
  return Math.max(0, ...turns.map((from) => turns.filter((turn) => turn >= from && turn < from + windowMs).length));
}
