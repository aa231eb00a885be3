import { describe, expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { settle } from '../support/manual-clock.ts';
import { RunnerBench } from '../support/runner-bench.ts';
import { locationQuestion, noOffers } from '../support/session-samples.ts';
import { recordedUnder } from './recorded-under.ts';

describe('a runner that is drained', () => {
  test('waits for those at work, lets go of those that wait, and takes no more', async () => {
    await using bench = new RunnerBench();
    const call = Promise.withResolvers<void>();
    const works = await bench.start();
    const runner = bench.runner(async (run) => {
      if (run.sessionId !== works.sessionId) await run.ask('work', locationQuestion());
      await run.step('call', async () => {
        await call.promise;
        return null;
      });
      return noOffers();
    });
    const waits = await bench.start(60_000, 'waiting-session');
    void runner.take(works);
    void runner.take(waits);
    await settle();
    expect(runner.held).toEqual({ running: 1, waiting: 1, paused: 0 });
    let drained = false;
    const draining = runner.drain(5000).finally(() => {
      drained = true;
    });
    await bench.clock.pass(4000);
    expect(runner.isOpen).toBe(false);
    expect(runner.held).toEqual({ running: 1, waiting: 0, paused: 0 });
    await runner.take(await bench.start(60_000, 'late-session'));
    expect(runner.size).toBe(1);
    expect(drained).toBe(false);
    call.resolve();
    await draining;
    expect((await bench.events(works)).at(-1)?.type).toBe('match_results');
    expect((await bench.store.snapshot(waits))?.status.completed).toBe(false);
    expect(bench.store.held.watchers).toBe(0);
  });

  test('lets a run come to its question, and puts it', async () => {
    await using bench = new RunnerBench();
    const call = Promise.withResolvers<void>();
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await run.step('call', async () => {
        await call.promise;
        return null;
      });
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    const draining = runner.drain(5000);
    call.resolve();
    await draining;
    expect((await bench.events(lease)).at(-1)?.type).toBe('user_interaction');
    expect(runner.size).toBe(0);
  });

  test('aborts at the end of its time what is still at work, and ends no session', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    let aborted = false;
    const runner = bench.runner(async (run) => {
      await run.step('hangs', async (signal) => {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        aborted = true;
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    const draining = runner.drain(5000);
    await bench.clock.pass(4999);
    expect(aborted).toBe(false);
    await bench.clock.pass(1);
    await draining;
    expect(aborted).toBe(true);
    expect((await bench.store.snapshot(lease))?.status.completed).toBe(false);
    expect((await recordedUnder(bench.store, lease)).steps.size).toBe(0);
    expect(bench.store.held.watchers).toBe(0);
  });

  test('neither waits for a session whose database is away, nor runs it again', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const works = await bench.start(60_000, 'working-session');
    let runs = 0;
    const runner = bench.runner(async (run) => {
      if (run.sessionId === works.sessionId) await new Promise(() => {});
      runs += 1;
      throw new SessionFailure('unavailable');
    });
    void runner.take(lease);
    void runner.take(works);
    await settle();
    const draining = runner.drain(5000);
    expect(runner.held).toEqual({ running: 1, waiting: 0, paused: 0 });
    await bench.clock.pass(5000);
    await draining;
    expect(runs).toBe(1);
  });
});
