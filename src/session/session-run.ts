import type { Clock } from '../clock.ts';
import { type Progress, type RunContext, Suspended } from '../pipeline/run-context.ts';
import type { Answer, ErrorBody, MatchingInput, Question, Stage } from '../protocol.ts';
import type { KeyedQuestion, Lease, Recorded, SessionStore, Written } from './session-store.ts';

/** Thrown into a run whose lease is over: it stops at once and writes nothing. Nothing but the runner catches it. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Thrown into a run whose store does not answer: it is run again later, over what was recorded. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
}

interface RunOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly lease: Lease;
  readonly recorded: Recorded;
  readonly signal: AbortSignal;
}

/** One run of a pipeline from its top, over what earlier runs of the same session recorded. */
export class SessionRun implements RunContext {
  readonly account: string;
  readonly sessionId: string;
  readonly input: MatchingInput;
  readonly signal: AbortSignal;
  readonly #store: SessionStore;
  readonly #clock: Clock;
  readonly #lease: Lease;
  readonly #recorded: Recorded;
  readonly #startedAt: number;
  readonly #steps = new Map<string, Promise<unknown>>();
  readonly #written: Set<string>;
  readonly #unasked = new Map<string, Question>();
  #replayedMs = 0;
  #stage: Stage | null = null;

  constructor(options: RunOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#lease = options.lease;
    this.#recorded = options.recorded;
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
    const put = this.#recorded.questions.get(key);
    if (put?.answer) return put.answer;
    if (!put) this.#unasked.set(key, question);
    throw new Suspended();
  }

  async all<T>(branches: readonly (() => Promise<T>)[]): Promise<T[]> {
    const settled = await Promise.allSettled(branches.map((branch) => branch()));
    const failures = settled.filter((one) => one.status === 'rejected').map((one) => one.reason as unknown);
    if (failures.length > 0) throw failures.find((reason) => !(reason instanceof Suspended)) ?? failures[0];
    return settled.filter((one) => one.status === 'fulfilled').map((one) => one.value);
  }

  workMs(): number {
    return this.#clock.monotonic() - this.#startedAt + this.#replayedMs;
  }

  questionsAsked(): number {
    return this.#recorded.questions.size;
  }

  async #takeStep<T>(key: string, work: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
    const recorded = this.#recorded.steps.get(key);
    if (recorded) {
      this.#replayedMs += recorded.workMs;
      return recorded.value as T;
    }
    this.#checkSignal();
    const startedAt = this.#clock.monotonic();
    const value = await work(this.signal);
    this.#checkSignal();
    const workMs = this.#clock.monotonic() - startedAt;
    await this.#write(this.#store.record(this.#lease, key, { value, workMs }));
    return value;
  }

  async #append(key: string, event: Parameters<SessionStore['append']>[2]): Promise<void> {
    if (this.#written.has(key)) return;
    this.#checkSignal();
    this.#written.add(key);
    await this.#write(this.#store.append(this.#lease, key, event));
  }

  /** A run that was let go of may go on for a while in the depths of a library; it does no more here. */
  #checkSignal(): void {
    if (this.signal.aborted) throw new LeaseLost();
  }

  async #write(writing: Promise<Written>): Promise<void> {
    const written = await writing.catch((cause: unknown) => {
      throw new StoreFailed('the store did not take a write', { cause });
    });
    if (written.outcome === 'stale') throw new LeaseLost();
  }
}
