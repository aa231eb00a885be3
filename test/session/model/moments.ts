import { isDeepStrictEqual } from 'node:util';
import type { Lease } from '../../../src/session/session-store.ts';
import type { Sights } from './belief.ts';
import { nameOf, type Moment } from './model-state.ts';

/** The times at which a change that is seen may have been made, and how logs that it began are called. */
export function momentsOf(
  sights: Sights,
  replies: readonly unknown[],
  { from, to, isWhole }: { readonly from: number; readonly to: number; readonly isWhole: boolean },
): readonly Moment[] {
  const stamps = Object.values(sights).flatMap(({ page, snapshot }) => [
    ...(page?.events ?? []).map(({ timestamp }) => timestamp),
    ...(snapshot ? [snapshot.status.startedAt] : []),
  ]);
  const times = new Set([from, ...stamps.filter((at) => at > from && at < to), to]);
  const shown = Object.entries(sights).flatMap(([name, { page }]) => (page ? [[name, page.generation] as const] : []));
  const given = replies.flatMap((reply) => leaseIn(reply) ?? []).map((one) => [nameOf(one), one.generation] as const);
  const names = [Object.fromEntries([...given, ...shown]), Object.fromEntries([...shown, ...given])];
  const distinct = isDeepStrictEqual(names[0], names[1]) ? names.slice(0, 1) : names;
  return [...times].flatMap((at) => distinct.map((generations) => ({ at, generations, isWhole })));
}

/** The lease that a call gave; undefined where it gave none. */
export function leaseIn(reply: unknown): Lease | undefined {
  if (typeof reply !== 'object' || reply === null) return undefined;
  if ('lease' in reply) return { ...(reply.lease as Lease) };
  return 'generation' in reply && 'epoch' in reply ? { ...(reply as Lease) } : undefined;
}
