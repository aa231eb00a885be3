import { DelegatingRun } from '../pipeline/delegating-run.ts';
import type { Pipeline, Progress } from '../pipeline/run-context.ts';
import type { Stage } from '../protocol.ts';

/** Hears how long a stage worked in a session that came to results. */
export type OnStage = (stage: Stage, ms: number) => void;

/**
 * The same pipeline, with the work of each stage told when a run comes to its results, once a session: a run that waits
 * for an answer or is taken over begins again from its top, and its work so far counts into the last one. The time that
 * a person took to answer is not in it.
 */
export function timingStages(pipeline: Pipeline, onStage: OnStage): Pipeline {
  return {
    admit: (account, input) => pipeline.admit(account, input),
    async run(context) {
      const run = new TimedRun(context);
      const results = await pipeline.run(run);
      for (const [stage, ms] of run.stages()) onStage(stage, ms);
      return results;
    },
  };
}

/** A run that remembers how much work was done when each stage began. */
class TimedRun extends DelegatingRun {
  readonly #begun = new Map<Stage, number>();

  /** Each stage with the milliseconds until the next one, the last one until now. */
  stages(): readonly (readonly [Stage, number])[] {
    const begun = [...this.#begun];
    return begun.map(([stage, at], index) => [stage, (begun[index + 1]?.[1] ?? this.workMs()) - at] as const);
  }

  override async progress(key: string, update: Progress): Promise<void> {
    if (!this.#begun.has(update.stage)) this.#begun.set(update.stage, this.workMs());
    await super.progress(key, update);
  }
}
