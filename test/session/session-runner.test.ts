import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/protocol.ts';
import { settle } from '../support/manual-clock.ts';
import { ADDRESS, progressOf, RunnerBench, TIMEOUT_MS } from '../support/runner-bench.ts';
import { locationQuestion, noOffers } from '../support/session-samples.ts';

describe('a run', () => {
  test('that needs nothing goes to its results', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await progressOf(run, 'begun', 0.1);
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual(['processing_update', 'match_results']);
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
    expect(bench.store.held.watchers).toBe(0);
  });

  test('that asks holds nothing while the person thinks, and goes on with the answer', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const answers: Answer[] = [];
    let runs = 0;
    const runner = bench.runner(async (run) => {
      runs += 1;
      await progressOf(run, 'begun', 0.1);
      answers.push(await run.ask('work', locationQuestion()));
      await progressOf(run, 'answered', 0.5);
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    expect(runner.held).toEqual({ running: 0, waiting: 1, paused: 0 });
    expect(runs).toBe(1);
    await bench.store.answer(lease, 'interaction_0', ADDRESS, 'Answer received');
    await settle();
    expect(answers).toEqual([ADDRESS]);
    expect(runs).toBe(2);
    expect(
      (await bench.events(lease)).map((event) => (event.type === 'processing_update' ? event.details : event.type)),
    ).toEqual(['begun', 'user_interaction', 'Answer received', 'answered', 'match_results']);
  });

  test('does every recorded step once, however often it begins again', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    let geocoded = 0;
    const values: unknown[] = [];
    const runner = bench.runner(async (run) => {
      const value = await run.step('geocoded', () => {
        geocoded += 1;
        return { attempt: geocoded };
      });
      values.push(value);
      for (const key of ['a', 'b', 'c']) await run.ask(key, locationQuestion(key));
      return noOffers();
    });
    void runner.take(lease);
    for (const id of [0, 1, 2]) {
      await settle();
      await bench.store.answer(lease, `interaction_${id}`, ADDRESS, 'ok');
    }
    await settle();
    expect((await bench.events(lease)).at(-1)?.type).toBe('match_results');
    expect(geocoded).toBe(1);
    expect(values).toEqual(Array.from({ length: 4 }, () => ({ attempt: 1 })));
  });

  test('asks the questions of branches together, works on meanwhile, and takes the answers in any order', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    let worked = 0;
    const runner = bench.runner(async (run) => {
      await run.all([
        async () => run.ask('one', locationQuestion('one')),
        async () => run.ask('two', locationQuestion('two')),
        async () =>
          run.step('work', () => {
            worked += 1;
            return null;
          }),
      ]);
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    expect(worked).toBe(1);
    const asked = (await bench.events(lease)).filter((event) => event.type === 'user_interaction');
    expect(asked.map(({ fieldName }) => fieldName)).toEqual(['one', 'two']);
    expect(asked.map(({ expiresAt }) => expiresAt - bench.clock.now())).toEqual([2 * TIMEOUT_MS, 2 * TIMEOUT_MS]);
    await bench.store.answer(lease, 'interaction_1', ADDRESS, 'ok');
    await settle();
    expect(runner.held.waiting).toBe(1);
    await bench.store.answer(lease, 'interaction_0', { kind: 'declined' }, 'ok');
    await settle();
    expect((await bench.events(lease)).at(-1)?.type).toBe('match_results');
    expect(worked).toBe(1);
  });

  test('never lets progress fall', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      for (const at of [0.2, 0.6, 0.4, 0.7]) await progressOf(run, `at ${at}`, at);
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    const progress = (await bench.events(lease)).flatMap((event) => ('progress' in event ? [event.progress] : []));
    expect(progress).toEqual([0.2, 0.6, 0.6, 0.7]);
  });

  test('does not count the time that a person takes as work', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    let workedMs = -1;
    const runner = bench.runner(async (run) => {
      await run.step('slow', async () => {
        await bench.clock.pass(700);
        return null;
      });
      await run.ask('work', locationQuestion());
      workedMs = run.workMs();
      return noOffers();
    });
    void runner.take(lease);
    while (runner.held.waiting === 0) await settle();
    await bench.clock.pass(3000);
    await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
    await settle();
    expect(workedMs).toBe(700);
  });
});

test('a runner that closes ends no session', async () => {
  await using bench = new RunnerBench();
  const lease = await bench.start();
  const runner = bench.runner(async (run) => {
    await run.ask('work', locationQuestion());
    return noOffers();
  });
  void runner.take(lease);
  await settle();
  await runner.close();
  expect((await bench.store.snapshot(lease))?.status.completed).toBe(false);
  expect(bench.store.held.watchers).toBe(0);
});
