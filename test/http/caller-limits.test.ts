import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { RateKind } from '../../src/caller.ts';
import { systemClock } from '../../src/clock.ts';
import { SessionFailure } from '../../src/errors.ts';
import { type CallerLimits, type CallerLimitsOptions, createCallerLimits } from '../../src/http/caller-limits.ts';
import { nameOfCaller, networkOf } from '../../src/http/limits/counted-caller.ts';
import { sayRate } from '../../src/http/limits/rate-limit-fields.ts';
import { keptUnder, openConnection } from '../geo/budget/budget-redis.ts';
import { RedisProxy } from '../session/redis-proxy.ts';
import { newPrefix } from '../session/redis-stores.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { type RedisCluster, startRedisCluster } from '../support/services/redis-cluster.ts';
import { connectRedis } from '../support/services/redis-link.ts';
import { startRedis } from '../support/services/redis.ts';
import { parametersOf } from '../support/structured-list.ts';

const LIMITS = { startsPerMinute: 3, responsesPerMinute: 5, readsPerMinute: 7 };
const ANNA = { account: 'anna', address: '192.0.2.1', authenticated: true };
const BERT = { account: 'bert', address: '192.0.2.1', authenticated: true };
const NOBODY = { account: 'demo', address: '2001:db8:1:2::1', authenticated: false };

function limitsOf(changes: Partial<CallerLimitsOptions> = {}): CallerLimits {
  const using = { redis: null, keyPrefix: newPrefix(), clock: systemClock, log: new RecordingLog() };
  return createCallerLimits({ limits: LIMITS, ...using, ...changes });
}

function response(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

/** How many of so many calls at once were let through; the others must be rate_limited. */
async function within(
  count: number,
  limits: readonly CallerLimits[],
  { who = ANNA, kind = 'starts' }: { who?: typeof ANNA; kind?: RateKind } = {},
): Promise<number> {
  const calls = Array.from({ length: count }, async (_, index) => {
    const here = limits[index % limits.length];
    return here?.spend(kind, who, response());
  });
  const settled = await Promise.allSettled(calls);
  const refused = settled.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown);
  for (const one of refused) expect(one).toMatchObject({ name: 'SessionFailure', code: 'rate_limited' });
  return settled.filter(({ status }) => status === 'fulfilled').length;
}

