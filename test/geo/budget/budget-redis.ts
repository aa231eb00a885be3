import { systemClock } from '../../../src/clock.ts';
import { openRedis, type RedisClient, type RedisConnection } from '../../../src/redis/connection.ts';
import type { ScriptSender } from '../../../src/redis/script.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { connectRedis } from '../../support/services/redis-link.ts';

/** A connection that is closed at the end of its block. */
export async function openConnection(url: string): Promise<RedisConnection & Disposable> {
  const redis = await openRedis({ url, clock: systemClock, log: new RecordingLog() });
  return Object.assign(redis, { [Symbol.dispose]: () => redis.close() });
}

/** What Redis says of a script that it does not know. */
const UNKNOWN = Object.assign(new Error('NOSCRIPT'), { name: 'ReplyError' });

/**
 * A connection whose scripts read `now`, in ms, where they would ask Redis for the time. What expires does so by the
 * clock of Redis nevertheless.
 */
export function withTime(redis: RedisConnection, now: () => number): ScriptSender {
  const given = (client: RedisClient): RedisClient =>
    Object.create(client, {
      evalsha: { value: () => Promise.reject(UNKNOWN) },
      eval: {
        value: (text: string, keys: number, ...words: string[]) => client.eval(atTime(text, now()), keys, ...words),
      },
    }) as RedisClient;
  return { send: async (name, sending) => redis.send(name, async (client) => sending(given(client))) };
}

function atTime(script: string, now: number): string {
  const [seconds, micros] = [Math.floor(now / 1000), (now % 1000) * 1000];
  const set = script.replace("redis.call('TIME')", `{ '${seconds}', '${micros}' }`);
  if (set === script) throw new TypeError('the script asks for no time');
  return set;
}

/** What a key is called, how long it has in ms (-1 for ever), and what is in it. */
export interface KeptKey {
  readonly key: string;
  readonly leftMs: number;
  readonly content: unknown;
}

/** The keys of a prefix on one Redis, by name. */
export async function keptUnder(url: string, prefix: string): Promise<readonly KeptKey[]> {
  using link = await connectRedis(url);
  const keys = (await link.ask('KEYS', `${prefix}*`)) as readonly string[];
  const kept: KeptKey[] = [];
  for (const key of keys.toSorted()) {
    const isList = (await link.ask('TYPE', key)) === 'list';
    const content = await (isList ? link.ask('LRANGE', key, 0, -1) : link.ask('GET', key));
    kept.push({ key, leftMs: Number(await link.ask('PTTL', key)), content });
  }
  return kept;
}
