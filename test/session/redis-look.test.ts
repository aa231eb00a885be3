import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sessionNameOf, RedisKeys, shardOf } from '../../src/session/redis-keys.ts';
import type { RedisSessionStore } from '../../src/session/redis-session-store.ts';
import type { Lease } from '../../src/session/session-store.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { connectRedis, type RedisLink } from '../support/services/redis-link.ts';
import { startRedis } from '../support/services/redis.ts';
import { noOffers, progressAt } from '../support/session-samples.ts';
import { ownRedis } from './own-redis.ts';
import { RedisProxy } from './redis-proxy.ts';
import { begin, newKey, newPrefix, openStore, RingCounter, startOf, until } from './redis-stores.ts';

const FAILS = 'looking for changes of sessions fails';
const WORKS_AGAIN = 'looking for changes of sessions works again';

describe('the look without a doorbell', () => {
  const redis = ownRedis();

  test('rings within its time when no message comes through, once for each change', async () => {
    await using proxy = await RedisProxy.open(redis.url);
    const prefix = newPrefix();
    await using here = await openStore(proxy.url, { keyPrefix: prefix, logPollMs: 200 });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there);
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    proxy.muteSubscribers();
    await there.append(lease, 'a', progressAt(0.1));
    await rings.next(1000);
    await there.finish(lease, noOffers());
    await rings.next(1000);
    expect(here.counts).toMatchObject({ rings: 0, ringsCaughtByLook: 2 });
    await delay(500);
    expect(rings.count).toBe(2);
  });

  test('does not ring again for what the bell rang for', async () => {
    const prefix = newPrefix();
    await using here = await openStore(redis.url, { keyPrefix: prefix, logPollMs: 50 });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there);
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    await there.append(lease, 'theirs', progressAt(0.1));
    await here.append(lease, 'ours', progressAt(0.2));
    await delay(200);
    expect(rings.count).toBe(2);
    expect(here.counts).toMatchObject({ rings: 1, ringsCaughtByLook: 0 });
  });

  test('rings whom an earlier watcher in the same process did not hear for', async () => {
    await using proxy = await RedisProxy.open(redis.url);
    const prefix = newPrefix();
    await using here = await openStore(proxy.url, { keyPrefix: prefix, logPollMs: 300 });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there);
    const first = new RingCounter();
    await here.watch(lease, first.ring);
    proxy.muteSubscribers();
    await there.append(lease, 'a', progressAt(0.1));
    // One that begins after the change knows of it; the first does not.
    await here.watch(lease, () => {});
    await expect(first.next(1000)).resolves.toBeUndefined();
  });

  test('rings everybody of a shard when changes were dropped before it read them', async () => {
    await using proxy = await RedisProxy.open(redis.url);
    const prefix = newPrefix();
    await using here = await openStore(proxy.url, { keyPrefix: prefix, logPollMs: 200 });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there);
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    proxy.muteSubscribers();
    await there.append(lease, 'a', progressAt(0.1));
    await redis.ask('XTRIM', new RedisKeys(prefix).changes(shardOf(sessionNameOf(lease))), 'MAXLEN', '0');
    await expect(rings.next(1000)).resolves.toBeUndefined();
  });

  test('rings for a session that was forgotten while nobody ran it', async () => {
    await using store = await openStore(redis.url, { logPollMs: 50 });
    const lease = await begin(store, { maxLifeMs: 100, retentionMs: 100 });
    const rings = new RingCounter();
    await store.watch(lease, rings.ring);
    await until(async () => (await store.read(lease, 0, 1)) === undefined);
    await expect(rings.next(1000)).resolves.toBeUndefined();
  });

  test('rings for a session that began after its watch', async () => {
    const prefix = newPrefix();
    await using here = await openStore(redis.url, { keyPrefix: prefix, logPollMs: 50 });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const key = newKey();
    const rings = new RingCounter();
    await here.watch(key, rings.ring);
    await there.start(key, startOf());
    await expect(rings.next(1000)).resolves.toBeUndefined();
  });
});

test('a look of which one part fails is said once, and once that all of it works again', async () => {
  await using server = await startRedis();
  using link = await connectRedis(server.url);
  const log = new RecordingLog();
  const said = (): readonly string[] => log.lines.map(({ message }) => message);
  const keyPrefix = newPrefix();
  await using store = await openStore(server.url, { keyPrefix, logPollMs: 50, log });
  const leases = await inTwoShards(store);
  const watch = async () => Promise.all(leases.map((lease) => store.watch(lease, () => {})));
  const stops = await watch();
  const broken = new RedisKeys(keyPrefix).changes(shardOf(sessionNameOf(leases[0])));
  await link.ask('SET', broken, 'no changes');
  await until(() => said().length > 0);
  await looks(link, 20);
  expect(said()).toEqual([FAILS]);
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { cause: { code: 'WRONGTYPE' } } }]);

  // Where nothing is looked at, nothing is known of it.
  for (const stop of stops) stop();
  await delay(300);
  expect(said()).toEqual([FAILS]);

  await link.ask('DEL', broken);
  await watch();
  await until(() => said().length > 1);
  await looks(link, 20);
  expect(said()).toEqual([FAILS, WORKS_AGAIN]);
});

test('a look that is cut off as the store is closed is no outage', async () => {
  await using server = await startRedis();
  const log = new RecordingLog();
  const store = await openStore(server.url, { logPollMs: 50, log });
  await store.watch(await begin(store), () => {});
  await server.pause();
  // By now a look waits for its answer.
  await delay(300);
  await store.close();
  // More than a link that is given up has to say goodbye.
  await delay(500);
  expect(log.lines).toEqual([]);
});

async function inTwoShards(store: RedisSessionStore): Promise<readonly [Lease, Lease]> {
  const one = await begin(store);
  for (;;) {
    const other = await begin(store);
    if (shardOf(sessionNameOf(other)) !== shardOf(sessionNameOf(one))) return [one, other];
  }
}

/** Resolves when changes were read so many times more. */
async function looks(link: RedisLink, count: number): Promise<void> {
  const enough = (await reads(link)) + count;
  await until(async () => (await reads(link)) >= enough, 20_000);
}

async function reads(link: RedisLink): Promise<number> {
  const stats = String(await link.ask('INFO', 'commandstats'));
  return Number(/cmdstat_xrange:calls=(\d+)/u.exec(stats)?.[1] ?? 0);
}
