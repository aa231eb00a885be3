import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { errorBody, SessionFailure } from '../../src/errors.ts';
import { sessionTag } from '../../src/log.ts';
import type { RunContext } from '../../src/pipeline/run-context.ts';
import type { MatchResultsBody } from '../../src/protocol.ts';
import type { SessionRunner } from '../../src/session/session-runner.ts';
import type { Lease } from '../../src/session/session-store.ts';
import { settle } from '../support/manual-clock.ts';
import { progressOf, RunnerBench, TIMEOUT_MS } from '../support/runner-bench.ts';
import { locationQuestion, noOffers, progressAt } from '../support/session-samples.ts';
import { begin, newPrefix, openStore, RingCounter } from './redis-stores.ts';

const CANCELLED = errorBody('session_cancelled');
const NONE = { results: 0, error: 0, timeout: 0, overrun: 0, cancelled: 0, gone: 0 };

let bench = new RunnerBench();
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  bench = new RunnerBench();
});

async function asks(run: RunContext): Promise<MatchResultsBody> {
  await run.ask('work', locationQuestion());
  return noOffers();
}

/** Until it is aborted. */
async function works(run: RunContext): Promise<MatchResultsBody> {
  await progressOf(run, 'begun', 0.1);
  await run.step(
    'call',
    async (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
  );
  return noOffers();
}

async function took(lease: Lease, run: (run: RunContext) => Promise<MatchResultsBody>): Promise<SessionRunner> {
  const runner = bench.runner(run);
  void runner.take(lease);
  await settle();
  return runner;
}

describe('a session in hand that ends from elsewhere is counted as what it was, and never as fenced', () => {
  test.each([
    ['cancelled while it waits', asks, 'cancelled'],
    ['cancelled in the middle of a call', works, 'cancelled'],
    ['not answered in time', asks, 'timeout'],
    ['at work for longer than it may', works, 'overrun'],
  ] as const)('%s', async (_name, run, ending) => {
    const lease = await bench.start(2 * TIMEOUT_MS);
    const runner = await took(lease, run);
    if (ending === 'cancelled') await bench.store.cancel(lease, CANCELLED);
    await bench.clock.pass(2 * TIMEOUT_MS);
    expect(runner.size).toBe(0);
    expect(runner.counts).toMatchObject({ fenced: 0, finished: { ...NONE, [ending]: 1 } });
  });

  const writes: Readonly<Record<string, (run: RunContext) => Promise<unknown>>> = {
    append: async (run) => progressOf(run, 'more', 0.5),
    record: async (run) => run.step('more', () => null),
    ask: async (run) => run.ask('more', locationQuestion()),
    finish: async () => null,
  };
  for (const [name, write] of Object.entries(writes)) {
    test(`cancelled just before ${name}`, async () => {
      const lease = await bench.start();
      const runner = await took(lease, async (context) => {
        await progressOf(context, 'begun', 0.1);
        await bench.store.cancel(lease, CANCELLED);
        await write(context);
        return noOffers();
      });
      expect(runner.counts).toMatchObject({ fenced: 0, finished: { ...NONE, cancelled: 1 } });
      expect(bench.log.lines).toEqual([]);
    });
  }

  test('its results written, though the reply was lost', async () => {
    const lease = await bench.start();
    const finish = bench.store.finish.bind(bench.store);
    bench.store.finish = async (...given) => {
      await finish(...given);
      throw new SessionFailure('unavailable');
    };
    const runner = await took(lease, async () => noOffers());
    await bench.clock.pass(1000);
    expect(runner.counts).toMatchObject({ fenced: 0, finished: { ...NONE, results: 1 } });
  });

  test('unknown to the store, which has lost its memory', async () => {
    const runner = await took(await bench.start(), asks);
    await bench.store.close();
    bench.lifeline.beat(false);
    await settle();
    expect(runner.counts).toMatchObject({ fenced: 0, finished: { ...NONE, gone: 1 } });
  });
});

describe('a session that another instance has taken over', () => {
  test('is counted as fenced, and as ended only there, also where it is found only at its end', async () => {
    const lease = await bench.start();
    const runner = await took(lease, works);
    const second = await bench.store.claim(lease, 1, 'two');
    if (second) await bench.store.finish(second, noOffers());
    await bench.clock.pass(200);
    expect(runner.counts).toMatchObject({ fenced: 1, finished: NONE });
  });

  test('is named by the line of the lease that was refused', async () => {
    const lease = await bench.start();
    const runner = await took(lease, asks);
    await bench.store.claim(lease, 1, 'two');
    bench.lifeline.beat(false);
    await settle();
    expect(runner.size).toBe(0);
    const fields = { session: sessionTag(lease), epoch: 1 };
    expect(bench.log.lines).toEqual([{ level: 'info', message: 'a lease was refused', fields }]);
  });
});

test('a session that takes longer than it may is named in the log, with the stage that it had come to', async () => {
  const lease = await bench.start(1000);
  await took(lease, works);
  await bench.clock.pass(1000);
  const fields = { session: sessionTag(lease), stage: 'finding_centers' };
  expect(bench.log.lines).toEqual([{ level: 'warn', message: 'a session took longer than it may', fields }]);
});

test('a run that is tried again through an outage leaves nothing on the signal that all of them share', async () => {
  const lease = await bench.start();
  const signals = new Set<AbortSignal>();
  const left: number[] = [];
  await took(lease, async (run) => {
    signals.add(run.signal);
    left.push(getEventListeners(run.signal, 'abort').length);
    throw new SessionFailure('unavailable');
  });
  await bench.clock.pass(10_000);
  expect(signals.size).toBe(1);
  expect(left).toHaveLength(11);
  expect(new Set(left).size).toBe(1);
});

describe('on Redis', () => {
  test('writes to a session that was cancelled are no fenced writes, and ring nobody', async () => {
    await using store = await openStore(inject('redisUrl'));
    const lease = await begin(store);
    await store.cancel(lease, CANCELLED);
    const rings = new RingCounter();
    await store.watch(lease, rings.ring);
    const ended = { outcome: 'ended', ending: 'cancelled' };
    expect(await store.append(lease, 'a', progressAt(0.1))).toEqual(ended);
    expect(await store.finish(lease, noOffers())).toEqual(ended);
    expect(store.counts.fencedWrites).toBe(0);
    expect(rings.count).toBe(0);
  });

  test('writes under a lease that another instance has taken over are, also when it has ended the session', async () => {
    const keyPrefix = newPrefix();
    await using here = await openStore(inject('redisUrl'), { keyPrefix });
    await using there = await openStore(inject('redisUrl'), { keyPrefix });
    const lease = await begin(here);
    const claimed = await there.claim(lease, 1, 'there');
    if (claimed) await there.finish(claimed, noOffers());
    expect(await here.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'stale' });
    expect(here.counts.fencedWrites).toBe(1);
  });
});
