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
export function nextTurn(limit: CallLimit, ledger: Ledger): number {
  return turnAfter(limit, ledger, ledger.turns[0], ledger.turns[limit.calls - 1]);
}

function turnAfter(
  { windowMs, spacingMs }: CallLimit,
  { now, heldUntil }: Ledger,
  newest = -Infinity,
  firstOfWindow = -Infinity,
): number {
  return Math.ceil(Math.max(now, heldUntil, newest + spacingMs, firstOfWindow + windowMs));
}

/** What is left when so much was given away. Takes time in proportion to the calls of a window, which may be many. */
export function callsLeft(limit: CallLimit, ledger: Ledger): CallsLeft {
  const inMonth = limit.perMonth === null ? null : Math.max(0, limit.perMonth - ledger.counted);
  // Oldest first, so that one more is put at the end.
  const turns = ledger.turns.toReversed();
  let inWindow = 0;
  while (inWindow < Math.min(limit.calls, inMonth ?? Infinity)) {
    const turn = turnAfter(limit, ledger, turns.at(-1), turns.at(-limit.calls));
    if (turn >= ledger.now + limit.windowMs) break;
    turns.push(turn);
    inWindow += 1;
  }
  return { inWindow, inMonth };
}
