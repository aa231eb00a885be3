import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../clock.ts';
import { causeOf, errorBody, ERRORS, SessionFailure } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Pipeline, Suspended } from '../pipeline/run-context.ts';
import type { ErrorBody, MatchResultsBody } from '../protocol.ts';
import { LeaseLost, SessionRun, StoreFailed } from './session-run.ts';
import type { Lease, Recorded, SessionStore, StopWatching } from './session-store.ts';

/** How long to wait before a run that could not go on, as its store or database was away, is run again. */
const AGAIN_MS = 1000;

/** How soon a run is stopped that was cancelled. Most runs are over by then, and their own writes ring too. */
const NOTICE_CANCEL_MS = 200;

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
  /** For the next deadline of the session. */
  deadline: Timer | undefined;
  /** For the next run, where one could not go on. */
  again: Timer | undefined;
  state: 'running' | 'waiting' | 'over';
  /** Questions that were open when it began to wait. */
  open: number;
  /** Something changed since the last look. */
  rung: boolean;
  /** Whether the store is being asked for the deadline, and whether it must be asked once more. */
  looking: 'no' | 'once' | 'again';
  /** Whether a ring has brought the next look forward. */
  lookSoon: boolean;
}

/** What a run came to, where it did not come to the last entry of the log. */
type Unfinished = 'suspended' | 'lost' | 'again';

/**
 * Runs sessions: calls the pipeline from its top, puts the questions that it came upon, lets go of everything while a
 * person thinks, and calls it again when the store rings with an answer.
 */
