import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { Outage } from '../outage.ts';
import { atMost } from './at-most.ts';
import type { Lifeline } from './lifeline.ts';
import type { SessionRunner } from './session-runner.ts';
import { mapKeyOf, type Running, type SessionStore } from './session-store.ts';

/** A survey is made anyway after this many leases without one. */
const LEASES_BETWEEN_SURVEYS = 3;

/** While others are silent, surveys are this part of a lease apart at least: they read every session that runs. */
const SHORTEST_GAP = 1 / 4;

/** How many sessions are claimed side by side. */
const CLAIMS_AT_ONCE = 8;

/**
 * How long the next claim waits for a claimed session to come to rest. Most wait for an answer and are at rest as soon
 * as they were run over: an instance takes on no more than it can do. One that has work to do holds up nobody.
 */
const PACE_MS = 100;

export interface TakeoverOptions {
  readonly store: Pick<SessionStore, 'claim' | 'survey' | 'runningOn'>;
  readonly runner: Pick<SessionRunner, 'take' | 'epochOf' | 'size' | 'isOpen'>;
  readonly lifeline: Pick<Lifeline, 'listen' | 'isAlive' | 'isSteady'>;
  /** This instance's own name. */
  readonly instance: string;
  readonly leaseMs: number;
  readonly clock: Clock;
  /** 0 to 1, without 1. */
  readonly random: () => number;
  readonly log: Log;
}

/**
 * Brings sessions that nobody runs into the hands of this instance: those of instances that are silent or have left,
 * and those that the store counts as its own but that it does not have, as the reply to a start or a claim was lost or
 * a record went back in time. Everything happens after a beat of its lifeline, one round at a time.
 */
export class Takeover {
  readonly #options: TakeoverOptions;
  readonly #outage: Outage;
  /** Claims without an answer, by name: they may have been carried out. */
  readonly #unanswered = new Map<string, Running>();
  /** Names and epochs of own sessions that were not in hand at the last look. */
  #missing = new Map<string, number>();
  #isInDoubt = false;
  #surveyedAt = Number.NEGATIVE_INFINITY;
  #round: Promise<void> | undefined;
  #closed = false;

  constructor(options: TakeoverOptions) {
    this.#options = options;
    this.#outage = new Outage(options.log, 'looking for sessions that nobody runs');
    options.lifeline.listen({ beat: ({ othersAreSilent }) => this.#afterBeat(othersAreSilent) });
  }

  /** Looks for own sessions that are not in hand, soon: a start has failed that may have been carried out. */
  lookForOwn(): void {
    this.#isInDoubt = true;
  }

  /** Claims nothing more, and waits for what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#round;
  }

  #afterBeat(othersAreSilent: boolean): void {
    if (this.#round || !this.#mayClaim()) return;
    this.#round = this.#goRound(othersAreSilent)
      .catch((thrown: unknown) => this.#outage.failed(thrown))
      .finally(() => {
        this.#round = undefined;
      });
  }

  async #goRound(othersAreSilent: boolean): Promise<void> {
    const isSteady = (): boolean => this.#options.lifeline.isSteady();
    if (isSteady()) {
      const found = new Map(this.#unanswered);
      if (this.#mustSurvey(othersAreSilent)) for (const one of await this.#survey()) found.set(mapKeyOf(one), one);
      await this.#claimAll([...found.values()], isSteady);
    }
    if (this.#isInDoubt || this.#missing.size > 0) await this.#lookAtOwn();
    if (this.#unanswered.size === 0) this.#outage.worked();
  }

  #mustSurvey(othersAreSilent: boolean): boolean {
    const { clock, leaseMs } = this.#options;
    const sinceMs = clock.monotonic() - this.#surveyedAt;
    return sinceMs >= leaseMs * (othersAreSilent ? SHORTEST_GAP : LEASES_BETWEEN_SURVEYS);
  }

  async #survey(): Promise<readonly Running[]> {
    const { store, runner, instance, leaseMs, clock } = this.#options;
    const startedAt = clock.monotonic();
    const { abandoned, own } = await store.survey(instance, leaseMs);
    this.#surveyedAt = startedAt;
    if (own > runner.size) this.#isInDoubt = true;
    return abandoned;
  }

  /** Claims own sessions that were not in hand at two looks running: a reply that is under way comes in between. */
  async #lookAtOwn(): Promise<void> {
    const { store, runner, instance } = this.#options;
    const running = await store.runningOn(instance);
    this.#isInDoubt = false;
    const missing = running.filter((one) => runner.epochOf(one) < one.epoch);
    const before = this.#missing;
    this.#missing = new Map(missing.map((one) => [mapKeyOf(one), one.epoch]));
    const astray = missing.filter((one) => before.get(mapKeyOf(one)) === one.epoch);
    for (const one of astray) this.#missing.delete(mapKeyOf(one));
    await this.#claimAll(astray, () => this.#options.lifeline.isAlive());
  }

  /** In an order of its own, so that instances that find the same sessions share the work. */
  async #claimAll(found: readonly Running[], mayGoOn: () => boolean): Promise<void> {
    const left = shuffled(found, this.#options.random);
    const claimOn = async (): Promise<void> => {
      for (let next = left.pop(); next && this.#mayClaim() && mayGoOn(); next = left.pop()) {
        if (!(await this.#claim(next))) return;
      }
    };
    await Promise.all(Array.from({ length: CLAIMS_AT_ONCE }, claimOn));
  }

  /** Gives whether there was an answer. One that may have been carried out is claimed again: it gives the same lease. */
  async #claim(running: Running): Promise<boolean> {
    const { store, runner, instance, clock } = this.#options;
    const name = mapKeyOf(running);
    try {
      const lease = await store.claim(running, running.epoch, instance);
      this.#unanswered.delete(name);
      if (lease) await atMost(clock, PACE_MS, runner.take(lease));
      return true;
    } catch (thrown) {
      this.#unanswered.set(name, running);
      this.#outage.failed(thrown);
      return false;
    }
  }

  #mayClaim(): boolean {
    return !this.#closed && this.#options.runner.isOpen;
  }
}

/** In random order, each as likely as any other (Fisher and Yates). */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}