/** What holds wherever calls are counted. */
function limitsContract(name: string, open: (changes?: Partial<CallerLimitsOptions>) => CallerLimits): void {
  describe(`limits ${name}`, () => {
    test('let as many calls through as they say, and not one more', async () => {
      const limits = open();
      expect(await within(3, [limits])).toBe(3);
      expect(await within(1, [limits])).toBe(0);
    });

    test('count each kind by itself', async () => {
      const limits = open();
      expect(await within(10, [limits])).toBe(3);
      expect(await within(10, [limits], { kind: 'responses' })).toBe(5);
      expect(await within(10, [limits], { kind: 'reads' })).toBe(7);
    });

    test('are an account each, wherever it calls from; without authentication a network each', async () => {
      const limits = open();
      expect(await within(10, [limits])).toBe(3);
      expect(await within(10, [limits], { who: { ...ANNA, address: '192.0.2.9' } })).toBe(0);
      expect(await within(10, [limits], { who: BERT })).toBe(3);
      expect(await within(10, [limits], { who: NOBODY })).toBe(3);
      expect(await within(10, [limits], { who: { ...NOBODY, address: '2001:db8:1:2:ffff::7' } })).toBe(0);
      expect(await within(10, [limits], { who: { ...NOBODY, address: '2001:db8:1:3::1' } })).toBe(3);
    });

    test('say when to come again, and that a refused call makes nobody wait for longer', async () => {
      const limits = open();
      await within(3, [limits]);
      const waits: number[] = [];
      for (let call = 0; call < 3; call += 1) {
        const refusal = await limits.spend('starts', ANNA, response()).catch((thrown: unknown) => thrown);
        if (!(refusal instanceof SessionFailure)) throw new TypeError('not refused');
        waits.push(refusal.details.retryAfterMs ?? 0);
      }
      expect(waits[0]).toBeLessThanOrEqual(60_000);
      expect(waits.at(-1)).toBeGreaterThan(0);
      expect(waits.toSorted((one, other) => other - one)).toEqual(waits);
    });

    test('are new when their time is over', async () => {
      const limits = open({ windowSeconds: 1 });
      expect(await within(10, [limits])).toBeGreaterThanOrEqual(3);
      await expect.poll(async () => within(1, [limits]), { timeout: 5000, interval: 100 }).toBe(1);
    });

    test('stand in the fields of the response: policies and what is left, of every rate that was spent of', async () => {
      const limits = open();
      const res = response();
      await limits.spend('reads', ANNA, res);
      await limits.spend('responses', ANNA, res);
      await limits.spend('reads', ANNA, res);
      expect(parametersOf(res.getHeader('RateLimit-Policy'))).toEqual({
        reads: { q: 7, w: 60 },
        responses: { q: 5, w: 60 },
      });
      const left = parametersOf(res.getHeader('RateLimit'));
      expect(left).toMatchObject({ reads: { r: 5 }, responses: { r: 4 } });
      for (const { t } of Object.values(left)) expect(t).toSatisfy((seconds: number) => seconds > 0 && seconds <= 60);
    });

    test('stand in those of a refusal too', async () => {
      const limits = open();
      await within(3, [limits]);
      const res = response();
      await expect(limits.spend('starts', ANNA, res)).rejects.toThrow(SessionFailure);
      expect(parametersOf(res.getHeader('RateLimit-Policy'))).toEqual({ starts: { q: 3, w: 60 } });
      expect(parametersOf(res.getHeader('RateLimit'))).toMatchObject({ starts: { r: 0 } });
    });
  });
}

limitsContract('in memory', limitsOf);

describe('on one Redis', () => {
  const url = inject('redisUrl');
  let here: Awaited<ReturnType<typeof openConnection>>;
  let there: Awaited<ReturnType<typeof openConnection>>;
  beforeAll(async () => {
    here = await openConnection(url);
    there = await openConnection(url);
  });
  afterAll(() => {
    here.close();
    there.close();
  });

  limitsContract('on Redis', (changes) => limitsOf({ redis: here, ...changes }));

  test('two instances let n calls through together, not n each', async () => {
    const keyPrefix = newPrefix();
    const both = [here, there].map((redis) => limitsOf({ redis, keyPrefix }));
    expect(await within(20, both, { kind: 'responses' })).toBe(5);
  });

  test('what a caller is called stands in no key; every key has the prefix and an expiry of a minute at most', async () => {
    const keyPrefix = newPrefix();
    const limits = limitsOf({ redis: here, keyPrefix });
    for (const who of [ANNA, NOBODY]) await within(5, [limits], { who });
    const kept = await keptUnder(url, keyPrefix);
    expect(kept.map(({ key }) => key)).toEqual(
      [ANNA, NOBODY].map((who) => `${keyPrefix}rate:starts:${nameOfCaller(who)}`).toSorted(),
    );
    expect(kept.map(({ key }) => key).join(' ')).not.toMatch(/anna|demo|2001/u);
    for (const { leftMs } of kept) {
      expect(leftMs).toBeGreaterThan(0);
      expect(leftMs).toBeLessThanOrEqual(60_000);
    }
  });

  test('nothing is left of a caller who is gone', async () => {
    const keyPrefix = newPrefix();
    await within(1, [limitsOf({ redis: here, keyPrefix, windowSeconds: 1 })]);
    await expect.poll(async () => keptUnder(url, keyPrefix), { timeout: 5000 }).toEqual([]);
  });
});

