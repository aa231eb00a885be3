import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { errorBody } from '../../src/errors.ts';
import { openRedis, type RedisClient } from '../../src/redis/connection.ts';
import { sessionNameOf, RedisKeys } from '../../src/session/redis-keys.ts';
import type { SessionKey } from '../../src/session/session-store.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { startRedisCluster } from '../support/services/redis-cluster.ts';
import { startRedis } from '../support/services/redis.ts';
import { locationQuestion, noOffers, progressAt } from '../support/session-samples.ts';
import { recordedUnder } from './recorded-under.ts';
import { begin, newPrefix, openStore, RingCounter } from './redis-stores.ts';

const FAILED = errorBody('processing_error');
const ADDRESS = { kind: 'address', address: 'Potsdamer Platz 1, Berlin' } as const;
const LEASE_MS = 10_000;

describe.each([
  ['one Redis', () => startRedis()],
  ['a cluster of three', () => startRedisCluster()],
] as const)('on %s', (_, start) => {
  let server: AsyncDisposable & { readonly url: string };
  let url: string;
  beforeAll(async () => {
    server = await start();
    url = server.url;
  }, 60_000);
  afterAll(async () => server[Symbol.asyncDispose]());

  /** Remembers keys as they are, and gives what brings them back to that: what a Redis does that lost its last writes. */
  async function remember(keys: readonly string[]): Promise<() => Promise<void>> {
    const copyOf = (key: string): string => `${key}:remembered`;
    await onRedis(async (client) => {
      for (const key of keys) await client.copy(key, copyOf(key), 'REPLACE');
    });
    return () =>
      onRedis(async (client) => {
        for (const key of keys) {
          if ((await client.copy(copyOf(key), key, 'REPLACE')) === 0) await client.del(key);
        }
      });
  }

  async function empty(): Promise<void> {
    await onRedis(async (client) => {
      const nodes = client instanceof Cluster ? client.nodes('master') : [client];
      for (const node of nodes) await node.flushall();
    });
  }

  async function onRedis(work: (client: RedisClient) => Promise<void>): Promise<void> {
    const redis = await openRedis({ url, clock: systemClock, log: new RecordingLog() });
    await work(redis.client);
    redis.close();
  }

  /** Two instances on one Redis, which may forget what became of a session since it was remembered. */
  async function openTwo() {
    const keyPrefix = newPrefix();
    const [here, there] = [
      await openStore(url, { keyPrefix, instance: 'here' }),
      await openStore(url, { keyPrefix, instance: 'there' }),
    ];
    const keys = new RedisKeys(keyPrefix);
    return {
      here,
      there,
      rememberSession: async (key: SessionKey) => remember(keys.ofSession(sessionNameOf(key))),
      rememberInstances: async () => remember([keys.instances]),
      async [Symbol.asyncDispose]() {
        await Promise.all([here.close(), there.close()]);
      },
    };
  }

  describe('a session whose log went back in time', () => {
    test('is ended by its runner, and every reader finds another log', async () => {
      await using two = await openTwo();
      const lease = await begin(two.here);
      await two.here.append(lease, 'a', progressAt(0.1));
      const goBack = await two.rememberSession(lease);
      await two.here.append(lease, 'b', progressAt(0.2));
      await two.here.append(lease, 'c', progressAt(0.3));
      const seen = await two.there.read(lease, 0, 10);
      const rings = new RingCounter();
      await two.there.watch(lease, rings.ring);
      await goBack();
      expect(await two.here.append(lease, 'd', progressAt(0.4))).toEqual({ outcome: 'rewound' });
      expect(await two.here.finish(lease, noOffers())).toEqual({ outcome: 'rewound' });
      expect(await two.here.finish(lease, FAILED)).toEqual({ outcome: 'written', sequence: 2 });
      expect(two.here.counts).toMatchObject({ rewoundLogs: 1, fencedWrites: 0 });
      const page = await two.there.read(lease, 0, 10);
      expect(page?.generation).not.toBe(seen?.generation);
      expect(page?.events.map(({ sequence, type }) => [sequence, type])).toEqual([
        [1, 'processing_update'],
        [2, 'error'],
      ]);
      expect(await two.there.snapshot(lease)).toMatchObject({ status: { completed: true, lastSequence: 2 } });
      expect(await two.there.survey('nobody', LEASE_MS)).toEqual({ abandoned: [], own: 0 });
    });

    test('before an answer that its runner knows of is found by a run from the top', async () => {
      await using two = await openTwo();
      const lease = await begin(two.here);
      await two.here.ask(lease, [{ key: 'work', question: locationQuestion() }], 60_000);
      const goBack = await two.rememberSession(lease);
      await two.there.answer(lease, 'interaction_0', ADDRESS, 'ok');
      expect(await two.here.recorded(lease)).toMatchObject({ rewound: false });
      await goBack();
      const recorded = await recordedUnder(two.here, lease);
      expect(recorded.rewound).toBe(true);
      expect(recorded.questions.get('work')?.answer).toBeNull();
    });

    test('before it was taken over is ended by whoever had it, and can be taken over by others before', async () => {
      await using two = await openTwo();
      const [kept, lost] = [await begin(two.here), await begin(two.here)];
      const goBack = await Promise.all([two.rememberSession(kept), two.rememberSession(lost)]);
      const [claimed, other] = [await two.there.claim(kept, 1, 'there'), await two.there.claim(lost, 1, 'there')];
      if (!claimed || !other) throw new Error('not claimed');
      for (const back of goBack) await back();
      expect(await two.there.append(claimed, 'a', progressAt(0.1))).toEqual({ outcome: 'rewound' });
      expect(await two.there.finish(claimed, FAILED)).toEqual({ outcome: 'written', sequence: 1 });
      expect(await two.there.survey('there', LEASE_MS)).toMatchObject({ abandoned: [{ ...keyOf(lost), epoch: 1 }] });
      const anew = await two.here.claim(lost, 1, 'here');
      const again = anew && (await two.here.claim(lost, 2, 'here'));
      expect(again?.epoch).toBe(3);
      expect(await two.there.finish(other, FAILED)).toEqual({ outcome: 'stale' });
    });

    test('to before it was begun is nobody’s: its runner is told to stop', async () => {
      await using two = await openTwo();
      const lease = await begin(two.here);
      await empty();
      expect(await two.here.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'session_not_found' });
      expect(await two.here.finish(lease, FAILED)).toEqual({ outcome: 'session_not_found' });
      expect(await two.here.read(lease, 0, 1)).toBeUndefined();
      expect(two.here.counts.fencedWrites).toBe(0);
    });
  });

  describe('a heartbeat', () => {
    test('says that the last one is not known any more where Redis went back in time or came back empty', async () => {
      await using two = await openTwo();
      await two.here.heartbeat('here', LEASE_MS);
      const goBack = await two.rememberInstances();
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await two.here.heartbeat('here', LEASE_MS)).toMatchObject({ known: true });
      await goBack();
      expect(await two.here.heartbeat('here', LEASE_MS)).toMatchObject({ known: false });
      expect(await two.here.heartbeat('here', LEASE_MS)).toMatchObject({ known: true });
      await empty();
      expect(await two.here.heartbeat('here', LEASE_MS)).toMatchObject({ known: false });
    });
  });

  function keyOf({ account, sessionId }: SessionKey): SessionKey {
    return { account, sessionId };
  }
});
