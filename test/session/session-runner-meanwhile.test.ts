import { afterEach, describe, expect, test } from 'vitest';
import type { RunContext } from '../../src/pipeline/run-context.ts';
import type { Answer, MatchResultsBody } from '../../src/protocol.ts';
import { settle } from '../support/manual-clock.ts';
import { ADDRESS, progressOf, RunnerBench, TIMEOUT_MS } from '../support/runner-bench.ts';
import { locationQuestion, noOffers } from '../support/session-samples.ts';

let bench = new RunnerBench();
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  bench = new RunnerBench();
});

const OTHER: Answer = { kind: 'coordinates', longitude: 13.4, latitude: 52.5 };
const names = async (lease: Awaited<ReturnType<RunnerBench['start']>>): Promise<string[]> =>
  (await bench.events(lease)).map((event) => (event.type === 'processing_update' ? event.details : event.type));

/** Asks for two places; meanwhile it routes what is known, as slowly as `routing` says. */
function asksTwice(routing: () => Promise<string>, seen: Answer[][] = []) {
  return async (run: RunContext): Promise<MatchResultsBody> => {
    const answers = await run.all(
      ['work', 'grandparents'].map((key) => async () => run.ask(key, locationQuestion())),
      async () => {
        await run.step('routed', routing);
        await progressOf(run, 'routed', 0.5);
      },
    );
    seen.push(answers);
    return noOffers();
  };
}

describe('questions that are open while work goes on', () => {
  test('are put before the work begins, together and with one deadline', async () => {
    const lease = await bench.start();
    const routing = Promise.withResolvers<string>();
    const runner = bench.runner(asksTwice(async () => routing.promise));
    void runner.take(lease);
    await settle();
    const questions = (await bench.events(lease)).filter((event) => event.type === 'user_interaction');
    expect(questions.map(({ interactionId }) => interactionId)).toEqual(['interaction_0', 'interaction_1']);
    const deadline = bench.clock.now() + 2 * TIMEOUT_MS;
    expect(questions.map(({ expiresAt }) => expiresAt)).toEqual([deadline, deadline]);
    expect(runner.held).toEqual({ running: 1, waiting: 0, paused: 0 });
    routing.resolve('routed');
    await settle();
    expect(runner.held).toEqual({ running: 0, waiting: 1, paused: 0 });
    expect(await names(lease)).toEqual(['user_interaction', 'user_interaction', 'routed']);
  });

  test('are answered in any order, also before the work is done, and the work is done once', async () => {
    const lease = await bench.start();
    const routing = Promise.withResolvers<string>();
    const seen: Answer[][] = [];
    let calls = 0;
    const runner = bench.runner(
      asksTwice(async () => {
        calls += 1;
        return routing.promise;
      }, seen),
    );
    void runner.take(lease);
    await settle();
    await bench.store.answer(lease, 'interaction_1', OTHER, 'second');
    await settle();
    expect(seen).toEqual([]);
    routing.resolve('routed');
    await settle();
    expect(runner.held).toEqual({ running: 0, waiting: 1, paused: 0 });
    await bench.store.answer(lease, 'interaction_0', ADDRESS, 'first');
    await settle();
    expect(seen).toEqual([[ADDRESS, OTHER]]);
    expect(calls).toBe(1);
    const order = ['user_interaction', 'user_interaction', 'second', 'routed', 'first', 'match_results'];
    expect(await names(lease)).toEqual(order);
  });

  test('time out although the work goes on, which is aborted then', async () => {
    const lease = await bench.start();
    let aborted = false;
    const runner = bench.runner(async (run) => {
      run.signal.addEventListener('abort', () => (aborted = true));
      return asksTwice(async () => new Promise<string>(() => {}))(run);
    });
    void runner.take(lease);
    await settle();
    await bench.clock.pass(2 * TIMEOUT_MS + 1);
    await settle();
    expect((await bench.events(lease)).at(-1)).toMatchObject({ errorCode: 'user_interaction_timeout', fatal: true });
    expect(aborted).toBe(true);
    expect(runner.size).toBe(0);
  });

  test('are not put again by the instance that takes the session over in the middle of the work', async () => {
    const lease = await bench.start();
    const dying = bench.runner(asksTwice(async () => new Promise<string>(() => {})));
    void dying.take(lease);
    await settle();
    await dying.close();
    await bench.store.answer(lease, 'interaction_1', OTHER, 'second');
    const claimed = await bench.store.claim(lease, lease.epoch, 'two');
    if (!claimed) throw new Error('not claimed');
    const seen: Answer[][] = [];
    const other = bench.runner(asksTwice(async () => 'routed', seen));
    void other.take(claimed);
    await settle();
    await bench.store.answer(lease, 'interaction_0', ADDRESS, 'first');
    await settle();
    expect(seen).toEqual([[ADDRESS, OTHER]]);
    const order = ['user_interaction', 'user_interaction', 'second', 'routed', 'first', 'match_results'];
    expect(await names(lease)).toEqual(order);
  });

  test('leave the work undone where there are none', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await run.all([async () => 1], async () => progressOf(run, 'meanwhile', 0.5));
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    expect(await names(lease)).toEqual(['match_results']);
  });
});
