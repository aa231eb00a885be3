import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sessionNameOf, RedisKeys, shardOf } from '../../src/session/redis-keys.ts';
import { noOffers, progressAt } from '../support/session-samples.ts';
import { ownRedis } from './own-redis.ts';
import { RedisProxy } from './redis-proxy.ts';
import { begin, beginBeside, newPrefix, openStore, RingCounter, startOf } from './redis-stores.ts';

const redis = ownRedis();

describe('a change', () => {
  test('is not skipped by the look where somebody else of its shard begins to watch meanwhile', async () => {
    await using proxy = await RedisProxy.open(redis.url);
    const prefix = newPrefix();
    await using here = await openStore(proxy.url, { keyPrefix: prefix, logPollMs: 300 });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there, { retentionMs: 50 });
    // By now the changes of the shard have expired: the watch begins with none.
    await delay(120);
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    proxy.muteSubscribers();
    await there.append(lease, 'a', progressAt(0.1));
    const other = await beginBeside(there, lease);
    await here.watch(other, () => {});
    await delay(1000);
    expect(rings.count).toBeGreaterThan(0);
  });

  test.each([
    ['no watch', 1000, 0],
    ['every watch of the shard, where it is not known how long changes are kept,', undefined, 1],
  ])('that is dropped as it was old rings %s', async (_, retentionMs, atLeast) => {
    await using proxy = await RedisProxy.open(redis.url);
    const prefix = newPrefix();
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const options = { keyPrefix: prefix, logPollMs: 100, ...(retentionMs && { retentionMs }) };
    await using store = await openStore(proxy.url, options);
    proxy.muteSubscribers();
    const lease = await begin(there, { retentionMs: 1000 });
    const rings = new RingCounter();
    await store.watch(lease, rings.ring);
    await there.append(lease, 'a', progressAt(0.1));
    await rings.next();
    await delay(300);
    const before = rings.count;
    await delay(1500);
    expect(Math.min(rings.count - before, 1)).toBe(atLeast);
    // What comes after it is heard of all the same, by the look alone.
    const heard = rings.count;
    await there.append(lease, 'b', progressAt(0.2));
    await expect.poll(() => rings.count, { timeout: 5000 }).toBeGreaterThan(heard);
  });

  test('rings a watch that began while an unwatch of the same session was under way', async () => {
    const prefix = newPrefix();
    await using here = await openStore(redis.url, { keyPrefix: prefix });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there);
    const stop = await here.watch(lease, () => {});
    stop();
    // The unwatch is then sent twice, the second time with its text: that takes longer than a watch that is known.
    await redis.ask('SCRIPT', 'FLUSH');
    await here.watch(await begin(there), () => {});
    await there.append(await begin(there), 'q', progressAt(0.1));
    await there.append(lease, 'a', progressAt(0.1));
    while (here.counts.rings === 0) await new Promise((resolve) => setImmediate(resolve));
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    await delay(100);
    await there.append(lease, 'b', progressAt(0.2));
    await delay(300);
    expect(rings.count).toBeGreaterThan(0);
  });

  test('of a session that was begun anew is rung by bell again, once a look has found one', async () => {
    const prefix = newPrefix();
    await using here = await openStore(redis.url, { keyPrefix: prefix, logPollMs: 150 });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there);
    await here.watch(lease, () => {});
    await redis.ask('FLUSHALL');
    const again = await there.start(lease, startOf());
    if (again.outcome !== 'started') throw new Error('not started');
    await delay(500);
    for (const at of [0.1, 0.2, 0.3]) {
      await there.append(again.lease, `at ${at}`, progressAt(at));
      await delay(400);
    }
    expect(here.counts.rings).toBeGreaterThan(0);
  });

  test('whose bell comes late does not make the look ring for a later one that was heard of', async () => {
    const prefix = newPrefix();
    await using here = await openStore(redis.url, { keyPrefix: prefix, logPollMs: 100 });
    const lease = await begin(here);
    await here.watch(lease, () => {});
    await here.append(lease, 'a', progressAt(0.1));
    await here.append(lease, 'b', progressAt(0.2));
    const [channel = ''] = (await redis.ask('PUBSUB', 'CHANNELS', `${prefix}*`)) as string[];
    await redis.ask('PUBLISH', channel, JSON.stringify({ session: sessionNameOf(lease), last: 1 }));
    await delay(400);
    expect(here.counts).toMatchObject({ rings: 1, ringsCaughtByLook: 0 });
  });
});

test('a session that is forgotten is not named among the changes of its shard, however busy that is', async () => {
  const prefix = newPrefix();
  await using store = await openStore(redis.url, { keyPrefix: prefix });
  const lease = await begin(store, { retentionMs: 100 });
  await store.finish(lease, noOffers());
  const busy = await beginBeside(store, lease, { retentionMs: 100 });
  for (let count = 0; count < 10; count += 1) {
    await delay(40);
    await store.append(busy, String(count), progressAt(0.1));
  }
  expect(await store.snapshot(lease)).toBeUndefined();
  const changes = await redis.ask('XRANGE', new RedisKeys(prefix).changes(shardOf(sessionNameOf(lease))), '-', '+');
  expect(JSON.stringify(changes)).toContain(sessionNameOf(busy));
  expect(JSON.stringify(changes)).not.toContain(sessionNameOf(lease));
});

test('accounts that differ in a lone surrogate never meet', () => {
  const sessionId = 'session-1';
  expect(sessionNameOf({ account: '\uD800', sessionId })).not.toBe(sessionNameOf({ account: '\uD801', sessionId }));
});
