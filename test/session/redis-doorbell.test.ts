import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { RedisKeys, sessionNameOf } from '../../src/session/redis-keys.ts';
import { locationQuestion, noOffers, progressAt } from '../support/session-samples.ts';
import { ownRedis } from './own-redis.ts';
import { RedisProxy } from './redis-proxy.ts';
import { begin, newKey, newPrefix, openStore, RingCounter, until } from './redis-stores.ts';
import { ADDRESS, TIMEOUT_MS } from './redis-through.ts';

describe('the doorbell', () => {
  const redis = ownRedis();

  test('is one subscription, made at the start: a session adds no channel and no connection', async () => {
    const prefix = newPrefix();
    await using store = await openStore(redis.url, { keyPrefix: prefix, instance: 'one' });
    const channels = () => redis.ask('PUBSUB', 'CHANNELS', `${prefix}*`);
    const clients = async () =>
      String(await redis.ask('CLIENT', 'LIST'))
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
    await using here = await openStore(redis.url, { keyPrefix: prefix });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
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
    await using here = await openStore(redis.url, { keyPrefix: prefix });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there);
    const stop = await here.watch(lease, () => {});
    stop();
    await there.append(lease, 'a', progressAt(0.1));
    await until(() => here.counts.rings === 1);
    const [, , , watchers = ''] = new RedisKeys(prefix).ofSession(sessionNameOf(lease));
    await until(async () => (await redis.ask('EXISTS', watchers)) === 0);
    await there.append(lease, 'b', progressAt(0.2));
    await delay(50);
    expect(here.counts.rings).toBe(1);
  });

  test('does not mind messages that are none', async () => {
    const prefix = newPrefix();
    await using here = await openStore(redis.url, { keyPrefix: prefix, instance: 'one' });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there);
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    const odd = ['{"session":', 'null', '7', '"text"', '[]', '{"session":"x","last":1}', '{"session":{},"last":1}', ''];
    for (const message of odd) await redis.ask('PUBLISH', `${prefix}bell:one`, message);
    await until(() => here.counts.oddMessages === odd.length);
    expect(rings.count).toBe(0);
    await there.append(lease, 'a', progressAt(0.1));
    await rings.next();
  });

  test('that was cut is made anew, and everybody is rung: a message in one piece with the acknowledgement is lost', async () => {
    await using proxy = await RedisProxy.open(redis.url);
    const prefix = newPrefix();
    await using here = await openStore(proxy.url, { keyPrefix: prefix, instance: 'one' });
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there);
    const rings = new RingCounter();
    await here.watch(lease, rings.ring);
    const channel = `${prefix}bell:one`;
    // The acknowledgement is about 30 bytes and the channel's name, a ring is longer.
    proxy.holdAcknowledgement = channel.length + 60;
    proxy.cutSubscribers();
    await until(async () => String(await redis.ask('PUBSUB', 'NUMSUB', channel)).endsWith(',1'));
    await there.append(lease, 'a', progressAt(0.1));
    await rings.next();
    expect(here.counts).toMatchObject({ rings: 0, ringsCaughtByLook: 0, doorbellReopened: 1 });
    await there.append(lease, 'b', progressAt(0.2));
    await until(() => here.counts.rings === 1);
  });

  test('whose link is dead without a word is found out, and made anew', async () => {
    await using proxy = await RedisProxy.open(redis.url);
    const prefix = newPrefix();
    const times = { logPollMs: 100, commandTimeoutMs: 200 };
    await using here = await openStore(proxy.url, { keyPrefix: prefix, ...times });
    proxy.silenceLinks('subscribers');
    await until(() => here.counts.doorbellReopened === 1);
    await using there = await openStore(redis.url, { keyPrefix: prefix });
    const lease = await begin(there);
    await here.watch(lease, () => {});
    await there.append(lease, 'a', progressAt(0.1));
    await expect(until(() => here.counts.rings === 1)).resolves.toBeUndefined();
  });

  test('that cannot be subscribed to stops the start, and leaves no rejection without a handler', async () => {
    await using proxy = await RedisProxy.open(redis.url);
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
    await using proxy = await RedisProxy.open(redis.url);
    const store = await openStore(proxy.url, { keyPrefix: prefix });
    const pending = store.read(newKey(), 0, 1);
    proxy.cutSubscribers();
    await Promise.all([expect(pending).rejects.toMatchObject({ code: 'unavailable' }), store.close()]);
    await delay(200);
    await expect(store.read(newKey(), 0, 1)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await redis.ask('PUBSUB', 'CHANNELS', `${prefix}*`)).toEqual([]);
  });
});
