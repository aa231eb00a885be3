import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { startRedisCluster } from '../support/services/redis-cluster.ts';
import { startRedis } from '../support/services/redis.ts';
import { progressAt } from '../support/session-samples.ts';
import { begin, newKey, newPrefix, openStore, RingCounter, until } from './redis-stores.ts';
import {
  ADDRESS,
  FAILED,
  LEASE_MS,
  outcomesOf,
  serves,
  startClusterThrough,
  startThrough,
  UNAVAILABLE,
  verbs,
  withQuestion,
} from './redis-through.ts';

/** An outage that is longer than a lease, with the times of a server. */
const LONG_MS = 10_500;

describe('every verb', () => {
  test('says that Redis is away, and when to try again, when what is sent is swallowed', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url, { commandTimeoutMs: 500 });
    const lease = await withQuestion(store);
    under.proxy.swallow();
    // Over the link that there was, and while another one cannot be made.
    for (const _round of [1, 2, 3]) {
      for (const outcome of await outcomesOf(verbs(store, lease))) expect(outcome).toMatchObject(UNAVAILABLE);
    }
    under.proxy.carry();
    await until(() => serves(store));
    expect(await outcomesOf(verbs(store, lease))).toEqual(verbs(store, lease).map(() => null));
  });

  test('says so when Redis holds still, and is done when it goes on', async () => {
    await using server = await startRedis();
    await using store = await openStore(server.url, { commandTimeoutMs: 500 });
    const lease = await withQuestion(store);
    await server.pause();
    for (const outcome of await outcomesOf(verbs(store, lease))) expect(outcome).toMatchObject(UNAVAILABLE);
    await server.resume();
    await until(() => serves(store));
    expect(await outcomesOf(verbs(store, lease))).toEqual(verbs(store, lease).map(() => null));
  });

  test('says so when Redis is slow: several commands have the time of one', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url, { commandTimeoutMs: 1000 });
    const lease = await withQuestion(store);
    // Redis knows the scripts from now on.
    await outcomesOf(verbs(store, lease));
    under.proxy.replyDelayMs = 700;
    expect(await store.read(lease, 0, 1)).toMatchObject({ ended: false });
    await expect(store.answer(lease, 'interaction_0', ADDRESS, 'ok')).rejects.toMatchObject(UNAVAILABLE);
  });

  test('says so when a node of a cluster holds still or has gone, for what lies there', async () => {
    await using cluster = await startRedisCluster();
    await using store = await openStore(cluster.url, { commandTimeoutMs: 500 });
    const leases = await Promise.all(Array.from({ length: 12 }, () => withQuestion(store)));
    const [node] = cluster.nodes;
    if (!node) throw new Error('no node');
    for (const away of [() => node.pause(), () => node.kill()]) {
      await away();
      const outcomes = await Promise.all(leases.map((lease) => outcomesOf(verbs(store, lease))));
      const failures = outcomes.flat().filter((outcome) => outcome !== null);
      expect(failures.length).toBeGreaterThan(0);
      for (const failure of failures) expect(failure).toMatchObject(UNAVAILABLE);
    }
    await node.start();
    await cluster.untilOk();
    await until(() => serves(store), 10_000);
    for (const lease of leases)
      await until(async () =>
        store.read(lease, 0, 1).then(
          () => true,
          () => false,
        ),
      );
  }, 60_000);
});

describe('a link that has lost a reply', () => {
  test('is not used again: nobody is given the reply of another', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url, { commandTimeoutMs: 1000 });
    const leases = [await begin(store), await begin(store), await begin(store)];
    for (const [count, lease] of leases.entries()) {
      for (let at = 0; at <= count; at += 1) await store.append(lease, `${at}`, progressAt(at / 10));
    }
    under.proxy.swallow();
    const lost = store.read(leases[0] ?? newKey(), 0, 10);
    await expect(lost).rejects.toMatchObject(UNAVAILABLE);
    under.proxy.carry();
    const lengths = await Promise.all(leases.map(async (lease) => (await store.read(lease, 0, 10))?.lastSequence));
    expect(lengths).toEqual([1, 2, 3]);
  });

  test('of a node of a cluster is not used again either', async () => {
    await using under = await startClusterThrough();
    await using store = await openStore(under.url, { commandTimeoutMs: 1000 });
    const leases = await Promise.all(Array.from({ length: 12 }, () => begin(store)));
    for (const proxy of under.proxies) proxy.silenceLinks('all');
    const lost = await outcomesOf(leases.map((lease) => () => store.append(lease, 'lost', progressAt(0.1))));
    for (const outcome of lost) expect(outcome).toMatchObject(UNAVAILABLE);
    for (const lease of leases) {
      const append = () => store.append(lease, 'after', progressAt(0.2));
      await until(
        async () =>
          append().then(
            () => true,
            () => false,
          ),
        10_000,
      );
      expect(await store.read(lease, 0, 10)).toMatchObject({ lastSequence: 1, generation: lease.generation });
    }
  }, 60_000);

  test('takes nothing with it that is carried out when nobody waits for it any more', async () => {
    await using under = await startThrough();
    const { proxy } = under;
    await using store = await openStore(proxy.url, { commandTimeoutMs: 500 });
    const lease = await begin(store);
    const refuse = (refuses: boolean): void => {
      proxy.cutsLinks = refuses;
      proxy.cutLinks();
    };
    const outages: readonly (readonly [begin: () => void, end: () => void])[] = [
      [() => proxy.swallow(), () => proxy.carry()],
      [() => refuse(true), () => refuse(false)],
    ];
    for (const [cut, mend] of outages) {
      // So that the script is known.
      await store.append({ ...lease, generation: 'another' }, 'a', progressAt(0.5));
      cut();
      const lost = store.append(lease, 'lost', progressAt(0.5));
      await expect(lost).rejects.toMatchObject(UNAVAILABLE);
      await expect(store.append(lease, 'lost too', progressAt(0.5))).rejects.toMatchObject(UNAVAILABLE);
      mend();
      await until(() => serves(store));
      await delay(100);
      expect(await store.read(lease, 0, 10)).toMatchObject({ lastSequence: 0 });
    }
  });
});

