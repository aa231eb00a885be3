import type { CallLimit, CallsLeft } from '../call-budget.ts';

/** What a limit has given away, at a moment of the clock that it is counted by. All times in ms of that clock. */
export interface Ledger {
  readonly now: number;
  /** No turn is before it. */
  readonly heldUntil: number;
  /** The last turns, newest first; those that no window of the limit reaches may be missing. */
  readonly turns: readonly number[];
  /** Calls that count for the month. */
  readonly counted: number;
}

/** The turn that the next call would get, a whole millisecond. reserve.lua says the same of what is in Redis. */
export function nextTurn({ calls, windowMs, spacingMs }: CallLimit, { now, heldUntil, turns }: Ledger): number {
  const [newest = -Infinity] = turns;
  const firstOfWindow = turns[calls - 1] ?? -Infinity;
  return Math.ceil(Math.max(now, heldUntil, newest + spacingMs, firstOfWindow + windowMs));
}

/** What is left when so much was given away. */
export function callsLeft(limit: CallLimit, ledger: Ledger): CallsLeft {
  const inMonth = limit.perMonth === null ? null : Math.max(0, limit.perMonth - ledger.counted);
  let turns = ledger.turns;
  let inWindow = 0;
  while (inWindow < Math.min(limit.calls, inMonth ?? Infinity)) {
    const turn = nextTurn(limit, { ...ledger, turns });
    if (turn >= ledger.now + limit.windowMs) break;
    turns = [turn, ...turns].slice(0, limit.calls);
    inWindow += 1;
  }
  return { inWindow, inMonth };
}