export class SessionRunner {
  readonly #options: SessionRunnerOptions;
  readonly #charges = new Set<Charge>();
  readonly #work = new Set<Promise<void>>();
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
      again: undefined,
      state: 'running',
      open: 0,
      rung: false,
      looking: 'no',
      lookSoon: false,
    };
    this.#charges.add(charge);
    this.#spawn(charge, () => this.#begin(charge));
  }

  /** Lets go of every session, without ending any, and waits until nothing runs. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const charge of this.#charges) this.#letGo(charge);
    await Promise.allSettled(this.#work);
  }

  async #begin(charge: Charge): Promise<void> {
    // First the watch, so that an answer given from now on is not missed.
    charge.stopWatching();
    charge.stopWatching = await this.#options.store.watch(charge.lease, () => this.#ring(charge));
    if (isOver(charge)) charge.stopWatching();
    this.#look(charge);
    await this.#run(charge);
  }

  #ring(charge: Charge): void {
    charge.rung = true;
    if (charge.state === 'waiting') {
      charge.state = 'running';
      this.#spawn(charge, () => this.#resume(charge));
    } else if (!charge.lookSoon) {
      // It may have been cancelled: what is in flight for it is not wanted any more.
      charge.lookSoon = true;
      this.#lookAgainIn(charge, NOTICE_CANCEL_MS);
    }
  }

  /** Runs again if there is an answer; other changes, such as the question itself, need no run. */
  async #resume(charge: Charge): Promise<void> {
    charge.rung = false;
    const recorded = await this.#options.store.recorded(charge.lease);
    if (!recorded) return this.#letGo(charge);
    return openQuestions(recorded) < charge.open ? this.#runOver(charge, recorded) : this.#wait(charge);
  }

  #wait(charge: Charge): void {
    if (isOver(charge)) return;
    charge.state = 'waiting';
    if (charge.rung) this.#ring(charge);
  }

  async #run(charge: Charge): Promise<void> {
    charge.rung = false;
    const recorded = await this.#options.store.recorded(charge.lease);
    return recorded ? this.#runOver(charge, recorded) : this.#letGo(charge);
  }

  /** One run of the pipeline, over what was recorded. */
  async #runOver(charge: Charge, recorded: Recorded): Promise<void> {
    const { store, clock, pipeline, interactionTimeoutMs } = this.#options;
    if (isOver(charge)) return;
    const run = new SessionRun({ store, clock, lease: charge.lease, recorded, signal: charge.abort.signal });
    const last = await Promise.race([this.#lastOf(pipeline, run), aborted(charge.abort.signal)]);
    if (last === 'lost') return this.#letGo(charge);
    if (last === 'again') return this.#runAgainLater(charge);
    if (last === 'suspended') {
      const asked = await store.ask(charge.lease, run.unasked, interactionTimeoutMs);
      if (asked.outcome === 'stale') return this.#letGo(charge);
      charge.open = openQuestions(recorded) + run.unasked.length;
      this.#look(charge);
      return this.#wait(charge);
    }
    await store.finish(charge.lease, last);
    return this.#letGo(charge);
  }

  async #lastOf(pipeline: Pipeline, run: SessionRun): Promise<MatchResultsBody | ErrorBody | Unfinished> {
    try {
      return await pipeline.run(run);
    } catch (thrown) {
      return this.#endOf(thrown, run);
    }
  }

  /** What a run that did not come to results ends with. */
  #endOf(thrown: unknown, run: SessionRun): ErrorBody | Unfinished {
    if (thrown instanceof Suspended) return 'suspended';
    if (thrown instanceof LeaseLost || run.signal.aborted) return 'lost';
    if (thrown instanceof StoreFailed) return 'again';
    const where = { parentId: run.input.parentId, failedStage: run.stage };
    if (thrown instanceof SessionFailure && thrown.code === 'unavailable') return 'again';
    if (thrown instanceof SessionFailure && ERRORS[thrown.code].fatal) {
      return errorBody(thrown.code, { ...thrown.details, ...where });
    }
    const errorId = randomUUID();
    this.#options.log.error({ errorId, stage: run.stage, cause: causeOf(thrown) }, 'a session ended in an error');
    return errorBody('processing_error', where, `${ERRORS.processing_error.message} Its number is ${errorId}.`);
  }

  /** From the top, over what was recorded: nothing is done twice. The session's deadlines hold meanwhile. */
  #runAgainLater(charge: Charge): void {
    if (isOver(charge)) return;
    charge.again?.cancel();
    charge.again = this.#options.clock.after(AGAIN_MS, () => this.#spawn(charge, () => this.#begin(charge)));
  }

  /** Asks the store, whose clock decides, whether the session is over, and when to ask again. */
  #look(charge: Charge): void {
    const busy = charge.looking !== 'no';
    charge.looking = busy ? 'again' : 'once';
    if (!busy) this.#spawn(charge, () => this.#lookNow(charge));
  }

  async #lookNow(charge: Charge): Promise<void> {
    try {
      for (; !isOver(charge) && charge.looking !== 'no'; charge.looking = nextLook(charge)) {
        charge.looking = 'once';
        charge.lookSoon = false;
        const overdue = await this.#options.store.expire(charge.lease);
        if (overdue.outcome !== 'not_yet') return this.#letGo(charge);
        this.#lookAgainIn(charge, overdue.inMs);
      }
      return undefined;
    } catch (thrown) {
      // Only this look has failed: a run that is under way goes on.
      this.#options.log.warn({ cause: causeOf(thrown) }, 'the deadline of a session could not be looked at');
      return this.#lookAgainIn(charge, AGAIN_MS);
    } finally {
      charge.looking = 'no';
      if (isOver(charge)) charge.deadline?.cancel();
    }
  }

  #lookAgainIn(charge: Charge, delayMs: number): void {
    charge.deadline?.cancel();
    charge.deadline = this.#options.clock.after(Math.max(1, delayMs), () => this.#look(charge));
  }

  #letGo(charge: Charge): void {
    charge.state = 'over';
    charge.deadline?.cancel();
    charge.again?.cancel();
    charge.stopWatching();
    charge.abort.abort();
    this.#charges.delete(charge);
  }

  /** Work on a session. Where the store fails it, the session is run again later: nobody else would. */
  #spawn(charge: Charge, work: () => Promise<void>): void {
    const done = work()
      .catch((thrown: unknown) => {
        if (isOver(charge)) return;
        this.#options.log.warn({ cause: causeOf(thrown) }, 'a session could not go on; it is run again');
        charge.state = 'running';
        this.#runAgainLater(charge);
      })
      .finally(() => this.#work.delete(done));
    this.#work.add(done);
  }
}

/** A function: the state may have changed during any await. */
function isOver(charge: Charge): boolean {
  return charge.state === 'over';
}

function nextLook({ looking }: Charge): Charge['looking'] {
  return looking === 'again' ? 'once' : 'no';
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
