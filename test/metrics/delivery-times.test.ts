import { expect, test } from 'vitest';
import { DeliveryTimes } from '../../src/session/delivery-times.ts';
import { follow } from '../../src/session/follow.ts';
import type { Lease } from '../../src/session/session-store.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { matchingInput, noOffers, progressAt } from '../support/session-samples.ts';

const KEY = { account: 'anna', sessionId: 'some-session' };

/** A session in memory, one reader of it, and the times that were told. */
async function setUp() {
  const clock = new ManualClock();
  const store = new MemorySessionStore(clock);
  const started = await store.start(KEY, {
    input: matchingInput(),
    startToken: 'token',
    instance: 'one',
    maxLifeMs: 100_000,
    retentionMs: 1000,
  });
  if (started.outcome !== 'started') throw new Error(started.outcome);
  const told: number[] = [];
  const times = new DeliveryTimes(clock, (ms) => told.push(ms));
  const events = times.timing(follow(times.watching(store), KEY, { after: 0, clock }));
  const { lease } = started;
  return { clock, store, lease, told, events };
}

async function append(store: MemorySessionStore, lease: Lease, keys: readonly string[]): Promise<void> {
  for (const key of keys) await store.append(lease, key, progressAt(0.1));
  await settle();
}

test('an event counts from its ring until the reader asks for more', async () => {
  const { clock, store, lease, told, events } = await setUp();
  const pending = events.next();
  await settle();
  await append(store, lease, ['one']);
  await pending;
  await clock.pass(30);
  expect(told).toEqual([]);
  void events.next();
  await settle();
  expect(told).toEqual([30]);
});

test('an event that waits until the reader has taken the one before counts from its own ring', async () => {
  const { clock, store, lease, told, events } = await setUp();
  const first = events.next();
  await settle();
  await append(store, lease, ['one']);
  await first;
  await clock.pass(10);
  await append(store, lease, ['two']);
  await clock.pass(5);
  await events.next();
  await clock.pass(100);
  void events.next();
  await settle();
  expect(told).toEqual([15, 105]);
});

test('what was there when the reader came is not timed', async () => {
  const { clock, store, lease, told, events } = await setUp();
  await append(store, lease, ['one', 'two']);
  await events.next();
  await clock.pass(5);
  await events.next();
  await clock.pass(5);
  void events.next();
  await settle();
  expect(told).toEqual([]);
});

test('the last event is timed, and a reader who leaves instead of asking for more is not', async () => {
  const { clock, store, lease, told, events } = await setUp();
  const pending = events.next();
  await settle();
  await store.finish(lease, noOffers());
  expect((await pending).done).toBe(false);
  await clock.pass(7);
  expect(await events.next()).toEqual({ done: true, value: undefined });
  expect(told).toEqual([7]);
  const other = await setUp();
  const waiting = other.events.next();
  await settle();
  await append(other.store, other.lease, ['one']);
  await waiting;
  await other.events.return?.();
  expect(other.told).toEqual([]);
});

test('leaving settles a reader that waits', async () => {
  const { events } = await setUp();
  const pending = events.next();
  await settle();
  await events.return?.();
  expect(await pending).toEqual({ done: true, value: undefined });
});
