import type { Clock, Timer } from '../clock.ts';
import type { Log } from '../log.ts';
import { Outage } from '../outage.ts';
import type { Heartbeat, SessionStore } from './session-store.ts';

/** What there is to hear of an instance's own life. */
export interface LifelineListener {
  /** The lease is over: nothing may be written and no outside call begun or awaited until it is regained. */
  readonly lost?: () => void;
  /** A beat has given the lease back. Others may have taken sessions meanwhile. */
  readonly regained?: () => void;
  /** A beat has succeeded. */
  readonly beat?: (heartbeat: Heartbeat) => void;
}

/** Whether this instance may run sessions. */
export interface Aliveness {
  isAlive(): boolean;
  listen(listener: LifelineListener): void;
}

export interface LifelineOptions {
  readonly store: Pick<SessionStore, 'heartbeat' | 'retire'>;
  /** This instance's own name, which no other has and none had. */
  readonly instance: string;
  /** How often to beat; at most half of the lease. */
  readonly heartbeatMs: number;
  /** How long others take this instance for alive after a beat. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Says to the store, again and again, that this instance is alive, and knows until when others believe it. The lease is
 * counted from when a beat was sent, on this machine's monotonic clock, so that it is over here before it is over there.
 * A process that was frozen finds itself dead at the first look, before any timer has fired.
 */
export class Lifeline implements Aliveness {
  readonly #options: LifelineOptions;
  readonly #outage: Outage;
  readonly #listeners: LifelineListener[] = [];
  #validUntil = Number.NEGATIVE_INFINITY;
  /** When the last beat that succeeded was answered. */
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** When the first of an unbroken row of beats was sent. */
  #steadySince = Number.POSITIVE_INFINITY;
  #isLost = true;
  #beating: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #nextBeat: Timer | undefined;
  #lapse: Timer | undefined;

  constructor(options: LifelineOptions) {
    this.#options = options;
    this.#outage = new Outage(options.log, 'the heartbeat');
  }

  /** Begins to beat. Resolves after the first beat, whether it succeeded or not. */
  async start(): Promise<void> {
    this.#beat();
    await this.#beating;
  }

  listen(listener: LifelineListener): void {
    this.#listeners.push(listener);
  }

  /** Whether the lease holds. Whoever finds first that it is over has everybody told before the answer. */
  isAlive(): boolean {
    if (this.#options.clock.monotonic() < this.#validUntil) return true;
    if (!this.#isLost) {
      this.#isLost = true;
      this.#steadySince = Number.POSITIVE_INFINITY;
      if (!this.#stopping) this.#options.log.warn({}, 'the lease of this instance is over: its sessions are paused');
      for (const { lost } of this.#listeners) lost?.();
    }
    return false;
  }

  /**
   * Whether its beats have succeeded, and were known to the store, for one whole lease without a break. Only then are
   * others really silent: after an outage of all, each finds the others silent at first.
   */
  isSteady(): boolean {
    const { clock, leaseMs } = this.#options;
    return this.isAlive() && clock.monotonic() - this.#steadySince >= leaseMs;
  }

  /** Beats no more, and tells the store that this instance is gone: others may claim its sessions at once. */
  async stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#nextBeat?.cancel();
    this.#lapse?.cancel();
    await this.#beating;
    this.#validUntil = Number.NEGATIVE_INFINITY;
    this.isAlive();
    try {
      await this.#options.store.retire(this.#options.instance);
    } catch (thrown) {
      // They find it out by its silence then.
      this.#outage.failed(thrown);
    }
  }

  #beat(): void {
    this.#beating = this.#beatOnce().finally(() => {
      this.#beating = undefined;
    });
  }

  async #beatOnce(): Promise<void> {
    const { store, instance, heartbeatMs, leaseMs, clock } = this.#options;
    // Told before the reply could hide that it was over.
    this.isAlive();
    const sentAt = clock.monotonic();
    try {
      const heartbeat = await store.heartbeat(instance, leaseMs);
      this.#outage.worked();
      if (!this.#stopping) this.#renew(sentAt, heartbeat);
    } catch (thrown) {
      this.#steadySince = Number.POSITIVE_INFINITY;
      this.#outage.failed(thrown);
    }
    if (this.#stopping) return;
    const spentMs = clock.monotonic() - sentAt;
    this.#nextBeat = clock.after(Math.max(0, heartbeatMs - spentMs), () => this.#beat());
  }

  #renew(sentAt: number, heartbeat: Heartbeat): void {
    const { clock, leaseMs } = this.#options;
    const now = clock.monotonic();
    // An outage that this beat just outlasted may have silenced the others, who are not dead for that.
    const isPrompt = now - this.#answeredAt <= leaseMs / 2;
    this.#answeredAt = now;
    const isUnbroken = this.isAlive() && heartbeat.known && isPrompt;
    this.#steadySince = isUnbroken ? Math.min(this.#steadySince, sentAt) : sentAt;
    this.#validUntil = sentAt + leaseMs;
    this.#lapse?.cancel();
    const leftMs = this.#validUntil - clock.monotonic();
    if (leftMs <= 0) return;
    this.#lapse = clock.after(leftMs, () => this.isAlive());
    if (this.#isLost) {
      this.#isLost = false;
      for (const { regained } of this.#listeners) regained?.();
    }
    for (const { beat } of this.#listeners) beat?.(heartbeat);
  }
}
