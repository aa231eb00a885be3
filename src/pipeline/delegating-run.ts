import type { Answer, ErrorBody, MatchingInput, Question } from '../protocol.ts';
import type { Progress, RunContext } from './run-context.ts';

/** A run that leaves everything to another one: what looks on, or steps in, overrides what it is about. */
export class DelegatingRun implements RunContext {
  readonly account: string;
  readonly sessionId: string;
  readonly input: MatchingInput;
  readonly signal: AbortSignal;
  readonly #run: RunContext;

  constructor(run: RunContext) {
    this.account = run.account;
    this.sessionId = run.sessionId;
    this.input = run.input;
    this.signal = run.signal;
    this.#run = run;
  }

  async progress(key: string, update: Progress): Promise<void> {
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