describe('on a cluster of three', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(async () => cluster[Symbol.asyncDispose]());

  test('two instances count every caller together, on whatever node', async () => {
    using here = await openConnection(cluster.url);
    using there = await openConnection(cluster.url);
    const keyPrefix = newPrefix();
    const both = [here, there].map((redis) => limitsOf({ redis, keyPrefix }));
    for (let number = 0; number < 12; number += 1) {
      expect(await within(10, both, { who: { ...ANNA, account: `account ${number}` } })).toBe(3);
    }
    let keys = 0;
    for (const node of cluster.nodes) {
      using link = await connectRedis(node.url);
      keys += ((await link.ask('KEYS', `${keyPrefix}*`)) as readonly string[]).length;
    }
    expect(keys).toBe(12);
  });
});

describe('while Redis is away', () => {
  test('an instance limits by itself, and counts with the others again when it is back', async () => {
    const server = await startRedis({ keepsData: false });
    try {
      using redis = await openConnection(server.url);
      const log = new RecordingLog();
      const limits = limitsOf({ redis, log });
      expect(await within(2, [limits])).toBe(2);
      await server.kill();
      expect(await within(10, [limits])).toBe(3);
      expect(await within(10, [limits])).toBe(0);
      await server.start();
      const keysAfterACall = async (): Promise<number> => {
        await within(1, [limits], { who: BERT });
        return (await keptUnder(server.url, 'test-')).length;
      };
      await expect.poll(keysAfterACall, { timeout: 10_000 }).toBe(1);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });

  test('as long as it answers nothing, calls wait for it once and not again', async () => {
    await using proxy = await RedisProxy.open(inject('redisUrl'));
    using redis = await openConnection(proxy.url);
    const limits = limitsOf({ redis });
    await within(1, [limits]);
    const send = vi.spyOn(redis, 'send');
    proxy.silenceLinks('all');
    proxy.cutsLinks = true;
    expect(await within(4, [limits])).toBe(3);
    const asked = send.mock.calls.length;
    expect(await within(4, [limits])).toBe(0);
    expect(send.mock.calls).toHaveLength(asked);
  });
});

describe('a network', () => {
  test('is all of an IPv4 address, however it is written, and the first half of an IPv6 address', () => {
    expect(networkOf('192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(networkOf('::FFFF:c000:207')).toBe('192.0.2.7');
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
    expect(networkOf('2001:DB8::1:2:3:4')).toBe('2001:db8:0:0::/64');
    expect(networkOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
    expect(networkOf('')).toBe('');
  });

  test('is the same for two IPv6 addresses exactly where their first 64 bits are', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    const half = fc.array(group, { minLength: 4, maxLength: 4 });
    const written = (groups: readonly number[]): string => groups.map((one) => one.toString(16)).join(':');
    fc.assert(
      fc.property(half, half, half, half, (one, other, here, there) => {
        // Not an IPv4 address: of those all bits count.
        fc.pre([here, there].every(([, second]) => second !== 0xffff));
        const networks = [networkOf(written([...one, ...here])), networkOf(written([...other, ...there]))];
        expect(networks[0] === networks[1]).toBe(written(one) === written(other));
      }),
    );
  });

  test('is never taken for an account of its name', () => {
    const address = '192.0.2.7';
    expect(nameOfCaller({ account: address, address, authenticated: true })).not.toBe(
      nameOfCaller({ account: address, address, authenticated: false }),
    );
  });

  test('has a name for any account at all, and no two accounts share one', () => {
    const name = (account: string): string => nameOfCaller({ ...ANNA, account });
    expect(name('\ud800')).not.toBe(name('\ud801'));
    expect(name('\0')).toMatch(/^[\w-]{43}$/u);
  });
});

test('a response whose head was sent stays as it is', () => {
  const res = response();
  res.writeHead(200);
  sayRate(res, 'reads', { quota: 1, windowSeconds: 60, remaining: 0, resetMs: 1 });
  expect(res.getHeaderNames()).toEqual([]);
});