describe.concurrent('an outage that is longer than a lease', () => {
  test('of a Redis that comes back with its data loses nothing that was acknowledged', async () => {
    await using server = await startRedis({ keepsData: true });
    await using store = await openStore(server.url, { instance: 'one', logPollMs: 200 });
    const lease = await withQuestion(store);
    await store.heartbeat('one', LEASE_MS);
    const rings = new RingCounter();
    await store.watch(lease, rings.ring);
    await server.kill();
    const during = Promise.all([1, 2, 3].map(() => outcomesOf(verbs(store, lease))));
    await delay(LONG_MS);
    for (const outcome of (await during).flat()) expect(outcome).toMatchObject(UNAVAILABLE);
    await server.start();
    await until(() => serves(store));
    await until(() => store.counts.doorbellReopened === 1);
    expect(await store.heartbeat('one', LEASE_MS)).toEqual({ known: true, othersAreSilent: false });
    expect((await store.runningOn('one')).map(({ sessionId }) => sessionId)).toEqual([lease.sessionId]);
    expect(await store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'received' });
    expect(await store.append(lease, 'after', progressAt(0.5))).toEqual({ outcome: 'written', sequence: 3 });
    await until(() => rings.count > 0);
  }, 40_000);

  test('of a Redis that comes back empty leaves sessions that nobody knows', async () => {
    await using server = await startRedis();
    await using store = await openStore(server.url, { instance: 'one' });
    const lease = await withQuestion(store);
    await store.heartbeat('one', LEASE_MS);
    await server.kill();
    await delay(LONG_MS);
    await server.start({ empty: true });
    await until(() => serves(store));
    expect(await store.heartbeat('one', LEASE_MS)).toEqual({ known: false, othersAreSilent: false });
    expect(await store.survey('one', LEASE_MS)).toEqual({ abandoned: [], own: 0 });
    expect(await store.recorded(lease)).toEqual({ outcome: 'session_not_found' });
    expect(await store.finish(lease, FAILED)).toEqual({ outcome: 'session_not_found' });
    expect(await store.claim(lease, 1, 'one')).toBeUndefined();
    expect(await store.snapshot(lease)).toBeUndefined();
  }, 40_000);

  test('of a link that swallows everything is over when it carries again', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url, { instance: 'one', logPollMs: 500 });
    await using there = await openStore(under.server.url);
    const lease = await withQuestion(store);
    under.proxy.swallow();
    const outcomes: unknown[] = [];
    for (const end = performance.now() + LONG_MS; performance.now() < end;) {
      outcomes.push(...(await outcomesOf(verbs(store, lease))));
    }
    for (const outcome of outcomes) expect(outcome).toMatchObject(UNAVAILABLE);
    under.proxy.carry();
    await until(() => serves(store));
    await until(() => store.counts.doorbellReopened === 1, 10_000);
    const key = await begin(there);
    expect(await store.read(key, 0, 1)).toBeUndefined();
    expect(await store.append(lease, 'after', progressAt(0.5))).toEqual({ outcome: 'written', sequence: 2 });
  }, 40_000);

  test('of the doorbell alone costs no change its ring, and the bell rings again after it', async () => {
    await using under = await startThrough();
    const keyPrefix = newPrefix();
    await using here = await openStore(under.proxy.url, { keyPrefix, logPollMs: 200 });
    await using there = await openStore(under.server.url, { keyPrefix });
    const lease = await begin(there);
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    under.proxy.cutsSubscribers = true;
    under.proxy.cutSubscribers();
    for (let count = 1; count <= 5; count += 1) {
      await there.append(lease, `${count}`, progressAt(count / 10));
      await until(() => rings.count >= count);
      expect(await here.read(lease, count - 1, 1)).toMatchObject({ lastSequence: count });
      await delay(LONG_MS / 5);
    }
    expect(here.counts).toMatchObject({ rings: 0, ringsCaughtByLook: 5 });
    under.proxy.cutsSubscribers = false;
    await until(() => here.counts.doorbellReopened === 1);
    await there.append(lease, 'after', progressAt(0.9));
    await until(() => here.counts.rings === 1);
  }, 40_000);
});
