import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { RedisKeys, sessionNameOf, shardOf } from '../../src/session/redis-keys.ts';
import { openRedisSessionStore } from '../../src/session/redis-session-store.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { connectRedis } from '../support/services/redis-link.ts';
import { startRedis, type RedisServer } from '../support/services/redis.ts';
import { locationQuestion, noOffers, progressAt } from '../support/session-samples.ts';
import { RedisProxy } from './redis-proxy.ts';
import { begin, newKey, newPrefix, openStore, RingCounter, startOf, until } from './redis-stores.ts';

const ADDRESS = { kind: 'address', address: 'Potsdamer Platz 1, Berlin' } as const;
const TIMEOUT_MS = 60_000;

let server: RedisServer;
let url: string;
beforeAll(async () => {
  // One of its own: clients and channels are counted, scripts are flushed and it is restarted.
  server = await startRedis();
  url = server.url;
});
afterAll(async () => server[Symbol.asyncDispose]());

async function ask(...words: string[]) {
  using link = await connectRedis(url);
  return await link.ask(...words);
}

describe('the doorbell', () => {
  test('is one subscription, made at the start: a session adds no channel and no connection', async () => {
    const prefix = newPrefix();
    await using store = await openStore(url, { keyPrefix: prefix, instance: 'one' });
    const channels = () => ask('PUBSUB', 'CHANNELS', `${prefix}*`);
    const clients = async () =>
      String(await ask('CLIENT', 'LIST'))
        .split('\n')
        .filter((line) => line.includes('name=matching-stream')).length;
    expect(await channels()).toEqual([`${prefix}bell:one`]);
    const before = await clients();
    for (let count = 0; count < 100; count += 1) {
      const lease = await begin(store);
      await store.watch(lease, () => {});
      await store.append(lease, 'a', progressAt(0.1));
    }
    expect(store.held.watchers).toBe(100);
    expect(await channels()).toEqual([`${prefix}bell:one`]);
    expect(await clients()).toBe(before);
    expect(before).toBe(2);
  });

  test('is rung by another instance after every kind of change, and rings the watchers of that session only', async () => {
    const prefix = newPrefix();
    await using here = await openStore(url, { keyPrefix: prefix });
    await using there = await openStore(url, { keyPrefix: prefix });
    const [lease, other] = [await begin(there), await begin(there)];
    const [mine, others] = [new RingCounter(), new RingCounter()];
    await here.watch(lease, mine.ring);
    await here.watch(other, others.ring);
    const changes = [
      () => there.append(lease, 'a', progressAt(0.1)),
      () => there.ask(lease, [{ key: 'work', question: locationQuestion() }], TIMEOUT_MS),
      () => there.answer(lease, 'interaction_0', ADDRESS, 'ok'),
      () => there.finish(lease, noOffers()),
    ];
    for (const [index, change] of changes.entries()) {
      await change();
      await until(() => mine.count === index + 1);
    }
    expect(others.count).toBe(0);
    expect(here.counts).toMatchObject({ rings: 4, ringsCaughtByLook: 0 });
    expect(there.counts.rings).toBe(0);
  });

  test('is not rung any more for a session that nobody here watches: after one ring too many', async () => {
    const prefix = newPrefix();
    await using here = await openStore(url, { keyPrefix: prefix });
    await using there = await openStore(url, { keyPrefix: prefix });
    const lease = await begin(there);
    const stop = await here.watch(lease, () => {});
    stop();
    await there.append(lease, 'a', progressAt(0.1));
    await until(() => here.counts.rings === 1);
    const [, , , watchers = ''] = new RedisKeys(prefix).ofSession(sessionNameOf(lease));
    await until(async () => (await ask('EXISTS', watchers)) === 0);
    await there.append(lease, 'b', progressAt(0.2));
    await delay(50);
    expect(here.counts.rings).toBe(1);
  });

  test('does not mind messages that are none', async () => {
    const prefix = newPrefix();
    await using here = await openStore(url, { keyPrefix: prefix, instance: 'one' });
    await using there = await openStore(url, { keyPrefix: prefix });
    const lease = await begin(there);
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    const odd = ['{"session":', 'null', '7', '"text"', '[]', '{"session":"x","last":1}', '{"session":{},"last":1}', ''];
    for (const message of odd) await ask('PUBLISH', `${prefix}bell:one`, message);
    await until(() => here.counts.oddMessages === odd.length);
    expect(rings.count).toBe(0);
    await there.append(lease, 'a', progressAt(0.1));
    await rings.next();
  });

  test('that was cut is made anew, and everybody is rung: a message in one piece with the acknowledgement is lost', async () => {
    await using proxy = await RedisProxy.open(url);
    const prefix = newPrefix();
    await using here = await openStore(proxy.url, { keyPrefix: prefix, instance: 'one' });
    await using there = await openStore(url, { keyPrefix: prefix });
    const lease = await begin(there);
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    const channel = `${prefix}bell:one`;
    // The acknowledgement is about 30 bytes and the channel's name, a ring is longer.
    proxy.holdAcknowledgement = channel.length + 60;
    proxy.cutSubscribers();
    await until(async () => String(await ask('PUBSUB', 'NUMSUB', channel)).endsWith(',1'));
    await there.append(lease, 'a', progressAt(0.1));
    await rings.next();
    expect(here.counts).toMatchObject({ rings: 0, ringsCaughtByLook: 0, doorbellReopened: 1 });
    await there.append(lease, 'b', progressAt(0.2));
    await until(() => here.counts.rings === 1);
  });

  test('whose link is dead without a word is found out, and made anew', async () => {
    await using proxy = await RedisProxy.open(url);
    const prefix = newPrefix();
    const times = { logPollMs: 100, commandTimeoutMs: 200 };
    await using here = await openStore(proxy.url, { keyPrefix: prefix, ...times });
    proxy.silenceLinks('subscribers');
    await until(() => here.counts.doorbellReopened === 1);
    await using there = await openStore(url, { keyPrefix: prefix });
    const lease = await begin(there);
    await here.watch(lease, () => {});
    await there.append(lease, 'a', progressAt(0.1));
    await expect(until(() => here.counts.rings === 1)).resolves.toBeUndefined();
  });

  test('that cannot be subscribed to stops the start, and leaves no rejection without a handler', async () => {
    await using proxy = await RedisProxy.open(url);
    proxy.cutsSubscribers = true;
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    await expect(openStore(proxy.url)).rejects.toMatchObject({ code: 'unavailable' });
    await delay(50);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  test('of a store that is closed, while it makes its link anew too, leaves nothing', async () => {
    const prefix = newPrefix();
    await using proxy = await RedisProxy.open(url);
    const store = await openStore(proxy.url, { keyPrefix: prefix });
    const pending = store.read(newKey(), 0, 1);
    proxy.cutSubscribers();
    await Promise.all([expect(pending).rejects.toMatchObject({ code: 'unavailable' }), store.close()]);
    await delay(200);
    await expect(store.read(newKey(), 0, 1)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await ask('PUBSUB', 'CHANNELS', `${prefix}*`)).toEqual([]);
  });
});

describe('the look without a doorbell', () => {
  test('rings within its time when no message comes through, once for each change', async () => {
    await using proxy = await RedisProxy.open(url);
    const prefix = newPrefix();
    await using here = await openStore(proxy.url, { keyPrefix: prefix, logPollMs: 200 });
    await using there = await openStore(url, { keyPrefix: prefix });
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
    await using here = await openStore(url, { keyPrefix: prefix, logPollMs: 50 });
    await using there = await openStore(url, { keyPrefix: prefix });
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
    await using proxy = await RedisProxy.open(url);
    const prefix = newPrefix();
    await using here = await openStore(proxy.url, { keyPrefix: prefix, logPollMs: 300 });
    await using there = await openStore(url, { keyPrefix: prefix });
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
    await using proxy = await RedisProxy.open(url);
    const prefix = newPrefix();
    await using here = await openStore(proxy.url, { keyPrefix: prefix, logPollMs: 200 });
    await using there = await openStore(url, { keyPrefix: prefix });
    const lease = await begin(there);
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    proxy.muteSubscribers();
    await there.append(lease, 'a', progressAt(0.1));
    await ask('XTRIM', new RedisKeys(prefix).changes(shardOf(sessionNameOf(lease))), 'MAXLEN', '0');
    await expect(rings.next(1000)).resolves.toBeUndefined();
  });

  test('rings for a session that was forgotten while nobody ran it', async () => {
    await using store = await openStore(url, { logPollMs: 50 });
    const lease = await begin(store, { maxLifeMs: 100, retentionMs: 100 });
    const rings = new RingCounter();
    await store.watch(lease, rings.ring);
    await until(async () => (await store.read(lease, 0, 1)) === undefined);
    await expect(rings.next(1000)).resolves.toBeUndefined();
  });

  test('rings for a session that began after its watch', async () => {
    const prefix = newPrefix();
    await using here = await openStore(url, { keyPrefix: prefix, logPollMs: 50 });
    await using there = await openStore(url, { keyPrefix: prefix });
    const key = newKey();
    const rings = new RingCounter();
    await here.watch(key, rings.ring);
    await there.start(key, startOf());
    await expect(rings.next(1000)).resolves.toBeUndefined();
  });
});

describe('a command whose reply was lost is sent again by the client, and', () => {
  async function through(): Promise<
    { proxy: RedisProxy; store: Awaited<ReturnType<typeof openStore>> } & AsyncDisposable
  > {
    const proxy = await RedisProxy.open(url);
    const store = await openStore(proxy.url);
    return {
      proxy,
      store,
      async [Symbol.asyncDispose]() {
        await store.close();
        await proxy[Symbol.asyncDispose]();
      },
    };
  }

  test('a start begins one session', async () => {
    await using under = await through();
    const key = newKey();
    const start = startOf();
    under.proxy.loseReplyTo(start.startToken);
    expect(await under.store.start(key, start)).toMatchObject({ outcome: 'started', lease: { ...key, epoch: 1 } });
    expect(under.proxy.seen).toBe(2);
  });

  test('an append is in the log once', async () => {
    await using under = await through();
    const lease = await begin(under.store);
    under.proxy.loseReplyTo('the-key');
    expect(await under.store.append(lease, 'the-key', progressAt(0.1))).toEqual({ outcome: 'written', sequence: 1 });
    expect(under.proxy.seen).toBe(2);
    expect((await under.store.read(lease, 0, 10))?.lastSequence).toBe(1);
  });

  test('a question is put once', async () => {
    await using under = await through();
    const lease = await begin(under.store);
    under.proxy.loseReplyTo('the-key');
    const asked = await under.store.ask(lease, [{ key: 'the-key', question: locationQuestion() }], TIMEOUT_MS);
    expect(asked).toEqual({ outcome: 'written', sequence: 1 });
    expect(under.proxy.seen).toBe(2);
    expect((await under.store.snapshot(lease))?.status.interactionsCount).toBe(1);
  });

  test('an answer is received, not a duplicate of itself', async () => {
    await using under = await through();
    const lease = await begin(under.store);
    await under.store.ask(lease, [{ key: 'work', question: locationQuestion() }], TIMEOUT_MS);
    under.proxy.loseReplyTo('Potsdamer');
    expect(await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'received' });
    expect(under.proxy.seen).toBe(2);
    expect((await under.store.read(lease, 0, 10))?.lastSequence).toBe(2);
    expect(await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'duplicate' });
  });

  test('a step is recorded, a claim is held, a cancel is done', async () => {
    await using under = await through();
    const lease = await begin(under.store);
    under.proxy.loseReplyTo('the-step');
    expect(await under.store.record(lease, 'the-step', { value: 1, workMs: 1 })).toMatchObject({ outcome: 'written' });
    under.proxy.loseReplyTo('the-heir');
    expect(await under.store.claim(lease, 1, 'the-heir')).toEqual({ ...lease, epoch: 2 });
    expect(under.proxy.seen).toBe(2);
    under.proxy.loseReplyTo('"session_cancelled"');
    const error = { type: 'error', errorCode: 'session_cancelled', message: '', fatal: true } as const;
    const errorDetails = {
      parentId: null,
      failedStage: null,
      interactionId: null,
      retryAfterMs: null,
      requestId: null,
      issues: [],
    };
    expect(await under.store.cancel(lease, { ...error, errorDetails })).toMatchObject({
      completed: true,
      lastSequence: 1,
    });
    expect(under.proxy.seen).toBe(2);
  });

  test('an end stands once, and the runner hears that it was written', async () => {
    await using under = await through();
    const lease = await begin(under.store);
    under.proxy.loseReplyTo('match_results');
    expect(await under.store.finish(lease, noOffers())).toEqual({ outcome: 'written', sequence: 1 });
    expect(under.proxy.seen).toBe(2);
    expect(await under.store.read(lease, 0, 10)).toMatchObject({ lastSequence: 1, ended: true });
  });
});

