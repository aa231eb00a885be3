import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { createRedisCallBudget } from '../../../src/geo/budget/redis-call-budget.ts';
import type { RedisConnection } from '../../../src/redis/connection.ts';
import { RedisProxy } from '../../session/redis-proxy.ts';
import { newPrefix } from '../../session/redis-stores.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { type RedisCluster, startRedisCluster } from '../../support/services/redis-cluster.ts';
import { startRedis } from '../../support/services/redis.ts';
import { keptUnder, openConnection, withTime } from './budget-redis.ts';
import { limitOf, reserved, reserveMany, WINDOW_MS } from './budget-samples.ts';
import { callBudgetContract, type SharedBudget } from './call-budget-contract.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Two instances on one Redis that goes by a clock. */
function shared(connections: readonly RedisConnection[], clock: ManualClock): SharedBudget {
  const keyPrefix = newPrefix();
  const [here, there] = connections.map((redis) =>
    createRedisCallBudget({ redis: withTime(redis, () => clock.now()), keyPrefix, clock }),
  );
  if (!here || !there) throw new TypeError('there are two');
  return { here, there };
}

let connections: readonly (RedisConnection & Disposable)[];
beforeAll(async () => {
  connections = await Promise.all([openConnection(inject('redisUrl')), openConnection(inject('redisUrl'))]);
});
afterAll(() => {
  for (const redis of connections) redis.close();
});

callBudgetContract('Redis', (clock) => shared(connections, clock));

describe('on a cluster of three', () => {
  let cluster: RedisCluster;
  let onCluster: readonly (RedisConnection & Disposable)[];
  beforeAll(async () => {
    cluster = await startRedisCluster();
    onCluster = await Promise.all([openConnection(cluster.url), openConnection(cluster.url)]);
  });
  afterAll(async () => {
    for (const redis of onCluster) redis.close();
    await cluster[Symbol.asyncDispose]();
  });

  callBudgetContract('a cluster', (clock) => shared(onCluster, clock));
});

