import { expect, test } from 'vitest';
import { timingStages } from '../../src/metrics/stage-times.ts';
import { type RunContext, Suspended } from '../../src/pipeline/run-context.ts';
import type { MatchResultsBody, Stage } from '../../src/protocol.ts';
import { matchingInput, noOffers } from '../support/session-samples.ts';

/** A run in which work is what a test says it is. */
class CountedRun implements RunContext {
  readonly account = 'anna';
  readonly sessionId = 'some-session';
  readonly input = matchingInput();
  readonly signal = new AbortController().signal;
  worked = 0;
  readonly progressed: string[] = [];

  async progress(key: string): Promise<void> {
    this.progressed.push(key);
  }

  async notice(): Promise<void> {}

  async step<T>(_key: string, work: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
    return work(this.signal);
  }

  async ask(): Promise<never> {
    throw new Suspended();
  }

  async all<T>(branches: readonly (() => Promise<T>)[]): Promise<T[]> {
    return Promise.all(branches.map((branch) => branch()));
  }

  workMs(): number {
    return this.worked;
  }

  questionsAsked(): number {
    return 0;
  }
}

/** Runs `work` over a run and gives what was told of stages. */
async function toldOf(work: (run: RunContext, counted: CountedRun) => Promise<MatchResultsBody>) {
  const told: [Stage, number][] = [];
  const counted = new CountedRun();
  const pipeline = { admit: async () => {}, run: async (run: RunContext) => work(run, counted) };
  const run = timingStages(pipeline, (stage, ms) => told.push([stage, ms])).run(counted);
  const outcome = await run.then(
    () => 'results',
    (thrown: unknown) => (thrown instanceof Error ? thrown.name : 'failed'),
  );
  return { told, outcome, progressed: counted.progressed };
}

const at = (stage: Stage) => ({ stage, progress: 0, details: '' });

test('each stage is told once with its work, from its first progress to that of the next', async () => {
  const { told, progressed } = await toldOf(async (run, counted) => {
    await run.progress('a', at('loading_preferences'));
    counted.worked = 10;
    await run.progress('b', at('finding_centers'));
    counted.worked = 15;
    await run.progress('c', at('finding_centers'));
    counted.worked = 40;
    await run.progress('d', at('generating_results'));
    counted.worked = 42;
    return noOffers();
  });
  expect(told).toEqual([
    ['loading_preferences', 10],
    ['finding_centers', 30],
    ['generating_results', 2],
  ]);
  expect(progressed).toEqual(['a', 'b', 'c', 'd']);
});

test('a run that waits for an answer tells nothing: the one after it tells for both', async () => {
  const { told, outcome } = await toldOf(async (run) => {
    await run.progress('a', at('loading_preferences'));
    return run.ask('key', {} as never) as Promise<never>;
  });
  expect([told, outcome]).toEqual([[], 'Suspended']);
});
