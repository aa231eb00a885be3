import type { Clock, Timer } from '../../src/clock.ts';
import { SessionFailure } from '../../src/errors.ts';
import type { RunContext } from '../../src/pipeline/run-context.ts';
import type { MatchResultsBody } from '../../src/protocol.ts';
import { Lifeline } from '../../src/session/lifeline.ts';
import { SessionRunner } from '../../src/session/session-runner.ts';
import type { SessionStore } from '../../src/session/session-store.ts';
import { Takeover } from '../../src/session/takeover.ts';
import { type ManualClock, settle } from './manual-clock.ts';
import { RecordingLog } from './recording-log.ts';

export const HEARTBEAT_MS = 2000;
export const LEASE_MS = 10_000;
export const TIMEOUT_MS = 60_000;

type Verb = Exclude<keyof SessionStore, 'description'>;

/** What stands between one instance and everything around it: its store and its timers. */
class Link {
  /** Every verb is refused, and nothing is carried out. */
  isAway = false;
  /** The next call of this verb is carried out and then refused. */
  losesReplyTo: Verb | undefined;
  /** How many calls have got to the store. */
  readonly calls = new Map<Verb, number>();
  #isDead = false;
  #thawed: PromiseWithResolvers<void> | undefined;

  /** Nothing comes back any more, ever: no reply, no ring, no timer. */
  kill(): void {
    this.#isDead = true;
  }

  /** Timers and rings wait until `thaw`, as in a process that is stopped. What it is given then comes before them. */
  freeze(): void {
    this.#thawed = Promise.withResolvers();
  }

  thaw(): void {
    this.#thawed?.resolve();
    this.#thawed = undefined;
  }

  async whenAwake(callback: () => void): Promise<void> {
    await this.#thawed?.promise;
    if (!this.#isDead) callback();
  }

  over(store: SessionStore): SessionStore {
    return new Proxy(store, {
      get: (target, name: Verb | 'description') => {
        if (name === 'description') return target.description;
        const works = target[name].bind(target) as (...given: unknown[]) => Promise<unknown>;
        return (...given: unknown[]) => this.#call(name, works, given);
      },
    });
  }

  /** A method: it may have changed during any await. */
  #hasDied(): boolean {
    return this.#isDead;
  }

  async #call(verb: Verb, works: (...given: unknown[]) => Promise<unknown>, given: unknown[]): Promise<unknown> {
    if (this.#isDead) return new Promise(() => {});
    if (this.isAway) throw new SessionFailure('unavailable');
    this.calls.set(verb, (this.calls.get(verb) ?? 0) + 1);
    const sent = given.map((one) => (typeof one === 'function' ? () => void this.whenAwake(one as () => void) : one));
    const reply = await works(...sent);
    if (this.#hasDied()) return new Promise(() => {});
    if (this.losesReplyTo !== verb) return reply;
    this.losesReplyTo = undefined;
    throw new SessionFailure('unavailable');
  }
}

/** The clock of one instance: the time is everybody's, its timers are its own. */
class InstanceClock implements Clock {
  readonly #clock: Clock;
  readonly #link: Link;

  constructor(clock: Clock, link: Link) {
    this.#clock = clock;
    this.#link = link;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#clock.after(delayMs, () => void this.#link.whenAwake(callback));
  }
}

/** An instance without HTTP, over a store that it shares with others. It can be killed, frozen, and cut off. */
export class TestInstance {
  readonly name: string;
  readonly link = new Link();
  readonly log = new RecordingLog();
  readonly store: SessionStore;
  readonly lifeline: Lifeline;
  readonly runner: SessionRunner;
  readonly takeover: Takeover;

  constructor(using: {
    readonly name: string;
    readonly store: SessionStore;
    readonly clock: ManualClock;
    readonly run: (context: RunContext) => Promise<MatchResultsBody>;
  }) {
    const { name: instance, run } = using;
    const { log } = this;
    const clock = new InstanceClock(using.clock, this.link);
    const store = this.link.over(using.store);
    this.name = instance;
    this.store = store;
    this.lifeline = new Lifeline({ store, instance, heartbeatMs: HEARTBEAT_MS, leaseMs: LEASE_MS, clock, log });
    const { lifeline } = this;
    const pipeline = { admit: async () => {}, run };
    this.runner = new SessionRunner({ store, pipeline, lifeline, clock, log, interactionTimeoutMs: TIMEOUT_MS });
    const { runner } = this;
    this.takeover = new Takeover({ store, runner, lifeline, instance, leaseMs: LEASE_MS, clock, random: half, log });
  }

  async start(): Promise<this> {
    await this.lifeline.start();
    return this;
  }

  /** Starts a session here. */
  async begin(sessionId: string, start: Omit<Parameters<SessionStore['start']>[1], 'instance'>): Promise<void> {
    const started = await this.store.start({ account: 'demo', sessionId }, { ...start, instance: this.name });
    if (started.outcome !== 'started') throw new Error(`expected a start, got ${started.outcome}`);
    void this.runner.take(started.lease);
    await settle();
  }

  /** As a process does that is told to stop. */
  async leave(): Promise<void> {
    await this.runner.drain(0);
    await this.lifeline.stop();
    await this.takeover.close();
  }
}

function half(): number {
  return 0.5;
}
