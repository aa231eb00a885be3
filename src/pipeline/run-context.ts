import type { Answer, ErrorBody, MatchingInput, MatchResultsBody, Question, Stage } from '../protocol.ts';

/** A step of progress, as a pipeline reports it. */
export interface Progress {
  readonly stage: Stage;
  /** 0 to 1 of the whole run; one that would fall is raised to the last. */
  readonly progress: number;
  readonly details: string;
}

/**
 * All that a pipeline may ask of the outside. A pipeline is plain async code that may be run again from its top: after
 * an answer, and on another instance after a crash. Whatever it records here under a key is then handed back instead
 * of being done again, so keys are stable names (they hold the preference's id, never a counter of calls), and whatever
 * a later question depends on goes through `step`.
 */
export interface RunContext {
  readonly account: string;
  readonly sessionId: string;
  readonly input: MatchingInput;
  /** Aborts when this run may not go on: the session was taken over, cancelled, or has timed out. */
  readonly signal: AbortSignal;

  /** Appends a ProcessingUpdate; one that was written under this key before is not written again. */
  progress(key: string, update: Progress): Promise<void>;

  /** Appends an error that does not end the session, such as geocoding_failed; once for each key. */
  notice(key: string, error: ErrorBody): Promise<void>;

  /**
   * The result of `work`, recorded under the key: done once in a session's life, on whichever instance. The result must
   * survive JSON unchanged. A call that was in flight at a crash may be made once more.
   */
  step<T>(key: string, work: (signal: AbortSignal) => Promise<T> | T): Promise<T>;

  /**
   * The answer to a question, or Suspended where it has none yet: the run unwinds, nothing of it is held while the
   * person thinks, and it starts again from its top with the answer. Let Suspended pass through.
   */
  ask(key: string, question: Question): Promise<Answer>;

  /**
   * Runs branches side by side and gives their results in order. A branch that waits for an answer does not hold up
   * the others; their questions are put together, under one deadline. Where any are open, `meanwhile` is what can be
   * done without their answers: it begins when they have been put, and the run unwinds when it is done.
   */
  all<T>(branches: readonly (() => Promise<T>)[], meanwhile?: () => Promise<void>): Promise<T[]>;

  /**
   * Milliseconds of work in this session so far: this run's own, plus what recorded steps took when they were done.
   * The time that a person took to answer is not in it.
   */
  workMs(): number;

  /** Questions that this session has asked, as far as this run has come. */
  questionsAsked(): number;
}

/** Thrown by `ask` to unwind a run that waits for an answer. Not an error: nothing but the runner catches it. */
export class Suspended extends Error {
  override readonly name = 'Suspended';
}

/** What a session runs. */
export interface Pipeline {
  /** Rejects with SessionFailure when this account may not start a session on this input. */
  admit(account: string, input: MatchingInput): Promise<void>;
  /** One run, from the top. Rejects with SessionFailure for an expected end in error. */
  run(run: RunContext): Promise<MatchResultsBody>;
}
