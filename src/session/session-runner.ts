import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../clock.ts';
import { causeOf, errorBody, ERRORS, SessionFailure } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Pipeline, Suspended } from '../pipeline/run-context.ts';
import type { ErrorBody, MatchResultsBody } from '../protocol.ts';
import { LeaseLost, SessionRun } from './session-run.ts';
import type { Lease, Recorded, SessionStore, StopWatching } from './session-store.ts';

export interface SessionRunnerOptions {
  readonly store: SessionStore;
  readonly pipeline: Pipeline;
  readonly clock: Clock;
  readonly log: Log;
  readonly interactionTimeoutMs: number;
}

/** A session in this instance's hands. While it waits for an answer, this is all that is held of it. */
interface Charge {
  readonly lease: Lease;
  readonly abort: AbortController;
  stopWatching: StopWatching;
  deadline: Timer | undefined;
  state: 'running' | 'waiting' | 'over';
  /** Questions that were open when it began to wait. */
  open: number;
  /** Something changed since the last look. */
  rung: boolean;
}

/**
 * Runs sessions: calls the pipeline from its top, puts the questions that it came upon, lets go of everything while a
 * person thinks, and calls it again when the store rings with an answer.
 */
export class SessionRunner {
  readonly #options: SessionRunnerOptions;
  readonly #charges = new Set<Charge>();
  readonly #runs = new Set<Promise<void>>();
  #closed = false;

  constructor(options: SessionRunnerOptions) {
    this.#options = options;
  }

  /** Sessions in hand: those at work and those that wait for an answer. */
  get held(): { readonly running: number; readonly waiting: number } {
    let waiting = 0;
    for (const charge of this.#charges) if (charge.state === 'waiting') waiting += 1;
    return { running: this.#charges.size - waiting, waiting };
  }

  /** Takes charge of a session until it has ended or the lease is lost. */
  take(lease: Lease): void {
    if (this.#closed) return;
    const charge: Charge = {
      lease,
      abort: new AbortController(),
      stopWatching: () => {},
      deadline: undefined,
      state: 'running',
      open: 0,
      rung: false,
    };
    this.#charges.add(charge);
    this.#spawn(charge, this.#begin(charge));
  }

  /** Lets go of every session, without ending any, and waits until nothing runs. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const charge of this.#charges) this.#letGo(charge);
    await Promise.allSettled(this.#runs);
  }

  async #begin(charge: Charge): Promise<void> {
    // First the watch, so that an answer given from now on is not missed.
    charge.stopWatching = await this.#options.store.watch(charge.lease, () => this.#rung(charge));
    if (isOver(charge)) charge.stopWatching();
    this.#watchDeadline(charge);
    await this.#run(charge);
  }

  #rung(charge: Charge): void {
    charge.rung = true;
    if (charge.state !== 'waiting') return;
    charge.state = 'running';
    this.#spawn(charge, this.#resume(charge));
  }

  /** Runs again if there is an answer; other changes, such as the question itself, need no run. */
  async #resume(charge: Charge): Promise<void> {
    charge.rung = false;
    const recorded = await this.#options.store.recorded(charge.lease);
    if (!recorded) return this.#letGo(charge);
    return openQuestions(recorded) < charge.open ? this.#run(charge) : this.#wait(charge);
  }

  #wait(charge: Charge): void {
    if (isOver(charge)) return;
    charge.state = 'waiting';
    if (charge.rung) this.#rung(charge);
  }

  async #run(charge: Charge): Promise<void> {
    const { store, clock, pipeline, interactionTimeoutMs } = this.#options;
    charge.rung = false;
    const recorded = await store.recorded(charge.lease);
    if (!recorded || isOver(charge)) return this.#letGo(charge);
    const run = new SessionRun({ store, clock, lease: charge.lease, recorded, signal: charge.abort.signal });
    const running = pipeline.run(run).catch((thrown: unknown) => this.#endOf(thrown, run));
    const last = await Promise.race([running, aborted(charge.abort.signal)]);
    if (last === 'lost') return this.#letGo(charge);
    if (last === 'suspended') {
      const asked = await store.ask(charge.lease, run.unasked, interactionTimeoutMs);
      if (asked.outcome === 'stale') return this.#letGo(charge);
      charge.open = openQuestions(recorded) + run.unasked.length;
      this.#watchDeadline(charge);
      return this.#wait(charge);
    }
    await store.finish(charge.lease, last);
    return this.#letGo(charge);
  }

  /** What a run that did not come to results ends with. */
  #endOf(thrown: unknown, run: SessionRun): MatchResultsBody | ErrorBody | 'suspended' | 'lost' {
    if (thrown instanceof Suspended) return 'suspended';
    if (thrown instanceof LeaseLost || run.signal.aborted) return 'lost';
    const where = { parentId: run.input.parentId, failedStage: run.stage };
    if (thrown instanceof SessionFailure) return errorBody(thrown.code, { ...thrown.details, ...where });
    const errorId = randomUUID();
    this.#options.log.error({ errorId, stage: run.stage, cause: causeOf(thrown) }, 'a session ended in an error');
    return errorBody('processing_error', where, `${ERRORS.processing_error.message} Its number is ${errorId}.`);
  }

  /** The store's clock decides; this timer only says when to ask it. */
  #watchDeadline(charge: Charge): void {
    this.#spawn(
      charge,
      this.#options.store.expire(charge.lease).then((overdue) => {
        charge.deadline?.cancel();
        if (overdue.outcome !== 'not_yet') return this.#letGo(charge);
        if (isOver(charge)) return undefined;
        charge.deadline = this.#options.clock.after(Math.max(1, overdue.inMs), () => this.#watchDeadline(charge));
        return undefined;
      }),
    );
  }

  #letGo(charge: Charge): void {
    charge.state = 'over';
    charge.deadline?.cancel();
    charge.stopWatching();
    charge.abort.abort();
    this.#charges.delete(charge);
  }

  #spawn(charge: Charge, work: Promise<void>): void {
    const run = work
      .catch((thrown: unknown) => {
        this.#options.log.error({ cause: causeOf(thrown) }, 'a session could not be run on');
        this.#letGo(charge);
      })
      .finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }
}

/** Resolves when a run may not go on: nobody waits for one that does not heed its signal. */
async function aborted(signal: AbortSignal): Promise<'lost'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('lost');
    signal.addEventListener('abort', () => resolve('lost'), { once: true });
  });
}

function openQuestions(recorded: Recorded): number {
  return [...recorded.questions.values()].filter(({ answer }) => answer === null).length;
}

/** A function: the state may have changed during any await. */
function isOver(charge: Charge): boolean {
  return charge.state === 'over';
}
