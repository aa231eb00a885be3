import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RedisSessionStore } from '../../src/session/redis-session-store.ts';
import { type RedisCluster, startRedisCluster } from '../support/services/redis-cluster.ts';
import { progressAt } from '../support/session-samples.ts';
import { begin, newPrefix, openStore, until } from './redis-stores.ts';
import type { StoreUnderTest } from './contract/setup.ts';
import { sessionStoreContract } from './session-store-contract.ts';

function underTest(store: RedisSessionStore): StoreUnderTest {
  // The clock that counts is that of Redis, and timers may be early by a part of a millisecond.
  const pass = (ms: number) => delay(ms + 1);
  return { store, pass, [Symbol.asyncDispose]: () => store.close() };
}

sessionStoreContract('redis', async () => underTest(await openStore(inject('redisUrl'))));

describe('on a cluster of three', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ keepsData: true });
  });
  afterAll(async () => cluster[Symbol.asyncDispose]());

  sessionStoreContract('redis-cluster', async () => underTest(await openStore(cluster.url)));

  test('a node that was killed and came back is used again, by commands and by the doorbell', async () => {
    const prefix = newPrefix();
    await using here = await openStore(cluster.url, { keyPrefix: prefix });
    await using there = await openStore(cluster.url, { keyPrefix: prefix });
    // Enough that every node has some.
    const leases = await Promise.all(Array.from({ length: 20 }, () => begin(there)));
    for (const lease of leases) await here.watch(lease, () => {});
    for (const node of cluster.nodes) {
      await node.kill();
      const during = await Promise.allSettled(leases.map((lease) => there.append(lease, 'during', progressAt(0.1))));
      const failed = during.filter(({ status }) => status === 'rejected');
      for (const one of failed) expect(one).toMatchObject({ reason: { code: 'unavailable' } });
      await node.start();
      await cluster.untilOk();
      await until(
        async () =>
          there.ping().then(
            () => true,
            () => false,
          ),
        10_000,
      );
      const rungBefore = here.counts.rings;
      const key = `after ${node.port}`;
      for (const lease of leases) {
        const append = () =>
          there.append(lease, key, progressAt(0.2)).then(
            () => true,
            () => false,
          );
        await until(append, 10_000);
      }
      const rings = async (): Promise<boolean> => {
        const lease = await begin(there);
        await here.watch(lease, () => {});
        await there.append(lease, key, progressAt(0.1));
        return here.counts.rings > rungBefore;
      };
      await until(rings, 10_000);
    }
    for (const lease of leases) {
      const events = (await there.read(lease, 0, 10))?.events ?? [];
      const after = events.filter((event) => event.type === 'processing_update' && event.details === 'at 0.2');
      // Each key once, whatever was sent again.
      expect(after).toHaveLength(cluster.nodes.length);
      expect(events.length - after.length).toBeLessThanOrEqual(1);
    }
  }, 60_000);
});
