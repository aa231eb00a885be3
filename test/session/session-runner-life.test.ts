import { describe, expect, test } from 'vitest';
import { settle } from '../support/manual-clock.ts';
import { ADDRESS, progressOf, RunnerBench } from '../support/runner-bench.ts';
import { locationQuestion, noOffers } from '../support/session-samples.ts';
import { recordedUnder } from './recorded-under.ts';

describe('a runner whose instance has lost its lease', () => {
  test('aborts the call in flight, records nothing, and makes it again when it is alive again', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const calls: AbortSignal[] = [];
    const runner = bench.runner(async (run) => {
      await progressOf(run, 'begun', 0.1);
      await run.step('call', async (signal) => {
        calls.push(signal);
        if (calls.length === 1) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    bench.lifeline.lose();
    await settle();
    expect(calls.map(({ aborted }) => aborted)).toEqual([true]);
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 1 });
    expect((await recordedUnder(bench.store, lease)).steps.size).toBe(0);
    await bench.clock.pass(5000);
    expect(calls).toHaveLength(1);
    bench.lifeline.regain();
    await settle();
    expect(calls).toHaveLength(2);
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual(['processing_update', 'match_results']);
    expect(runner.counts).toEqual({
      started: 1,
      takenOver: 0,
      finished: { results: 1, error: 0, timeout: 0, overrun: 0, cancelled: 0, gone: 0 },
      fenced: 0,
      rewound: 0,
      paused: 1,
    });
  });

  test('and has it back while a record is still under way waits for that record, and makes no call twice', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const carriedOut = Promise.withResolvers<void>();
    const record = bench.store.record.bind(bench.store);
    let records = 0;
    bench.store.record = async (...given) => {
      records += 1;
      if (records === 1) await carriedOut.promise;
      return record(...given);
    };
    let calls = 0;
    const runner = bench.runner(async (run) => {
      await run.step('call', () => {
        calls += 1;
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    bench.lifeline.lose();
    bench.lifeline.regain();
    await settle();
    carriedOut.resolve();
    await settle();
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual(['match_results']);
    expect(calls).toBe(1);
  });

  test('and has it back at once begins again, undisturbed by the run that was aborted', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    let runs = 0;
    const runner = bench.runner(async (run) => {
      runs += 1;
      if (runs === 1) await new Promise((resolve) => run.signal.addEventListener('abort', resolve));
      await progressOf(run, `run ${runs}`, 0.1);
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    bench.lifeline.lose();
    bench.lifeline.regain();
    await settle();
    expect((await bench.events(lease)).map((event) => ('details' in event ? event.details : event.type))).toEqual([
      'run 2',
      'match_results',
    ]);
    expect(runner.size).toBe(0);
  });

  test('keeps those that wait, does not run them again, and goes on with the answer that came meanwhile', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    let runs = 0;
    const runner = bench.runner(async (run) => {
      runs += 1;
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    for (let time = 0; time < 3; time += 1) {
      bench.lifeline.lose();
      await settle();
      bench.lifeline.regain();
      await settle();
    }
    expect(runs).toBe(1);
    expect(runner.held).toEqual({ running: 0, waiting: 1, paused: 0 });
    bench.lifeline.lose();
    await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
    await settle();
    expect(runs).toBe(1);
    bench.lifeline.regain();
    await settle();
    expect(runs).toBe(2);
    expect((await bench.events(lease)).at(-1)?.type).toBe('match_results');
    expect(bench.store.held.watchers).toBe(0);
  });

  test('lets go of what was taken over meanwhile', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    bench.lifeline.lose();
    await bench.store.claim(lease, 1, 'two');
    bench.lifeline.regain();
    await settle();
    expect(runner.size).toBe(0);
    expect(runner.counts.fenced).toBe(1);
    expect(bench.store.held.watchers).toBe(0);
  });

  test('keeps a session that it is given, and begins it when it is alive again', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(async () => noOffers());
    bench.lifeline.lose();
    await runner.take(lease);
    await settle();
    expect(runner.held.paused).toBe(1);
    expect(await bench.events(lease)).toEqual([]);
    bench.lifeline.regain();
    await settle();
    expect((await bench.events(lease)).at(-1)?.type).toBe('match_results');
  });

  for (const verb of ['watch', 'recorded', 'append', 'record', 'ask', 'finish', 'expire'] as const) {
    test(`in the middle of ${verb} goes on from there, and does nothing twice`, async () => {
      await using bench = new RunnerBench();
      const lease = await bench.start();
      const works = bench.store[verb].bind(bench.store) as (...given: unknown[]) => Promise<unknown>;
      const tried = new Set<string>();
      Object.defineProperty(bench.store, verb, {
        value: async (...given: unknown[]) => {
          const reply = await works(...given);
          if (tried.size === 0) bench.lifeline.lose();
          tried.add(verb);
          return reply;
        },
      });
      let steps = 0;
      const runner = bench.runner(async (run) => {
        await progressOf(run, 'begun', 0.1);
        await run.step('step', () => {
          steps += 1;
          return null;
        });
        await run.ask('work', locationQuestion());
        return noOffers();
      });
      void runner.take(lease);
      await settle();
      if (tried.size === 0) await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      await settle();
      expect(tried.size).toBe(1);
      expect(runner.held).toMatchObject({ running: 0, waiting: 0 });
      bench.lifeline.regain();
      await settle();
      await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      await settle();
      expect((await bench.events(lease)).map(({ type }) => type)).toEqual([
        'processing_update',
        'user_interaction',
        'processing_update',
        'match_results',
      ]);
      expect(steps).toBe(1);
      expect(runner.size).toBe(0);
      expect(bench.store.held.watchers).toBe(0);
    });
  }
});