describe('a link or a Redis that fails', () => {
  test('and carries nothing any more makes a command fail in its time, and is replaced', async () => {
    await using proxy = await RedisProxy.open(url);
    await using store = await openStore(proxy.url, { commandTimeoutMs: 200 });
    const lease = await begin(store);
    proxy.silenceLinks('all');
    await expect(store.append(lease, 'a', progressAt(0.1))).rejects.toMatchObject({ code: 'unavailable' });
    await until(async () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    expect(await store.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'written', sequence: 1 });
  });

  test('never shows what was sent: not in the error, not in the log', async () => {
    await using proxy = await RedisProxy.open(url);
    const log = new RecordingLog();
    await using store = await openStore(proxy.url, { commandTimeoutMs: 200, log });
    const lease = await begin(store);
    await store.ask(lease, [{ key: 'work', question: locationQuestion() }], TIMEOUT_MS);
    await ask('SET', 'aside', '1');
    proxy.silenceLinks('all');
    const failed = await store.answer(lease, 'interaction_0', ADDRESS, 'ok').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    await until(async () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    // An error of Redis itself: the record is not what it should be.
    const [record = ''] = new RedisKeys('aside:').ofSession(sessionNameOf(lease));
    await using odd = await openStore(url, { keyPrefix: 'aside:', log });
    await ask('SET', record, 'x', 'PX', '5000');
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
    await using store = await openStore(url);
    const lease = await begin(store);
    await ask('SCRIPT', 'FLUSH');
    expect(await store.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'written', sequence: 1 });
  });

  test('and comes back empty rings its watchers, who find that nothing is there', async () => {
    await using store = await openStore(url, { logPollMs: 100 });
    const lease = await begin(store);
    const rings = new RingCounter();
    await store.watch(lease, rings.ring);
    await server.kill();
    await expect(store.append(lease, 'a', progressAt(0.1))).rejects.toMatchObject({ code: 'unavailable' });
    const heard = rings.count;
    await server.start({ empty: true });
    await until(() => rings.count > heard, 10_000);
    await until(async () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    expect(await store.read(lease, 0, 10)).toBeUndefined();
    expect(await store.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'session_not_found' });
    expect(store.counts.fencedWrites).toBe(0);
    await begin(store);
  });
});
