import type { RedisLink } from '../../test/support/services/redis-link.ts';

/** What a Redis has done since its start, and what it holds. */
export interface RedisUsage {
  /** Calls by command, in small letters; those that scripts make as well. */
  readonly calls: ReadonlyMap<string, number>;
  /** CPU in seconds, user and system. */
  readonly cpuSeconds: number;
  /** Bytes of its data. */
  readonly bytes: number;
  readonly keys: number;
}

export async function redisUsage(link: RedisLink): Promise<RedisUsage> {
  const info = String(await link.ask('INFO', 'everything'));
  const field = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'mu').exec(info)?.[1] ?? 0);
  const calls = [...info.matchAll(/^cmdstat_([\w|]+):calls=(\d+)/gmu)];
  return {
    calls: new Map(calls.map(([, name = '', times]) => [name, Number(times)])),
    cpuSeconds: field('used_cpu_user') + field('used_cpu_sys'),
    bytes: field('used_memory'),
    keys: Number(await link.ask('DBSIZE')),
  };
}

/** How often each command was called a second between two looks, the busiest first; those alone that were called. */
export function callsPerSecond(
  before: RedisUsage,
  after: RedisUsage,
  seconds: number,
): readonly (readonly [string, number])[] {
  return [...after.calls]
    .map(([name, times]) => [name, (times - (before.calls.get(name) ?? 0)) / seconds] as const)
    .filter(([name, rate]) => rate > 0 && name !== 'info' && name !== 'dbsize')
    .toSorted(([, one], [, other]) => other - one);
}

/** How many scripts were called between two looks. */
export function scriptsBetween(before: RedisUsage, after: RedisUsage): number {
  const scripts = ({ calls }: RedisUsage): number => (calls.get('evalsha') ?? 0) + (calls.get('eval') ?? 0);
  return scripts(after) - scripts(before);
}
