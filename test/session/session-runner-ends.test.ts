import { describe, expect, test } from 'vitest';
import { errorBody, SessionFailure } from '../../src/errors.ts';
import { settle } from '../support/manual-clock.ts';
import { progressOf, RunnerBench, TIMEOUT_MS } from '../support/runner-bench.ts';
import { locationQuestion, matchingInput, noOffers } from '../support/session-samples.ts';

describe('the end of a run', () => {
  test('comes by timeout when nobody answers, and lets go of everything', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    await bench.clock.pass(TIMEOUT_MS - 1);
    expect((await bench.events(lease)).at(-1)?.type).toBe('user_interaction');
    await bench.clock.pass(2);
    expect((await bench.events(lease)).at(-1)).toMatchObject({ errorCode: 'user_interaction_timeout' });
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
    expect(bench.store.held.watchers).toBe(0);
    await bench.clock.pass(20_000);
    expect(bench.clock.pending).toBe(0);
  });

  test('comes as processing_error when the longest life is over, and aborts what is in flight', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start(1000);
    let aborted = false;
    const runner = bench.runner(async (run) => {
      await run.step('hangs', async (signal) => {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve();
          });
        });
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    await bench.clock.pass(1001);
    expect((await bench.events(lease)).at(-1)).toMatchObject({ errorCode: 'processing_error' });
    expect(aborted).toBe(true);
    expect(runner.held.running).toBe(0);
  });

  test('by its owner stops a run that waits, at once', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    await bench.store.cancel(lease, errorBody('session_cancelled'));
    await settle();
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual(['user_interaction', 'error']);
  });

  test('by an expected failure says its code and stage', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await progressOf(run, 'begun', 0.1);
      throw new SessionFailure('parent_not_found');
    });
    void runner.take(lease);
    await settle();
    expect((await bench.events(lease)).at(-1)).toMatchObject({
      errorCode: 'parent_not_found',
      fatal: true,
      errorDetails: { parentId: matchingInput().parentId, failedStage: 'finding_centers' },
    });
    expect(bench.log.lines).toEqual([]);
  });

  test('by anything else is processing_error; the cause is logged under an id and never shown', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(async () => {
      throw new Error('could not look up Potsdamer Platz 1');
    });
    void runner.take(lease);
    await settle();
    const last = (await bench.events(lease)).at(-1);
    expect(last).toMatchObject({ errorCode: 'processing_error', fatal: true });
    const [line] = bench.log.lines;
    expect(line?.fields).toMatchObject({ cause: { name: 'Error' } });
    expect(JSON.stringify([last, bench.log.lines])).not.toContain('Potsdamer');
    const { errorId } = (line?.fields ?? {}) as { errorId?: string };
    expect(last?.type === 'error' && last.message).toContain(errorId);
  });
});
