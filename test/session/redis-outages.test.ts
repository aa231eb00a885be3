import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { RedisKeys, sessionNameOf } from '../../src/session/redis-keys.ts';
import { openRedisSessionStore } from '../../src/session/redis-session-store.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { startRedisCluster } from '../support/services/redis-cluster.ts';
import { connectRedis } from '../support/services/redis-link.ts';
import { startRedis } from '../support/services/redis.ts';
import { locationQuestion, progressAt } from '../support/session-samples.ts';
import { begin, newPrefix, openStore, RingCounter, until } from './redis-stores.ts';
import {
  ADDRESS,
  FAILED,
  LEASE_MS,
  outcomesOf,
  serves,
  startThrough,
  TIMEOUT_MS,
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

describe('a link or a Redis that fails', () => {
  test('and carries nothing any more makes a command fail in its time, and is replaced', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url, { commandTimeoutMs: 200 });
    const lease = await begin(store);
    under.proxy.silenceLinks('all');
    await expect(store.append(lease, 'a', progressAt(0.1))).rejects.toMatchObject({ code: 'unavailable' });
    await until(() => serves(store));
    expect(await store.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'written', sequence: 1 });
  });

  test('never shows what was sent: not in the error, not in the log', async () => {
    await using under = await startThrough();
    using link = await connectRedis(under.server.url);
    const log = new RecordingLog();
    await using store = await openStore(under.proxy.url, { commandTimeoutMs: 200, log });
    const lease = await begin(store);
    await store.ask(lease, [{ key: 'work', question: locationQuestion() }], TIMEOUT_MS);
    await link.ask('SET', 'aside', '1');
    under.proxy.silenceLinks('all');
    const failed = await store.answer(lease, 'interaction_0', ADDRESS, 'ok').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    await until(() => serves(store));
    // An error of Redis itself: the record is not what it should be.
    const [record = ''] = new RedisKeys('aside:').ofSession(sessionNameOf(lease));
    await using odd = await openStore(under.server.url, { keyPrefix: 'aside:', log });
    await link.ask('SET', record, 'x', 'PX', '5000');
    const refused = await odd.append(lease, 'Potsdamer', progressAt(0.1)).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'RedisRefusal' });
    const shown = inspect([failed, refused, log.lines], { depth: 20, showHidden: true });
    expect(shown).not.toContain('Potsdamer');
    expect(shown).not.toContain(lease.sessionId);
  });

  test('is said at the start, without the password', async () => {
    const opening = openRedisSessionStore({
      url: 'redis://user:geheim@127.0.0.1:1',
      keyPrefix: 'x:',
      logPollMs: 1000,
      instance: 'one',
      clock: systemClock,
      log: new RecordingLog(),
      commandTimeoutMs: 300,
    });
    const failed = await opening.catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'unavailable' });
    expect(inspect(failed, { depth: 20 })).not.toContain('geheim');
  });

  test('and comes back without its scripts is given them again', async () => {
    await using server = await startRedis();
    using link = await connectRedis(server.url);
    await using store = await openStore(server.url);
    const lease = await begin(store);
    await link.ask('SCRIPT', 'FLUSH');
    expect(await store.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'written', sequence: 1 });
  });

  test('and comes back empty rings its watchers, who find that nothing is there', async () => {
    await using server = await startRedis();
    await using store = await openStore(server.url, { logPollMs: 100 });
    const lease = await begin(store);
    const rings = new RingCounter();
    await store.watch(lease, rings.ring);
    await server.kill();
    await expect(store.append(lease, 'a', progressAt(0.1))).rejects.toMatchObject({ code: 'unavailable' });
    const heard = rings.count;
    await server.start({ empty: true });
    await until(() => rings.count > heard, 10_000);
    await until(() => serves(store));
    expect(await store.read(lease, 0, 10)).toBeUndefined();
    expect(await store.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'session_not_found' });
    expect(store.counts.fencedWrites).toBe(0);
    await begin(store);
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
