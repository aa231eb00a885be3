import { setTimeout as delay } from 'node:timers/promises';
import { type Pipeline, type Progress, type RunContext, Suspended } from '../../src/pipeline/run-context.ts';
import type { Answer, ErrorBody, MatchingInput, Question } from '../../src/protocol.ts';
import type { InstanceFact } from './journal-entry.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface ObserveOptions {
  readonly write: (fact: InstanceFact) => void;
  readonly random: SeededRandom;
  /** Where a run may be held up, it is for a random time up to this, so that whatever happens lands everywhere. */
  readonly longestDelayMs: number;
  /** Gives a name that no other run has. */
  readonly newRun: () => string;
}

/** The same pipeline, slowed down, with every run and every call written down. */
export function observePipeline(pipeline: Pipeline, options: ObserveOptions): Pipeline {
  return {
    admit: (account, input) => pipeline.admit(account, input),
    async run(context) {
      const [session, run] = [context.sessionId, options.newRun()];
      options.write({ kind: 'run_begun', session, run });
      try {
        const results = await pipeline.run(new ObservedRun(context, run, options));
        options.write({ kind: 'run_over', session, run, how: 'results' });
        return results;
      } catch (thrown) {
        options.write({ kind: 'run_over', session, run, how: nameOf(thrown) });
        throw thrown;
      }
    },
  };
}

function nameOf(thrown: unknown): string {
  if (thrown instanceof Suspended) return 'suspended';
  return thrown instanceof Error ? thrown.name : 'failed';
}

class ObservedRun implements RunContext {
  readonly account: string;
  readonly sessionId: string;
  readonly input: MatchingInput;
  readonly signal: AbortSignal;
  readonly #run: RunContext;
  readonly #name: string;
  readonly #options: ObserveOptions;

  constructor(run: RunContext, name: string, options: ObserveOptions) {
    this.account = run.account;
    this.sessionId = run.sessionId;
    this.input = run.input;
    this.signal = run.signal;
    this.#run = run;
    this.#name = name;
    this.#options = options;
  }

  async progress(key: string, update: Progress): Promise<void> {
    await this.#holdUp(this.signal);
    await this.#run.progress(key, update);
  }

  async notice(key: string, error: ErrorBody): Promise<void> {
    await this.#run.notice(key, error);
  }

  async step<T>(key: string, work: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
    const about = { session: this.sessionId, run: this.#name, key };
    const call = { made: false };
    const value = await this.#run.step(key, async (signal) => {
      call.made = true;
      this.#options.write({ kind: 'step_begun', ...about });
      await this.#holdUp(signal);
      const result = await work(signal);
      this.#options.write({ kind: 'step_ended', ...about });
      return result;
    });
    if (call.made) this.#options.write({ kind: 'step_recorded', ...about });
    return value;
  }

  async ask(key: string, question: Question): Promise<Answer> {
    return this.#run.ask(key, question);
  }

  async all<T>(branches: readonly (() => Promise<T>)[], meanwhile?: () => Promise<void>): Promise<T[]> {
    return this.#run.all(branches, meanwhile);
  }

  workMs(): number {
    return this.#run.workMs();
  }

  questionsAsked(): number {
    return this.#run.questionsAsked();
  }

  async #holdUp(signal: AbortSignal): Promise<void> {
    await delay(this.#options.random.integer(0, this.#options.longestDelayMs), undefined, { signal });
  }
}
