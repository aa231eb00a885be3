import type { Clock, Timer } from '../clock.ts';
import { sessionTag } from '../log.ts';
import type { Outage } from '../outage.ts';
import type { ErrorBody, ErrorDetails, MatchResultsBody, Question } from '../protocol.ts';
import { Deadline } from './deadline.ts';
import type { Aliveness } from './lifeline.ts';
import { type Loss, lossOf } from './loss.ts';
import { outcomeOf, type OutcomeOptions, processingError, type RunOutcome } from './run-outcome.ts';
import { SessionRun } from './session-run.ts';
import type { KeyedQuestion, Lease, Recorded, SessionStore, StopWatching } from './session-store.ts';

/** How long to wait before a run that could not go on, as its store or database was away, is run again. */
const AGAIN_MS = 1000;

/** What all sessions of an instance are run with. */
export interface ChargeOptions extends OutcomeOptions {
  readonly store: SessionStore;
  readonly lifeline: Pick<Aliveness, 'isAlive'>;
  readonly clock: Clock;
  readonly interactionTimeoutMs: number;
  /** Hears of every question that is put. */
  readonly onQuestions?: (questions: readonly Question[]) => void;
  /** Of the store, as the runs of all sessions see it, and as the looks at their deadlines do. */
  readonly outages: { readonly runs: Outage; readonly looks: Outage };
  /** Hears of all that is under way; it never rejects. */
  readonly onWork: (work: Promise<void>) => void;
  /** The session is in hand no more. */
  readonly onOver: (charge: Charge, parting: Parting) => void;
}

/**
 * Why a session is in hand no more: as it has ended, here or from anywhere, is another's or gone; `rewound`, as it was
 * ended here because its log went back in time; `left`, as this instance lets go of it.
 */
export type Parting = Loss | 'rewound' | 'left';

/** `running` is one whose run is under way or tried again later; `paused` one that waits for the lifeline. */
export type ChargeState = 'running' | 'waiting' | 'paused' | 'over';

/**
 * A session in this instance's hands, under one lease: runs the pipeline from its top, puts the questions that it came
 * upon, holds nothing but this while a person thinks, and runs it again when the store rings with an answer.
 */
export class Charge {
  readonly lease: Lease;
  readonly #options: ChargeOptions;
  readonly #deadline: Deadline;
  #state: ChargeState = 'paused';
  /** Aborts what goes on between two pauses. */
  #abort = new AbortController();
  #work: Promise<void> = Promise.resolve();
  /** The run before: what it was writing when it was halted is part of what the next one reads. */
  #lastRun: SessionRun | undefined;
  #stopWatching: StopWatching = () => {};
  #again: Timer | undefined;
  /** For an error: who asked, and how far the last run came. */
  #where: Pick<ErrorDetails, 'parentId' | 'failedStage'> = { parentId: null, failedStage: null };
  /** How many questions were open when it came to rest; undefined when the pipeline has something to do. */
  #restsOn: number | undefined;
  /** Something changed since the last look at what was recorded. */
  #isRung = false;
  #isWindingUp = false;

