import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Log, sessionTag } from '../log.ts';
import { Outage } from '../outage.ts';
import type { Pipeline } from '../pipeline/run-context.ts';
import type { Question } from '../protocol.ts';
import { atMost } from './at-most.ts';
import { Charge, type ChargeOptions, type ChargeState, type Parting } from './charge.ts';
import type { Aliveness } from './lifeline.ts';
import { type Ending, type Lease, mapKeyOf, type SessionKey, type SessionStore } from './session-store.ts';

/** How many paused sessions go on side by side, and how long the next one waits for one of them to come to rest. */
const RESUMED_AT_ONCE = 32;
const PACE_MS = 100;

export interface SessionRunnerOptions {
  readonly store: SessionStore;
  readonly pipeline: Pipeline;
  readonly lifeline: Aliveness;
  readonly clock: Clock;
  readonly log: Log;
  readonly interactionTimeoutMs: number;
  /** Hears of every question that is put to a person. */
  readonly onQuestions?: (questions: readonly Question[]) => void;
  /** A fresh UUID v4. Default: randomUUID. */
  readonly newId?: () => string;
}

/** Sessions in hand. */
export interface HeldSessions {
  /** Those at work, and those whose run is tried again as something was away. */
  readonly running: number;
  /** Those that wait for an answer. */
  readonly waiting: number;
  /** Those that wait until this instance is alive again. */
  readonly paused: number;
}

/** What a runner has done since it was made; for operators. */
export interface RunnerCounts {
  /** Sessions that were begun here. */
  readonly started: number;
  /** Sessions that another instance, or a run of this one that went astray, had begun. */
  readonly takenOver: number;
  /** Sessions in hand that have ended, from here or elsewhere; `gone` are those that the store knows no more. */
  readonly finished: Readonly<Record<Ending | 'gone', number>>;
  /** Leases that were refused: another instance, or this one under a later lease, had the session by then. */
  readonly fenced: number;
  /** Sessions that were ended as their log went back in time. */
  readonly rewound: number;
  /** How often a session was paused, as this instance's own lease was over. */
  readonly paused: number;
}

/** Holds the sessions that this instance runs, for as long as it is alive. */
export class SessionRunner {
  readonly #options: SessionRunnerOptions;
  readonly #chargeOptions: ChargeOptions;
  readonly #charges = new Map<string, Charge>();
  readonly #work = new Set<Promise<void>>();
  readonly #counts = { started: 0, takenOver: 0, fenced: 0, rewound: 0, paused: 0 };
  readonly #finished = { results: 0, error: 0, timeout: 0, overrun: 0, cancelled: 0, gone: 0 };
  #isOpen = true;

  constructor(options: SessionRunnerOptions) {
    this.#options = options;
    this.#chargeOptions = {
      ...options,
      newId: options.newId ?? randomUUID,
      outages: {
        runs: new Outage(options.log, 'running sessions'),
        looks: new Outage(options.log, 'looking at the deadlines of sessions'),
      },
      onWork: (work) => this.#track(work),
      onOver: (charge, parting) => this.#over(charge, parting),
    };
    options.lifeline.listen({
      lost: () => this.#pause(),
      regained: () => this.#resume(),
      // A store that has lost its memory may have lost what a session waits for.
      beat: ({ known }) => {
        if (!known) for (const charge of this.#charges.values()) charge.ring();
      },
    });
  }

  /** Whether it takes sessions: until it is drained or closed. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get held(): HeldSessions {
    const held: Record<ChargeState, number> = { running: 0, waiting: 0, paused: 0, over: 0 };
    for (const { state } of this.#charges.values()) held[state] += 1;
    const { running, waiting, paused } = held;
    return { running, waiting, paused };
  }

  get counts(): RunnerCounts {
    return { ...this.#counts, finished: { ...this.#finished } };
  }

  /** How many sessions are in hand. */
  get size(): number {
    return this.#charges.size;
  }

  /** Under which epoch a session is in hand; 0 where it is not. */
  epochOf(key: SessionKey): number {
    return this.#charges.get(mapKeyOf(key))?.lease.epoch ?? 0;
  }

  /**
   * Takes charge of a session until it has ended or the lease is lost. A lease that is older than the one in hand
   * changes nothing, a newer one replaces it. Resolves when the session has come to rest or to an end; never rejects.
   */
  async take(lease: Lease): Promise<void> {
    if (!this.#isOpen) return;
    const name = mapKeyOf(lease);
    const before = this.#charges.get(name);
    if (before && before.lease.generation === lease.generation && before.lease.epoch >= lease.epoch) return;
    before?.letGo('stale');
    this.#count(lease);
    const charge = new Charge(lease, this.#chargeOptions);
    this.#charges.set(name, charge);
    if (this.#options.lifeline.isAlive()) await charge.resume();
  }

  /**
   * Takes no more sessions, waits `limitMs` at most until those at work have come to rest or to their end, and lets go
   * of all, without ending any. What was not over by then is aborted.
   */
  async drain(limitMs: number): Promise<void> {
    this.#isOpen = false;
    const atRest = Promise.all([...this.#charges.values()].map((charge) => charge.windUp()));
    await atMost(this.#options.clock, limitMs, atRest);
    await this.close();
  }

  /** Lets go of every session at once, without ending any, and waits until nothing runs. */
  async close(): Promise<void> {
    this.#isOpen = false;
    for (const charge of this.#charges.values()) charge.letGo('left');
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  #pause(): void {
    for (const charge of this.#charges.values()) {
      if (charge.state !== 'paused') this.#counts.paused += 1;
      charge.pause();
    }
  }

  /** Some at a time: the heartbeat, and whatever else goes to the store, is not to wait behind all of them. */
  #resume(): void {
    const { lifeline, clock } = this.#options;
    const left = [...this.#charges.values()].filter(({ state }) => state === 'paused');
    const goOn = async (): Promise<void> => {
      for (let next = left.pop(); next && lifeline.isAlive(); next = left.pop()) {
        await atMost(clock, PACE_MS, next.resume());
      }
    };
    for (let turn = 0; turn < RESUMED_AT_ONCE; turn += 1) this.#track(goOn());
  }

  #over(charge: Charge, parting: Parting): void {
    const name = mapKeyOf(charge.lease);
    if (this.#charges.get(name) === charge) this.#charges.delete(name);
    if (parting === 'left') return;
    if (parting === 'stale') {
      this.#counts.fenced += 1;
      this.#log('a lease was refused', charge.lease);
    } else if (parting === 'rewound') {
      this.#finished.error += 1;
      this.#counts.rewound += 1;
    } else {
      this.#finished[parting] += 1;
    }
  }

  #count(lease: Lease): void {
    this.#counts[lease.epoch === 1 ? 'started' : 'takenOver'] += 1;
    if (lease.epoch > 1) this.#log('a session was taken over', lease);
  }

  #log(message: string, lease: Lease): void {
    this.#options.log.info({ session: sessionTag(lease), epoch: lease.epoch }, message);
  }

  #track(work: Promise<void>): void {
    const done = work.finally(() => this.#work.delete(done));
    this.#work.add(done);
  }
}
