import { expect, test } from 'vitest';
import { type Pipeline, type RunContext, Suspended } from '../../src/pipeline/run-context.ts';
import { matchingInput, noOffers } from '../support/session-samples.ts';
import type { InstanceFact } from './journal-entry.ts';
import { observePipeline } from './observed-pipeline.ts';
import { SeededRandom } from './seeded-random.ts';

/** A context that has one step recorded already and refuses to record another. */
function contextWith(changes: Partial<RunContext> = {}): RunContext {
  const { signal } = new AbortController();
  return {
    account: 'demo',
    sessionId: 'r0000-s0',
    input: matchingInput(),
    signal,
    progress: async () => {},
    notice: async () => {},
    async step<T>(key: string, work: (given: AbortSignal) => Promise<T> | T): Promise<T> {
      if (key === 'before') return 'known' as T;
      const result = await work(signal);
      if (key === 'refused') throw new Error('the store is away');
      return result;
    },
    ask: async () => Promise.reject(new Suspended()),
    all: async (branches) => Promise.all(branches.map((branch) => branch())),
    workMs: () => 5,
    questionsAsked: () => 1,
    ...changes,
  };
}

/** What is written down of a run, and what it came to. */
async function observe(run: Pipeline['run'], context = contextWith()) {
  const facts: InstanceFact[] = [];
  const pipeline = observePipeline(
    { admit: async () => {}, run },
    {
      write: (fact) => void facts.push(fact),
      random: new SeededRandom(1),
      longestDelayMs: 1,
      newRun: () => 'one',
    },
  );
  const end = await pipeline.run(context).catch((thrown: unknown) => thrown);
  return {
    end,
    said: facts.map((fact) => [fact.kind, 'key' in fact ? fact.key : 'how' in fact ? fact.how : ''].join(' ').trim()),
  };
}

test('a step is written down as it begins, ends and is recorded; one that was recorded before is not', async () => {
  const { end, said } = await observe(async (run) => {
    await run.step('before', () => 'new');
    await run.step('geocoded', () => 'new');
    return noOffers();
  });
  expect(end).toEqual(noOffers());
  expect(said).toEqual([
    'run_begun',
    'step_begun geocoded',
    'step_ended geocoded',
    'step_recorded geocoded',
    'run_over results',
  ]);
});

test('a step that the store did not take is not written down as recorded', async () => {
  const { end, said } = await observe(async (run) => {
    await run.step('refused', () => 'new');
    return noOffers();
  });
  expect(end).toBeInstanceOf(Error);
  expect(said).toEqual(['run_begun', 'step_begun refused', 'step_ended refused', 'run_over Error']);
});

test('a run that waits for an answer unwinds as it would by itself', async () => {
  const { end, said } = await observe(async (run) => {
    const question = { interactionType: 'location_input', question: '', fieldName: 'work', options: null } as const;
    const context = { preferenceId: null, requiredFor: '', reason: 'missing', attempt: 1 } as const;
    await run.ask('work', { ...question, context });
    return noOffers();
  });
  expect(end).toBeInstanceOf(Suspended);
  expect(said).toEqual(['run_begun', 'run_over suspended']);
});

test('a run that is aborted is not held up', async () => {
  const { end, said } = await observe(
    async (run) => {
      await run.progress('begun', { stage: 'loading_preferences', progress: 0, details: '' });
      return noOffers();
    },
    contextWith({ signal: AbortSignal.abort() }),
  );
  expect(end).toMatchObject({ name: 'AbortError' });
  expect(said).toEqual(['run_begun', 'run_over AbortError']);
});
