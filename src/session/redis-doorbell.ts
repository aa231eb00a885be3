import { RedisPubSub } from 'graphql-redis-subscriptions';
import type { Redis } from 'ioredis';
import type { Clock, Timer } from '../clock.ts';
import { causeOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { failureOf } from '../redis/failure.ts';

export interface RedisDoorbellOptions {
  readonly redis: RedisConnection;
  readonly channel: string;
  /** Hears every message as JSON made of it; one that is no JSON comes as a string. */
  readonly onMessage: (message: unknown) => void;
  /** Hears that messages may have been lost: the link was cut and stands again. */
  readonly onReopened: () => void;
  /** How often an idle link is asked whether it still stands. */
  readonly pingMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 2000;

/** Subscribes, and resolves when Redis has said so. Rejects with SessionFailure `unavailable`. */
export async function openDoorbell(options: RedisDoorbellOptions): Promise<RedisDoorbell> {
  const doorbell = new RedisDoorbell(options);
  try {
    await doorbell.open();
    return doorbell;
  } catch (thrown) {
    doorbell.close();
    throw failureOf(thrown, 'subscribe');
  }
}

/**
 * The one channel that an instance is rung on. It carries no event, so a message may be lost: one that comes in the same
 * piece as the acknowledgement of SUBSCRIBE is, and so is what is said while the link is cut. A link that was cut is
 * replaced by a new one, never revived, and then everybody is rung once.
 */
export class RedisDoorbell {
  readonly #options: RedisDoorbellOptions;
  #subscriber: Redis | undefined;
  #timer: Timer | undefined;
  #delayMs = FIRST_DELAY_MS;
  #closed = false;

  /** See openDoorbell. */
  constructor(options: RedisDoorbellOptions) {
    this.#options = options;
  }

  /** Resolves when messages are heard. */
  async open(): Promise<void> {
    const { redis, channel, onMessage } = this.#options;
    const subscriber = redis.openSubscriber();
    this.#subscriber = subscriber;
    try {
      await subscriber.connect();
      // Both clients are handed in: it would make its own, with other settings, and log whole errors.
      const pubSub = new RedisPubSub({ publisher: redis.client, subscriber });
      // A failure to subscribe rejects a promise inside that nobody would handle: a second one who waits for it does.
      await Promise.all([pubSub.subscribe(channel, onMessage), pubSub.subscribe(channel, () => {})]);
    } catch (thrown) {
      subscriber.disconnect();
      throw thrown;
    }
    this.#stands(subscriber);
  }

  /** Ends the link; nothing is heard any more. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#subscriber?.disconnect();
  }

  #stands(subscriber: Redis): void {
    this.#delayMs = FIRST_DELAY_MS;
    if (this.#closed) return subscriber.disconnect();
    subscriber.once('end', () => this.#fell());
    // It may have fallen before anyone listened.
    if (subscriber.status === 'end') return this.#fell();
    return this.#pingLater(subscriber);
  }

  #fell(): void {
    this.#timer?.cancel();
    if (this.#closed) return;
    this.#options.log.warn({}, 'the doorbell link to Redis is cut; changes are looked for meanwhile');
    this.#reopenLater();
  }

  #reopenLater(): void {
    this.#timer = this.#options.clock.after(this.#delayMs, () => void this.#reopen());
    this.#delayMs = Math.min(2 * this.#delayMs, LONGEST_DELAY_MS);
  }

  async #reopen(): Promise<void> {
    const { log, onReopened } = this.#options;
    try {
      await this.open();
      log.info({}, 'the doorbell link to Redis stands again');
      onReopened();
    } catch (thrown) {
      log.debug({ cause: causeOf(thrown) }, 'the doorbell link to Redis could not be made');
      if (!this.#closed) this.#reopenLater();
    }
  }

  /** An idle subscriber does not notice a dead link. */
  #pingLater(subscriber: Redis): void {
    this.#timer = this.#options.clock.after(this.#options.pingMs, () => void this.#ping(subscriber));
  }

  async #ping(subscriber: Redis): Promise<void> {
    try {
      await subscriber.ping();
      if (!this.#closed && subscriber.status === 'ready') this.#pingLater(subscriber);
    } catch {
      subscriber.disconnect();
    }
  }
}
