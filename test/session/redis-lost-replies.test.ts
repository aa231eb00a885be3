import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { sessionNameOf } from '../../src/session/redis-keys.ts';
import { locationQuestion, noOffers, progressAt } from '../support/session-samples.ts';
import { recordedUnder } from './recorded-under.ts';
import type { RedisProxy } from './redis-proxy.ts';
import { begin, newKey, openStore, RingCounter, startOf } from './redis-stores.ts';
import { ADDRESS, FAILED, LEASE_MS, startThrough, TIMEOUT_MS } from './redis-through.ts';

describe('a reply that was lost after the write', () => {
  /** Loses the reply to what names a thing, and gives what the verb comes to all the same. */
  async function lost<Reply>(proxy: RedisProxy, text: string, verb: () => Promise<Reply>): Promise<Reply> {
    proxy.loseReplyTo(text);
    const reply = await verb();
    expect(proxy.seen).toBe(2);
    return reply;
  }

  test('changes no verb’s outcome', async () => {
    await using under = await startThrough();
    const { proxy } = under;
    await using store = await openStore(proxy.url);
    const start = { ...startOf(), instance: 'one' };
    const key = newKey();
    const name = sessionNameOf(key);
    const started = await lost(proxy, name, () => store.start(key, start));
    if (started.outcome !== 'started') throw new Error('not started');
    const rings = new RingCounter();
    const stop = await lost(proxy, name, () => store.watch(key, rings.ring));
    expect(await lost(proxy, name, () => store.append(started.lease, 'a', progressAt(0.1)))).toEqual({
      outcome: 'written',
      sequence: 1,
    });
    const questions = [{ key: 'work', question: locationQuestion() }];
    expect(await lost(proxy, name, () => store.ask(started.lease, questions, TIMEOUT_MS))).toEqual({
      outcome: 'written',
      sequence: 2,
    });
    const lease = await lost(proxy, name, () => store.claim(key, 1, 'two'));
    if (!lease) throw new Error('not claimed');
    expect(lease).toEqual({ ...started.lease, epoch: 2, seen: 2 });
    const limit = { most: 2, pauseMs: TIMEOUT_MS };
    expect(await lost(proxy, name, () => store.misfit(key, 'interaction_0', limit))).toEqual({ outcome: 'taken' });
    // It has counted once: a second one would have begun a pause.
    expect(await lost(proxy, 'Potsdamer', () => store.answer(key, 'interaction_0', ADDRESS, 'ok'))).toEqual({
      outcome: 'received',
    });
    expect((await lost(proxy, name, () => recordedUnder(store, lease))).questions.size).toBe(1);
    expect(await lost(proxy, name, () => store.record(lease, 'step', { value: 1, workMs: 1 }))).toEqual({
      outcome: 'written',
      sequence: 3,
    });
    // Of several requests for all shards that were in one piece.
    proxy.loseReplyTo('two');
    expect(await store.runningOn('two')).toHaveLength(1);
    expect(await lost(proxy, name, () => store.expire(key))).toMatchObject({ outcome: 'not_yet' });
    expect(await lost(proxy, name, () => store.finish(lease, noOffers()))).toEqual({ outcome: 'written', sequence: 4 });
    expect(await store.runningOn('two')).toEqual([]);
    expect(await lost(proxy, name, () => store.cancel(key, FAILED))).toMatchObject({ hasResults: true });
    expect((await store.read(key, 0, 10))?.events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    stop();
    expect(store.counts).toMatchObject({ fencedWrites: 0, rewoundLogs: 0 });
  });

  test('of the end of a log that went back in time gives it one other generation', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url);
    const lease = { ...(await begin(store)), seen: 9 };
    expect(await lost(under.proxy, sessionNameOf(lease), () => store.finish(lease, FAILED))).toEqual({
      outcome: 'written',
      sequence: 1,
    });
    expect(store.counts.rewoundLogs).toBe(1);
    const page = await store.read(lease, 0, 10);
    expect(page?.lastSequence).toBe(1);
    expect(page?.generation).not.toBe(lease.generation);
  });

  test('of a deadline that is over ends the session once', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url);
    const lease = await begin(store, { maxLifeMs: 30 });
    await delay(50);
    expect(await lost(under.proxy, sessionNameOf(lease), () => store.expire(lease))).toEqual({
      outcome: 'ended',
      ending: 'overrun',
      epoch: 1,
    });
    expect((await store.read(lease, 0, 10))?.lastSequence).toBe(1);
  });

  test('of a beat leaves the instance known, and of a leave leaves it gone', async () => {
    await using under = await startThrough();
    const { proxy } = under;
    await using store = await openStore(proxy.url);
    await store.heartbeat('the-instance', LEASE_MS);
    for (const _beat of [1, 2]) {
      expect(await lost(proxy, 'the-instance', () => store.heartbeat('the-instance', LEASE_MS))).toEqual({
        known: true,
        othersAreSilent: false,
      });
    }
    await lost(proxy, 'the-instance', () => store.retire('the-instance'));
    expect(await store.heartbeat('other', LEASE_MS)).toEqual({ known: false, othersAreSilent: true });
  });
});

