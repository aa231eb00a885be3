import { setTimeout as delay } from 'node:timers/promises';
import { DelegatingRun } from '../../src/pipeline/delegating-run.ts';
import { type Pipeline, type Progress, type RunContext, Suspended } from '../../src/pipeline/run-context.ts';
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

class ObservedRun extends DelegatingRun {
  readonly #name: string;
  readonly #options: ObserveOptions;

  constructor(run: RunContext, name: string, options: ObserveOptions) {
    super(run);
    this.#name = name;
    this.#options = options;
  }

  override async progress(key: string, update: Progress): Promise<void> {
    await this.#holdUp(this.signal);
    await super.progress(key, update);
  }

  override async step<T>(key: string, work: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
    const about = { session: this.sessionId, run: this.#name, key };
    const call = { made: false };
    const value = await super.step(key, async (signal) => {
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

  async #holdUp(signal: AbortSignal): Promise<void> {
    await delay(this.#options.random.integer(0, this.#options.longestDelayMs), undefined, { signal });
  }
}
