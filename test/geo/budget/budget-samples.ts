import { randomUUID } from 'node:crypto';
import type { CallBudget, CallLimit, Reservation } from '../../../src/geo/call-budget.ts';

/** A minute: what is kept on a real Redis for as long is still there when a test is over. */
export const WINDOW_MS = 60_000;

/** A limit of its own, three calls a minute and any number a month unless told otherwise. */
export function limitOf(changes: Partial<CallLimit> = {}): CallLimit {
  return { name: `test-${randomUUID()}`, calls: 3, windowMs: WINDOW_MS, spacingMs: 0, perMonth: null, ...changes };
}

/** Reserves several calls, one after the other. */
export async function reserveMany(
  budget: CallBudget,
  limit: CallLimit,
  { count, mostWaitMs = Infinity }: { readonly count: number; readonly mostWaitMs?: number },
): Promise<readonly Reservation[]> {
  const reservations: Reservation[] = [];
  for (let made = 0; made < count; made += 1) reservations.push(await budget.reserve(limit, mostWaitMs));
  return reservations;
}

/** Reserved, so many milliseconds from now. */
export function reserved(waitMs: number): Reservation {
  return { status: 'reserved', waitMs };
}
