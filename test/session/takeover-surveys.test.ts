import { describe, expect, test } from 'vitest';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import type { SessionStore } from '../../src/session/session-store.ts';
import { settle } from '../support/manual-clock.ts';
import { HEARTBEAT_MS, LEASE_MS } from '../support/test-instance.ts';
import { START, TakeoverBench } from './takeover-bench.ts';

describe('an instance that has all its sessions', () => {
  test('never claims one of them from itself, also while starts are under way', async () => {
    await using bench = new TakeoverBench();
    const [one] = await bench.pair();
    for (let index = 0; index < 30; index += 1) {
      await one.begin(`session-${index}`, START);
      one.takeover.lookForOwn();
      await bench.clock.pass(HEARTBEAT_MS);
    }
    expect(one.link.calls.get('claim')).toBeUndefined();
  });

  test('does not claim one whose start is under way during a look', async () => {
    await using bench = new TakeoverBench();
    const [one] = await bench.pair();
    const reply = Promise.withResolvers<void>();
    Object.defineProperty(bench.store, 'start', {
      configurable: true,
      value: async (...given: Parameters<SessionStore['start']>) => {
        const started = await MemorySessionStore.prototype.start.apply(bench.store, given);
        await reply.promise;
        return started;
      },
    });
    const begun = one.begin('session', START);
    one.takeover.lookForOwn();
    await bench.clock.pass(HEARTBEAT_MS);
    expect(one.link.calls.get('runningOn')).toBe(1);
    reply.resolve();
    await begun;
    await bench.clock.pass(4 * LEASE_MS);
    expect(one.link.calls.get('claim')).toBeUndefined();
    expect(one.runner.counts).toMatchObject({ started: 1, takenOver: 0 });
  });

  test('surveys every three leases', async () => {
    await using bench = new TakeoverBench();
    const [one] = await bench.pair();
    const before = one.link.calls.get('survey') ?? 0;
    await bench.clock.pass(30 * LEASE_MS);
    expect((one.link.calls.get('survey') ?? 0) - before).toBe(10);
  });

  test('surveys no more than four times a lease while others are silent', async () => {
    await using bench = new TakeoverBench();
    const [one, two] = await bench.pair();
    two.link.kill();
    await bench.clock.pass(LEASE_MS + HEARTBEAT_MS);
    const before = one.link.calls.get('survey') ?? 0;
    await bench.clock.pass(4 * LEASE_MS);
    expect((one.link.calls.get('survey') ?? 0) - before).toBeLessThanOrEqual(16);
  });
});

test('surveys and claims do not overlap, and closing waits for what is under way', async () => {
  await using bench = new TakeoverBench();
  const [one, two] = await bench.pair();
  const reply = Promise.withResolvers<void>();
  let underWay = 0;
  let surveys = 0;
  Object.defineProperty(bench.store, 'survey', {
    configurable: true,
    value: async (...given: Parameters<SessionStore['survey']>) => {
      surveys += 1;
      underWay += 1;
      await reply.promise;
      underWay -= 1;
      return MemorySessionStore.prototype.survey.apply(bench.store, given);
    },
  });
  one.link.kill();
  await bench.clock.pass(3 * LEASE_MS);
  expect({ surveys, underWay }).toEqual({ surveys: 1, underWay: 1 });
  let closed = false;
  const closing = two.takeover.close().finally(() => {
    closed = true;
  });
  await settle();
  expect(closed).toBe(false);
  reply.resolve();
  await closing;
  expect(underWay).toBe(0);
});