  /** Paused until `resume`. */
  constructor(lease: Lease, options: ChargeOptions) {
    this.lease = lease;
    this.#options = options;
    this.#deadline = new Deadline({
      store: options.store,
      key: lease,
      clock: options.clock,
      outage: options.outages.looks,
      onOver: (over) => this.letGo(over.outcome === 'ended' && over.epoch > lease.epoch ? 'stale' : lossOf(over)),
      onLook: options.onWork,
    });
  }

  get state(): ChargeState {
    return this.#state;
  }

  /** Goes on from where it was, over what was recorded. Resolves when that has come to rest or to an end. */
  async resume(): Promise<void> {
    if (this.#state !== 'paused') return;
    if (this.#isWindingUp) return this.letGo('left');
    this.#abort = new AbortController();
    this.#begin();
    await this.#work;
  }

  /** Aborts what is in flight, and starts and writes nothing more until `resume`. */
  pause(): void {
    if (this.#state === 'over') return;
    this.#state = 'paused';
    this.#halt();
  }

  /** Something may have changed: an answer, the end, or nothing. */
  ring(): void {
    this.#isRung = true;
    if (this.#state === 'waiting' && !this.#isWindingUp) this.#spawn((signal) => this.#goOn(signal));
    // It may have been cancelled: what is in flight for it is not wanted any more.
    else if (this.#state === 'running') this.#deadline.lookSoon();
  }

  /** Lets go of it as soon as it is at rest. Resolves then. */
  async windUp(): Promise<void> {
    this.#isWindingUp = true;
    if (this.#state === 'running' && this.#again === undefined) await this.#work;
    else this.letGo('left');
  }

  /** Drops everything, without a change to the session. */
  letGo(parting: Parting): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    // Every other end has somebody's doing or a line of its own behind it.
    if (parting === 'overrun') this.#logOverrun();
    this.#halt();
    this.#stopWatching();
    this.#options.onOver(this, parting);
  }

  #halt(): void {
    this.#abort.abort();
    this.#deadline.stop();
    this.#again?.cancel();
    this.#again = undefined;
  }

  #begin(): void {
    this.#again = undefined;
    this.#spawn((signal) => this.#beginNow(signal));
  }

  async #beginNow(signal: AbortSignal): Promise<void> {
    // First the watch, so that an answer given from now on is not missed.
    const stop = await this.#options.store.watch(this.lease, () => this.ring());
    if (signal.aborted) return stop();
    this.#stopWatching();
    this.#stopWatching = stop;
    this.#deadline.look();
    await this.#goOn(signal);
  }

  /** Runs, unless it was at rest and nothing was answered since: other changes, such as the question, need no run. */
  async #goOn(signal: AbortSignal): Promise<void> {
    await this.#lastRun?.settled();
    this.#isRung = false;
    const recorded = await this.#options.store.recorded(this.lease);
    if (signal.aborted) return;
    this.#lastRun = undefined;
    if (recorded.outcome !== 'recorded') return this.letGo(lossOf(recorded));
    this.#where = { ...this.#where, parentId: recorded.input.parentId };
    if (recorded.rewound) return this.#endRewound(signal);
    if (this.#restsOn !== undefined && openQuestions(recorded) >= this.#restsOn) return this.#rest();
    this.#restsOn = undefined;
    return this.#runOver(signal, recorded);
  }

  /** One run of the pipeline, over what was recorded. */
  async #runOver(signal: AbortSignal, recorded: Recorded): Promise<void> {
    const run = new SessionRun({
      ...this.#options,
      lease: this.lease,
      recorded,
      signal,
      onAsked: () => this.#deadline.look(),
    });
    this.#lastRun = run;
    const outcome = await orLost(outcomeOf(run, this.#options), signal);
    if (signal.aborted) return;
    this.#where = { ...this.#where, failedStage: run.stage };
    if (typeof outcome !== 'string') return this.#finish(signal, outcome);
    if (outcome === 'suspended') return this.#askAndRest(signal, run.unasked, openQuestions(recorded) + run.putCount);
    if (outcome === 'rewound') return this.#endRewound(signal);
    if (outcome === 'lost') return this.pause();
    if (outcome !== 'away') return this.letGo(outcome);
    if (run.halted) this.#options.outages.runs.failed(run.halted.cause);
    this.#againLater();
  }

  async #askAndRest(signal: AbortSignal, unasked: readonly KeyedQuestion[], open: number): Promise<void> {
    if (unasked.length > 0) {
      if (!this.#mayWrite(signal)) return;
      const asked = await this.#options.store.ask(this.lease, unasked, this.#options.interactionTimeoutMs);
      if (signal.aborted) return;
      if (asked.outcome === 'rewound') return this.#endRewound(signal);
      if (asked.outcome !== 'written') return this.letGo(lossOf(asked));
      this.#options.outages.runs.worked();
      this.#options.onQuestions?.(unasked.map(({ question }) => question));
      this.#deadline.look();
    }
    this.#restsOn = open + unasked.length;
    this.#rest();
  }

  #rest(): void {
    // Nothing of it is held while a person thinks.
    this.#lastRun = undefined;
    this.#state = 'waiting';
    if (this.#isWindingUp) this.letGo('left');
    else if (this.#isRung) this.ring();
  }

  async #finish(signal: AbortSignal, last: MatchResultsBody | ErrorBody, parting = partingWith(last)): Promise<void> {
    if (!this.#mayWrite(signal)) return;
    const written = await this.#options.store.finish(this.lease, last);
    if (signal.aborted) return;
    if (written.outcome === 'rewound') return parting === 'rewound' ? this.letGo(parting) : this.#endRewound(signal);
    this.#options.outages.runs.worked();
    this.letGo(written.outcome === 'written' ? parting : lossOf(written));
  }

  /** Ends a session whose log went back in time: what it did since then cannot be told from what it did not. */
  async #endRewound(signal: AbortSignal): Promise<void> {
    const errorId = this.#options.newId();
    const { failedStage } = this.#where;
    const session = sessionTag(this.lease);
    this.#options.log.error({ errorId, session, stage: failedStage }, 'the log of a session went back in time');
    await this.#finish(signal, processingError(errorId, this.#where), 'rewound');
  }

  #logOverrun(): void {
    const stage = this.#lastRun?.stage ?? this.#where.failedStage;
    this.#options.log.warn({ session: sessionTag(this.lease), stage }, 'a session took longer than it may');
  }

  /** Whether this instance still has the session, by all that it knows: the store may know better. */
  #mayWrite(signal: AbortSignal): boolean {
    if (!signal.aborted && !this.#options.lifeline.isAlive()) this.pause();
    return !signal.aborted;
  }

  /** From the top, over what was recorded: nothing is done twice. The session's deadlines hold meanwhile. */
  #againLater(): void {
    if (this.#isWindingUp) return this.letGo('left');
    this.#again = this.#options.clock.after(AGAIN_MS, () => this.#begin());
  }

  /** Work on the session. Where the store fails it, the session is run again later: nobody else would. */
  #spawn(work: (signal: AbortSignal) => Promise<void>): void {
    const { signal } = this.#abort;
    this.#state = 'running';
    this.#work = work(signal).catch((thrown: unknown) => {
      if (signal.aborted) return;
      this.#options.outages.runs.failed(thrown);
      this.#againLater();
    });
    this.#options.onWork(this.#work);
  }
}

/** What a run comes to, or `lost` as soon as it may not go on: nobody waits for a run that does not heed its signal. */
async function orLost(coming: Promise<RunOutcome>, signal: AbortSignal): Promise<RunOutcome> {
  const lost = Promise.withResolvers<'lost'>();
  const lose = (): void => lost.resolve('lost');
  if (signal.aborted) lose();
  signal.addEventListener('abort', lose);
  try {
    return await Promise.race([coming, lost.promise]);
  } finally {
    // The signal outlives the run: until a pause, one that is tried again each second would leave one each time.
    signal.removeEventListener('abort', lose);
  }
}

function openQuestions(recorded: Recorded): number {
  return [...recorded.questions.values()].filter(({ answer }) => answer === null).length;
}

function partingWith(last: MatchResultsBody | ErrorBody): Parting {
  return last.type === 'match_results' ? 'results' : 'error';
}
