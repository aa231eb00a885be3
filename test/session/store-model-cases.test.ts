import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import { errorBody } from '../../src/errors.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import type { Lease, SessionStore } from '../../src/session/session-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { locationQuestion, progressAt } from '../support/session-samples.ts';
import { newKey, openStore, startOf } from './redis-stores.ts';
import type { StoreUnderTest } from './contract/setup.ts';

const TIMEOUT_MS = 400;
const ADDRESS = { kind: 'address', address: 'Potsdamer Platz 1, Berlin' } as const;

async function openMemory(): Promise<StoreUnderTest> {
  const clock = new ManualClock();
  const store = new MemorySessionStore(clock);
  return { store, pass: (ms) => clock.pass(ms), [Symbol.asyncDispose]: () => store.close() };
}

async function openRedis(): Promise<StoreUnderTest> {
  const store = await openStore(inject('redisUrl'));
  return { store, pass: (ms) => delay(ms + 1), [Symbol.asyncDispose]: () => store.close() };
}

async function begin(store: SessionStore): Promise<Lease> {
  const started = await store.start(newKey(), startOf());
  if (started.outcome !== 'started') throw new Error('not started');
  return started.lease;
}

// What the model of a store has found, each as short as it can be told.
describe.each([
  ['memory', openMemory],
  ['Redis', openRedis],
] as const)('in %s', (_name, open) => {
  test('a question keeps the time that another one brought it when that one is answered', async () => {
    await using under = await open();
    const { store } = under;
    const lease = await begin(store);
    await store.ask(lease, [{ key: 'work', question: locationQuestion() }], TIMEOUT_MS);
    await store.ask(lease, [{ key: 'gym', question: locationQuestion() }], 60_000);
    await store.answer(lease, 'interaction_1', ADDRESS, 'ok');
    await under.pass(TIMEOUT_MS);
    expect((await store.expire(lease)).outcome).toBe('not_yet');
    expect(await store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'received' });
  });

  test('questions that are put when none is open have their own time, whatever earlier ones had', async () => {
    await using under = await open();
    const { store } = under;
    const lease = await begin(store);
    await store.ask(lease, [{ key: 'work', question: locationQuestion() }], 60_000);
    await store.answer(lease, 'interaction_0', ADDRESS, 'ok');
    await store.ask(lease, [{ key: 'gym', question: locationQuestion() }], TIMEOUT_MS);
    await under.pass(TIMEOUT_MS);
    expect(await store.expire(lease)).toMatchObject({ outcome: 'ended', ending: 'timeout' });
  });

  test('an instance that leaves once more is told of no longer for it', async () => {
    await using under = await open();
    const { store } = under;
    const leaseMs = 30;
    await store.heartbeat('two', leaseMs);
    await store.retire('two');
    await under.pass(8 * leaseMs);
    await store.retire('two');
    await under.pass(3 * leaseMs);
    expect(await store.heartbeat('one', leaseMs)).toEqual({ known: false, othersAreSilent: false });
  });

  test('the end of a log that went back in time raises what its lease has seen', async () => {
    await using under = await open();
    const { store } = under;
    const lease = { ...(await begin(store)), epoch: 2 };
    expect(await store.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'rewound' });
    expect(await store.finish(lease, errorBody('processing_error'))).toEqual({ outcome: 'written', sequence: 1 });
    expect(lease.seen).toBe(1);
  });
});
