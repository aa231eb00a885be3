import type { Pipeline, Progress, RunContext } from '../pipeline/run-context.ts';
import type { Answer, ErrorBody, MatchingInput, Question, Stage } from '../protocol.ts';

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
class TimedRun implements RunContext {
  readonly account: string;
  readonly sessionId: string;
  readonly input: MatchingInput;
  readonly signal: AbortSignal;
  readonly #run: RunContext;
  readonly #begun = new Map<Stage, number>();

  constructor(run: RunContext) {
    this.account = run.account;
    this.sessionId = run.sessionId;
    this.input = run.input;
    this.signal = run.signal;
    this.#run = run;
  }

  /** Each stage with the milliseconds until the next one, the last one until now. */
  stages(): readonly (readonly [Stage, number])[] {
    const begun = [...this.#begun];
    return begun.map(([stage, at], index) => [stage, (begun[index + 1]?.[1] ?? this.workMs()) - at] as const);
  }

  async progress(key: string, update: Progress): Promise<void> {
    if (!this.#begun.has(update.stage)) this.#begun.set(update.stage, this.workMs());
    await this.#run.progress(key, update);
  }

  async notice(key: string, error: ErrorBody): Promise<void> {
    await this.#run.notice(key, error);
  }

  async step<T>(key: string, work: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
    return this.#run.step(key, work);
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
}
