import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { ScriptCall } from '../redis/script.ts';
import { openDoorbell, type RedisDoorbell } from './redis-doorbell.ts';
import type { RedisKeys, SessionName } from './redis-keys.ts';
import { RedisLook } from './redis-look.ts';
import { lastIn } from './redis-reply.ts';
import type { RedisScripts, SessionScript } from './redis-script.ts';
import { type Change, changeOf, RedisWatchers } from './redis-watchers.ts';
import type { StopWatching } from './session-store.ts';

export interface RedisRingsOptions {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  readonly scripts: RedisScripts;
  /** This instance's own name. */
  readonly instance: string;
  /** How often to look for changes that no ring came for. */
  readonly logPollMs: number;
  /** How long changes are kept. Default: not known. */
  readonly retentionMs?: number | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** What came over the doorbell, and what did not; for operators. */
export interface RedisRingCounts {
  /** Rings that came over the doorbell channel. */
  readonly rings: number;
  /** Changes that only the look without a doorbell found. */
  readonly ringsCaughtByLook: number;
  /** How often the doorbell link was cut and made anew. */
  readonly doorbellReopened: number;
  /** Messages on the doorbell channel that are none of ours. */
  readonly oddMessages: number;
}

/**
 * Rings who watches a session in this process, whoever changed it: after a change that was made here at once, after one
 * of another instance by the doorbell, and by the look where no bell rang. It begins to look when it is made, and to hear
 * the doorbell when it is opened. Verbs reject as those of RedisSessionStore.
 */
export class RedisRings {
  readonly #options: RedisRingsOptions;
  readonly #watchers = new RedisWatchers();
  readonly #look: RedisLook;
  readonly #counts = { rings: 0, doorbellReopened: 0, oddMessages: 0 };
  #doorbell: RedisDoorbell | undefined;

  constructor(options: RedisRingsOptions) {
    this.#options = options;
    this.#look = new RedisLook({
      ...options,
      watchers: this.#watchers,
      everyMs: options.logPollMs,
      keptMs: options.retentionMs,
      onCaught: ({ session }) => this.#watchAgain(session),
    });
  }

  get counts(): RedisRingCounts {
    return { ...this.#counts, ringsCaughtByLook: this.#look.caught };
  }

  /** How many watches there are. */
  get size(): number {
    return this.#watchers.size;
  }

  /** Begins to hear the doorbell; once. */
  async open(): Promise<void> {
    const { keys, instance, logPollMs } = this.#options;
    this.#doorbell = await openDoorbell({
      ...this.#options,
      channel: keys.bell(instance),
      onMessage: (message) => this.#hear(message),
      onReopened: () => {
        this.#counts.doorbellReopened += 1;
        this.#watchers.ringAll();
      },
      pingMs: logPollMs,
    });
  }

  /** See SessionStore.watch. */
  async watch(name: SessionName, ring: () => void): Promise<StopWatching> {
    const { scripts, clock } = this.#options;
    const stop = this.#watchers.add(name, ring);
    try {
      const reply = await scripts.onSession('watch', name, []);
      const [change, last, keptMs] = reply as readonly [string, number, number];
      const forgottenAt = keptMs < 0 ? Number.POSITIVE_INFINITY : clock.monotonic() + keptMs;
      this.#watchers.begun(name, { change, last, forgottenAt });
      return stop;
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** Runs a script that changes a session, and rings who watches it here: Redis rings only the other instances. */
  async runAndRing(script: SessionScript, name: SessionName, args: ScriptCall['args']): Promise<unknown> {
    try {
      const reply = await this.#options.scripts.onSession(script, name, args);
      const last = lastIn(reply as readonly unknown[]);
      if (last !== undefined) this.#watchers.ring(name, last);
      return reply;
    } catch (error) {
      // It may have been carried out.
      this.#watchers.ring(name);
      throw error;
    }
  }

  /** Rings for a change whose script does not say that it made one, unless it was rung for before. */
  ringOnce(change: Change): void {
    this.#watchers.ringOnce(change);
  }

  /** Rings nobody any more. */
  close(): void {
    this.#look.close();
    this.#watchers.clear();
    this.#doorbell?.close();
  }

  #hear(message: unknown): void {
    const change = changeOf(message);
    if (!change) {
      this.#counts.oddMessages += 1;
      return;
    }
    this.#counts.rings += 1;
    if (this.#watchers.isWatched(change.session)) this.#watchers.ring(change.session, change.last);
    // Rung for nothing: nobody here watches it any more. Where this fails, it is said again at the next ring.
    else
      this.#options.scripts
        .onSession('unwatch', change.session, [])
        .then(() => this.#watchAgain(change.session))
        .catch(() => {});
  }

  /** Makes a watch known once more: where no bell rang, Redis may have lost it, or an unwatch have overtaken it. */
  #watchAgain(name: SessionName): void {
    if (this.#watchers.isWatched(name)) this.#options.scripts.onSession('watch', name, []).catch(() => {});
  }
}
