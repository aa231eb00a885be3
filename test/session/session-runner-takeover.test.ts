import { describe, expect, test } from 'vitest';
import type { RunContext } from '../../src/pipeline/run-context.ts';
import type { MatchResultsBody } from '../../src/protocol.ts';
import { settle } from '../support/manual-clock.ts';
import { ADDRESS, progressOf, RunnerBench } from '../support/runner-bench.ts';
import { locationQuestion, noOffers } from '../support/session-samples.ts';

describe('a takeover', () => {
  const pipeline =
    (calls: string[], dieAt: string | null) =>
    async (run: RunContext): Promise<MatchResultsBody> => {
      const work = async (name: string, progress: number): Promise<void> => {
        await run.step(`step ${name}`, () => {
          calls.push(name);
          return name;
        });
        if (dieAt === name) await new Promise(() => {});
        await progressOf(run, name, progress);
      };
      await work('a', 0.2);
      await work('b', 0.4);
      await run.ask('work', locationQuestion());
      await work('c', 0.6);
      await work('d', 0.8);
      return noOffers();
    };

  const undisturbed = ['a', 'b', 'user_interaction', 'ok', 'c', 'd', 'match_results'];

  for (const dieAt of ['a', 'b', 'waiting', 'c', 'd']) {
    test(`of a run that died at ${dieAt} goes on from there: no event is repeated, no recorded step done again`, async () => {
      await using bench = new RunnerBench();
      const lease = await bench.start();
      const calls: string[] = [];
      void bench.runner(pipeline(calls, dieAt)).take(lease);
      await settle();
      if (dieAt === 'c' || dieAt === 'd') {
        await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
        await settle();
      }
      const second = await bench.store.claim(lease, lease.epoch, 'two');
      if (!second) throw new Error('not claimed');
      void bench.runner(pipeline(calls, null)).take(second);
      await settle();
      await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      await settle();
      const events = await bench.events(lease);
      expect(events.map((event) => (event.type === 'processing_update' ? event.details : event.type))).toEqual(
        undisturbed,
      );
      expect(calls).toEqual(['a', 'b', 'c', 'd']);
    });
  }

  test('leaves the earlier runner nothing to write: it stops at its next attempt', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    let goOn = (): void => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let calledLate = false;
    const runner = bench.runner(async (run) => {
      await held;
      await progressOf(run, 'late', 0.9);
      await run.step('late', () => {
        calledLate = true;
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    await bench.store.claim(lease, 1, 'two');
    goOn();
    await settle();
    expect(await bench.events(lease)).toEqual([]);
    expect(calledLate).toBe(false);
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
  });
});

describe('a session that is taken again', () => {
  const asks = async (run: RunContext): Promise<MatchResultsBody> => {
    await run.ask('work', locationQuestion());
    return noOffers();
  };

  test('under a higher epoch replaces the one in hand', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(asks);
    void runner.take(lease);
    await settle();
    const second = await bench.store.claim(lease, 1, 'one');
    if (!second) throw new Error('not claimed');
    void runner.take(second);
    await settle();
    expect(runner.epochOf(lease)).toBe(2);
    expect(runner.held).toEqual({ running: 0, waiting: 1, paused: 0 });
    expect(bench.store.held.watchers).toBe(1);
    await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
    await settle();
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual([
      'user_interaction',
      'processing_update',
      'match_results',
    ]);
    expect(runner.counts).toMatchObject({ started: 1, takenOver: 1, fenced: 1 });
  });

  test('under the same or a lower epoch changes nothing', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const second = await bench.store.claim(lease, 1, 'one');
    if (!second) throw new Error('not claimed');
    const runner = bench.runner(asks);
    for (const one of [second, lease, { ...second }]) void runner.take(one);
    await settle();
    expect(runner.size).toBe(1);
    expect(runner.epochOf(lease)).toBe(2);
    expect(runner.counts).toMatchObject({ started: 0, takenOver: 1 });
  });
});
