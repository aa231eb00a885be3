import type { Clock } from '../../clock.ts';
import type { CallBudget, CallLimit, CallsLeft, Reservation } from '../call-budget.ts';
import { monthAt } from './month.ts';
import { callsLeft, type Ledger, nextTurn } from './turns.ts';

/** What is kept of one limit. */
interface Kept {
  heldUntil: number;
  turns: readonly number[];
  month: string;
  counted: number;
}

/** A budget for the instance that is the only one. Nothing of it outlives the process. */
export function createMemoryCallBudget(clock: Clock): CallBudget {
  return new MemoryCallBudget(clock);
}

class MemoryCallBudget implements CallBudget {
  readonly #clock: Clock;
  /** As many as there are limits. */
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async reserve(limit: CallLimit, mostWaitMs: number): Promise<Reservation> {
    const kept = this.#of(limit);
    const ledger = this.#ledger(kept);
    if (limit.perMonth !== null && kept.counted >= limit.perMonth) {
      return { status: 'spent', afterMs: monthAt(this.#clock.now()).leftMs };
    }
    const turn = nextTurn(limit, ledger);
    const waitMs = turn - ledger.now;
    if (waitMs > mostWaitMs) return { status: 'busy', afterMs: Math.ceil(waitMs - mostWaitMs) };
    kept.turns = [turn, ...kept.turns].slice(0, limit.calls);
    if (limit.perMonth !== null) kept.counted += 1;
    return { status: 'reserved', waitMs };
  }

  async hold(limit: CallLimit, forMs: number): Promise<void> {
    const kept = this.#of(limit);
    kept.heldUntil = Math.max(kept.heldUntil, this.#now() + Math.ceil(forMs));
  }

  async heldFor(limit: CallLimit): Promise<number> {
    return Math.max(0, this.#of(limit).heldUntil - this.#now());
  }

  async left(limit: CallLimit): Promise<CallsLeft> {
    return callsLeft(limit, this.#ledger(this.#of(limit)));
  }

  #of({ name }: CallLimit): Kept {
    const month = monthAt(this.#clock.now()).name;
    const kept = this.#kept.get(name) ?? { heldUntil: 0, turns: [], month, counted: 0 };
    if (kept.month !== month) Object.assign(kept, { month, counted: 0 });
    this.#kept.set(name, kept);
    return kept;
  }

  #ledger({ heldUntil, turns, counted }: Kept): Ledger {
    return { now: this.#now(), heldUntil, turns, counted };
  }

  /** Of the clock that never goes back: no turn is ever further away than it was. */
  #now(): number {
    return Math.floor(this.#clock.monotonic());
  }
}