describe('a command whose reply was lost is sent again by the client, and', () => {
  test('a start begins one session', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url);
    const key = newKey();
    const start = startOf();
    under.proxy.loseReplyTo(start.startToken);
    expect(await store.start(key, start)).toMatchObject({ outcome: 'started', lease: { ...key, epoch: 1 } });
    expect(under.proxy.seen).toBe(2);
  });

  test('an append is in the log once', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url);
    const lease = await begin(store);
    under.proxy.loseReplyTo('the-key');
    expect(await store.append(lease, 'the-key', progressAt(0.1))).toEqual({ outcome: 'written', sequence: 1 });
    expect(under.proxy.seen).toBe(2);
    expect((await store.read(lease, 0, 10))?.lastSequence).toBe(1);
  });

  test('a question is put once', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url);
    const lease = await begin(store);
    under.proxy.loseReplyTo('the-key');
    const asked = await store.ask(lease, [{ key: 'the-key', question: locationQuestion() }], TIMEOUT_MS);
    expect(asked).toEqual({ outcome: 'written', sequence: 1 });
    expect(under.proxy.seen).toBe(2);
    expect((await store.snapshot(lease))?.status.interactionsCount).toBe(1);
  });

  test('an answer is received, not a duplicate of itself', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url);
    const lease = await begin(store);
    await store.ask(lease, [{ key: 'work', question: locationQuestion() }], TIMEOUT_MS);
    under.proxy.loseReplyTo('Potsdamer');
    expect(await store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'received' });
    expect(under.proxy.seen).toBe(2);
    expect((await store.read(lease, 0, 10))?.lastSequence).toBe(2);
    expect(await store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'duplicate' });
  });

  test('a step is recorded, a claim is held, a cancel is done', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url);
    const lease = await begin(store);
    under.proxy.loseReplyTo('the-step');
    expect(await store.record(lease, 'the-step', { value: 1, workMs: 1 })).toMatchObject({ outcome: 'written' });
    under.proxy.loseReplyTo('the-heir');
    expect(await store.claim(lease, 1, 'the-heir')).toEqual({ ...lease, epoch: 2 });
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
    expect(await store.cancel(lease, { ...error, errorDetails })).toMatchObject({
      completed: true,
      lastSequence: 1,
    });
    expect(under.proxy.seen).toBe(2);
  });

  test('an end stands once, and the runner hears that it was written', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url);
    const lease = await begin(store);
    under.proxy.loseReplyTo('match_results');
    expect(await store.finish(lease, noOffers())).toEqual({ outcome: 'written', sequence: 1 });
    expect(under.proxy.seen).toBe(2);
    expect(await store.read(lease, 0, 10)).toMatchObject({ lastSequence: 1, ended: true });
  });
});
