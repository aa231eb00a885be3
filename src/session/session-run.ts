import type { Clock } from '../clock.ts';
import { type Progress, type RunContext, Suspended } from '../pipeline/run-context.ts';
import type { Answer, ErrorBody, MatchingInput, Question, Stage } from '../protocol.ts';
import type { Aliveness } from './lifeline.ts';
import { type Loss, lossOf } from './loss.ts';
import type { KeyedQuestion, Lease, Recorded, SessionStore, Written } from './session-store.ts';

/**
 * Why a run may not go on: `lost`, as this instance's lease is over or the session was let go of; `rewound`, as its log
 * went back in time; `away`, as what it needs does not answer right now; or as the session is not this instance's to run.
 */
export type HaltReason = 'lost' | 'rewound' | 'away' | Loss;

/** Thrown into a run that may not go on: it stops at once and writes nothing. Nothing but the runner catches it. */
export class RunHalted extends Error {
  override readonly name = 'RunHalted';
  readonly reason: HaltReason;

  constructor(reason: HaltReason, options?: ErrorOptions) {
    super(`the run may not go on: ${reason}`, options);
    this.reason = reason;
  }
}

export interface SessionRunOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly lifeline: Pick<Aliveness, 'isAlive'>;
  readonly lease: Lease;
  readonly recorded: Recorded;
  readonly signal: AbortSignal;
  /** How long a question waits for its answer. */
  readonly interactionTimeoutMs: number;
  /** Hears that questions were put while the run goes on. */
  readonly onAsked: () => void;
  /** Hears of every question that is put. */
  readonly onQuestions?: (questions: readonly Question[]) => void;
}

/** One run of a pipeline from its top, over what earlier runs of the same session recorded. */
export class SessionRun implements RunContext {
  readonly account: string;
  readonly sessionId: string;
  readonly input: MatchingInput;
  readonly signal: AbortSignal;
  readonly #options: SessionRunOptions;
  readonly #startedAt: number;
  readonly #steps = new Map<string, Promise<unknown>>();
  readonly #written: Set<string>;
  readonly #unasked = new Map<string, Question>();
  readonly #put = new Set<string>();
  readonly #writes = new Set<Promise<unknown>>();
  #halted: RunHalted | undefined;
  #replayedMs = 0;
  #stage: Stage | null = null;

  constructor(options: SessionRunOptions) {
    this.#options = options;
    this.#written = new Set(options.recorded.eventKeys);
    this.#startedAt = options.clock.monotonic();
    this.account = options.lease.account;
    this.sessionId = options.lease.sessionId;
    this.input = options.recorded.input;
    this.signal = options.signal;
  }

  /** The stage that this run has come to. */
  get stage(): Stage | null {
    return this.#stage;
  }

  /** Questions that this run came upon and that were not put yet. */
  get unasked(): readonly KeyedQuestion[] {
    return [...this.#unasked].map(([key, question]) => ({ key, question }));
  }

  /** How many questions it has put itself. */
  get putCount(): number {
    return this.#put.size;
  }

  /** Why it may not go on, whatever the pipeline made of being told so. */
  get halted(): RunHalted | undefined {
    return this.#halted;
  }

  /** Resolves when no write of it is under way: what it has written can be read then. */
  async settled(): Promise<void> {
    while (this.#writes.size > 0) await Promise.allSettled(this.#writes);
  }

  async progress(key: string, { stage, progress, details }: Progress): Promise<void> {
    this.#stage = stage;
    await this.#append(key, { type: 'processing_update', stage, progress, details, answeredInteractionId: null });
  }

  async notice(key: string, error: ErrorBody): Promise<void> {
    if (error.fatal) throw new TypeError(`${error.errorCode} would end the session: throw a SessionFailure instead`);
    await this.#append(key, error);
  }

  async step<T>(key: string, work: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
    const begun = this.#steps.get(key) ?? this.#takeStep(key, work);
    this.#steps.set(key, begun);
    return begun as Promise<T>;
  }

  async ask(key: string, question: Question): Promise<Answer> {
    const put = this.#options.recorded.questions.get(key);
    if (put?.answer) return put.answer;
    if (!put && !this.#put.has(key)) this.#unasked.set(key, question);
    throw new Suspended();
  }

  async all<T>(branches: readonly (() => Promise<T>)[], meanwhile?: () => Promise<void>): Promise<T[]> {
    const settled = await Promise.allSettled(branches.map((branch) => branch()));
    const failures = settled.filter((one) => one.status === 'rejected').map((one) => one.reason as unknown);
    const failure = failures.find((reason) => !(reason instanceof Suspended)) ?? failures[0];
    if (meanwhile && failure instanceof Suspended) {
      await this.#ask();
      await meanwhile();
    }
    if (failures.length > 0) throw failure;
    return settled.filter((one) => one.status === 'fulfilled').map((one) => one.value);
  }

  workMs(): number {
    return this.#options.clock.monotonic() - this.#startedAt + this.#replayedMs;
  }

  questionsAsked(): number {
    return this.#options.recorded.questions.size;
  }

  async #takeStep<T>(key: string, work: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
    const { store, clock, lease, recorded } = this.#options;
    const before = recorded.steps.get(key);
    if (before) {
      this.#replayedMs += before.workMs;
      return before.value as T;
    }
    this.#check();
    const startedAt = clock.monotonic();
    const value = await work(this.signal);
    // It may come back from a freeze: another instance may have made the same call by now.
    this.#check();
    await this.#write(store.record(lease, key, { value, workMs: clock.monotonic() - startedAt }));
    return value;
  }

  /** Puts the questions that it came upon, and goes on. */
  async #ask(): Promise<void> {
    const questions = this.unasked;
    if (questions.length === 0) return;
    this.#check();
    const { store, lease, interactionTimeoutMs, onAsked, onQuestions } = this.#options;
    for (const { key } of questions) this.#put.add(key);
    this.#unasked.clear();
    await this.#write(store.ask(lease, questions, interactionTimeoutMs));
    onQuestions?.(questions.map(({ question }) => question));
    onAsked();
  }

  async #append(key: string, event: Parameters<SessionStore['append']>[2]): Promise<void> {
    if (this.#written.has(key)) return;
    this.#check();
    this.#written.add(key);
    await this.#write(this.#options.store.append(this.#options.lease, key, event));
  }

  /** Before every call and every write: a run that was let go of may go on for a while in the depths of a library. */
  #check(): void {
    if (this.#halted) throw this.#halted;
    if (!this.#options.lifeline.isAlive() || this.signal.aborted) throw this.#halt(new RunHalted('lost'));
  }

  async #write(writing: Promise<Written>): Promise<void> {
    this.#writes.add(writing);
    const written = await writing
      .catch((cause: unknown) => {
        throw this.#halt(new RunHalted('away', { cause }));
      })
      .finally(() => this.#writes.delete(writing));
    if (written.outcome === 'written') return;
    throw this.#halt(new RunHalted(written.outcome === 'rewound' ? 'rewound' : lossOf(written)));
  }

  #halt(halted: RunHalted): RunHalted {
    this.#halted ??= halted;
    return this.#halted;
  }
}