describe('by the clock of Redis', () => {
  const url = inject('redisUrl');

  test('two connections that ask at once get no more together than one would', async () => {
    using here = await openConnection(url);
    using there = await openConnection(url);
    const keyPrefix = newPrefix();
    const limit = limitOf({ calls: 10, perMonth: 15 });
    const budgets = [here, there].map((redis) => createRedisCallBudget({ redis, keyPrefix, clock: systemClock }));
    const all = await Promise.all(
      budgets.flatMap((budget) => Array.from({ length: 20 }, () => budget.reserve(limit, Infinity))),
    );
    const waits = all.flatMap((one) => (one.status === 'reserved' ? [one.waitMs] : []));
    expect(waits).toHaveLength(15);
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(10);
    expect(all.filter(({ status }) => status === 'spent')).toHaveLength(25);
  });

  test('every key is named for its limit and expires: none lacks an expiry, at any moment', async () => {
    using redis = await openConnection(url);
    const keyPrefix = newPrefix();
    const clock = new ManualClock(Date.UTC(2026, 11, 31, 12));
    const budget = createRedisCallBudget({ redis, keyPrefix, clock });
    const limit = limitOf({ name: 'mapbox-geocoding', calls: 1, perMonth: 3 });
    const deeds = [
      () => budget.left(limit),
      () => budget.reserve(limit, 0),
      () => budget.reserve(limit, 0),
      () => budget.hold(limit, 90_000),
      () => budget.reserve(limit, Infinity),
      () => budget.hold(limit, 100),
      () => budget.reserve(limit, Infinity),
      () => budget.reserve(limit, Infinity),
      () => budget.left(limit),
    ];
    for (const deed of deeds) {
      await deed();
      for (const { leftMs } of await keptUnder(url, keyPrefix)) expect(leftMs).toBeGreaterThan(0);
    }
    const kept = await keptUnder(url, keyPrefix);
    expect(kept.find(({ key }) => key.endsWith(':turns'))?.content).toHaveLength(limit.calls);
    const inBudget = (part: string) => `${keyPrefix}{budget:mapbox-geocoding}:${part}`;
    expect(kept.map(({ key }) => key)).toEqual(['2026-12', 'held', 'turns'].map(inBudget));
    // Until the last turn, which is a window after the end of the hold, has left every window; and days into the month.
    const longest = [3.5 * DAY_MS, 90_000, 90_000 + 2 * WINDOW_MS];
    for (const [index, { leftMs }] of kept.entries()) {
      expect(leftMs).toBeLessThanOrEqual(longest[index] ?? 0);
      expect(leftMs).toBeGreaterThan((longest[index] ?? 0) - 20_000);
    }
  });

  test('nothing is left of a limit that nobody asks for any more', async () => {
    using redis = await openConnection(url);
    const keyPrefix = newPrefix();
    const budget = createRedisCallBudget({ redis, keyPrefix, clock: systemClock });
    const limit = limitOf({ windowMs: 20 });
    await budget.hold(limit, 20);
    await budget.reserve(limit, 20);
    await expect.poll(async () => keptUnder(url, keyPrefix)).toEqual([]);
  });

  test('a reservation whose reply is lost is made again, and both count', async () => {
    await using proxy = await RedisProxy.open(url);
    using redis = await openConnection(proxy.url);
    const budget = createRedisCallBudget({ redis, keyPrefix: newPrefix(), clock: systemClock });
    const limit = limitOf({ perMonth: 10 });
    await budget.left(limit);
    proxy.loseReplyTo('{budget:');
    expect(await budget.reserve(limit, 0)).toEqual(reserved(0));
    expect(proxy.seen).toBe(2);
    expect(await budget.left(limit)).toMatchObject({ inMonth: 8 });
    expect(await reserveMany(budget, limit, { count: 2, mostWaitMs: 0 })).toMatchObject([
      { status: 'reserved' },
      { status: 'busy' },
    ]);
  });

  test('a Redis that does not answer makes every verb fail as unavailable', async () => {
    const server = await startRedis();
    try {
      using redis = await openConnection(server.url);
      const budget = createRedisCallBudget({ redis, keyPrefix: newPrefix(), clock: systemClock });
      await server.kill();
      const limit = limitOf();
      const failing = [budget.reserve(limit, 0), budget.hold(limit, 1000), budget.left(limit)];
      for (const one of await Promise.allSettled(failing)) {
        expect(one).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
      }
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });
});

describe('a refusal', () => {
  const url = inject('redisUrl');

  test.for([
    ['busy', { calls: 2 }],
    ['spent', { perMonth: 2 }],
  ] as const)('as %s writes nothing', async ([status, changes]) => {
    using redis = await openConnection(url);
    const keyPrefix = newPrefix();
    const budget = createRedisCallBudget({ redis, keyPrefix, clock: systemClock });
    const limit = limitOf(changes);
    await reserveMany(budget, limit, { count: 2 });
    const before = await keptUnder(url, keyPrefix);
    expect(await budget.reserve(limit, 0)).toMatchObject({ status });
    const after = await keptUnder(url, keyPrefix);
    expect(after.map(({ key, content }) => [key, content])).toEqual(before.map(({ key, content }) => [key, content]));
    for (const [index, { leftMs }] of after.entries()) expect(leftMs).toBeLessThanOrEqual(before[index]?.leftMs ?? 0);
  });

  test('under a hold makes no key', async () => {
    using redis = await openConnection(url);
    const keyPrefix = newPrefix();
    const budget = createRedisCallBudget({ redis, keyPrefix, clock: systemClock });
    const limit = limitOf({ perMonth: 2 });
    await budget.hold(limit, 30_000);
    expect(await budget.reserve(limit, 1000)).toMatchObject({ status: 'busy' });
    expect((await keptUnder(url, keyPrefix)).map(({ key }) => key)).toEqual([
      `${keyPrefix}{budget:${limit.name}}:held`,
    ]);
  });
});

describe('a Redis whose clock goes back', () => {
  /** A budget of three calls, all given, and the next held for an hour. */
  async function usedUp(clock: ManualClock) {
    const { here } = shared(connections, clock);
    const limit = limitOf({ perMonth: 100 });
    await reserveMany(here, limit, { count: 4 });
    await here.hold(limit, 60 * WINDOW_MS);
    return { budget: here, limit };
  }

  test('by more than a window gives turns at once, and as many as a window has', async () => {
    const clock = new ManualClock();
    const { budget, limit } = await usedUp(clock);
    await clock.pass(-DAY_MS);
    expect(await budget.left(limit)).toEqual({ inWindow: 3, inMonth: 96 });
    expect(await reserveMany(budget, limit, { count: 4 })).toEqual([0, 0, 0, WINDOW_MS].map(reserved));
    await budget.hold(limit, 2 * WINDOW_MS);
    expect(await budget.reserve(limit, Infinity)).toEqual(reserved(2 * WINDOW_MS));
  });

  test('by less than a window forgets no turn and no hold', async () => {
    const clock = new ManualClock();
    const { budget, limit } = await usedUp(clock);
    await clock.pass(-1000);
    expect(await budget.reserve(limit, Infinity)).toEqual(reserved(60 * WINDOW_MS + 1000));
  });

  test('and forward has all windows behind it', async () => {
    const clock = new ManualClock();
    const { budget, limit } = await usedUp(clock);
    await clock.pass(DAY_MS);
    expect(await reserveMany(budget, limit, { count: 3 })).toEqual([0, 0, 0].map(reserved));
  });
});
