import { setTimeout as delay } from 'node:timers/promises';
import { connectRedis, type RedisLink } from '../../support/services/redis-link.ts';
import { newPrefix, openStore } from '../redis-stores.ts';
import { persist } from './persist.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { Kept, System } from './system.ts';

export interface RedisSystemOptions {
  /** Of a Redis, or of a cluster. */
  readonly url: string;
  /** Between the stores and Redis, where there is one. */
  readonly proxy?: FaultProxy;
}

/** With a proxy: many commands are given up, and none takes long otherwise. */
const SHORT_TIMEOUT_MS = 150;

/** Before 7.2, the clock of Redis goes on within a script; and this process may read it late. */
const SLACK_MS = 10;

/** Two stores on keys of their own in Redis, which look by themselves often, and a third one to look through. */
export async function openRedisSystem({ url, proxy }: RedisSystemOptions): Promise<System> {
  const keyPrefix = newPrefix();
  const seen = proxy ? { url: proxy.url, commandTimeoutMs: SHORT_TIMEOUT_MS } : { url, commandTimeoutMs: 5000 };
  const open = (instance: string, { url: at, commandTimeoutMs }: typeof seen) =>
    persist(() => openStore(at, { keyPrefix, instance, logPollMs: 25, commandTimeoutMs }));
  const [{ result: one }, { result: two }, { result: view }, link] = await Promise.all([
    open('one', seen),
    open('two', seen),
    open('view', { url, commandTimeoutMs: 5000 }),
    connectRedis(url),
  ]);
  const now = async (): Promise<number> => timeOf(link);
  return {
    stores: [one, two],
    view,
    slackMs: SLACK_MS,
    longestPassMs: 200,
    isWhole: proxy === undefined,
    longestLookMs: 10_000,
    times: {
      short: { lifeMs: 150, retentionMs: 80, timeoutMs: 40 },
      long: { lifeMs: 600_000, retentionMs: 600_000, timeoutMs: 60_000 },
    },
    now,
    passUntil: async (at) => {
      for (let left = at - (await now()); left > 0; left = at - (await now())) await delay(left);
    },
    disturb: (disturbance) => proxy?.disturb(disturbance),
    isQuiet: () => proxy?.isQuiet ?? true,
    kept: async () => (url.startsWith('redis:') ? keptIn(link, keyPrefix) : undefined),
    [Symbol.asyncDispose]: async () => {
      link[Symbol.dispose]();
      await Promise.all([one, two, view].map((store) => store.close()));
    },
  };
}

async function timeOf(link: RedisLink): Promise<number> {
  const [seconds, micros] = (await link.ask('TIME')) as readonly [string, string];
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}

const READS: Readonly<Record<string, (key: string) => readonly (string | number)[]>> = {
  hash: (key) => ['HGETALL', key],
  stream: (key) => ['XRANGE', key, '-', '+'],
  set: (key) => ['SMEMBERS', key],
  zset: (key) => ['ZRANGE', key, 0, -1],
};

async function keptIn(link: RedisLink, prefix: string): Promise<Kept> {
  const keys = (await link.ask('KEYS', `${prefix}*`)) as readonly string[];
  const [texts, forEver]: [string[], string[]] = [[], []];
  for (const key of keys) {
    if ((await link.ask('PTTL', key)) === -1) forEver.push(key.slice(prefix.length));
    const type = String(await link.ask('TYPE', key));
    const read = READS[type]?.(key);
    // It may have just been forgotten.
    if (type !== 'none') texts.push(JSON.stringify(await link.ask(...(read ?? ['GET', key]))));
  }
  return { text: texts.join('\n'), forEver };
}
