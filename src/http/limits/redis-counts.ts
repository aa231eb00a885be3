import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { Outage } from '../../outage.ts';
import type { RedisConnection } from '../../redis/connection.ts';
import { readScript, type RedisScript, runScript } from '../../redis/script.ts';

/** How long nothing is counted in Redis after a failure there: no request waits for a Redis that was just found away. */
const AWAY_MS = 1000;

interface RedisCountsOptions {
  readonly redis: Pick<RedisConnection, 'send' | 'client'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * What RateLimiterRedis takes for a client of Redis: all that it asks of one to count a call. Commands go through
 * RedisConnection, which gives them their time and takes what was sent out of their failures; of one whose reply was
 * lost, both calls count.
 */
export class RedisCounts {
  readonly #options: RedisCountsOptions;
  readonly #spend: RedisScript = readScript('spend', [new URL('spend.lua', import.meta.url)]);
  readonly #outage: Outage;
  #awayUntil = Number.NEGATIVE_INFINITY;

  /** Reads the script's file: it is missing when this throws. */
  constructor(options: RedisCountsOptions) {
    this.#options = options;
    this.#outage = new Outage(options.log, 'counting calls in Redis');
  }

  /** The library counts by itself, without a try, while this is not `ready`. */
  get status(): string {
    const { redis, clock } = this.#options;
    return clock.monotonic() < this.#awayUntil ? 'away' : redis.client.status;
  }

  /** Under this name the library runs its script; the arguments after the third are not ours. */
  async rlflxIncr([key = '', calls = '', seconds = '']: readonly string[]): Promise<unknown> {
    const { redis, clock } = this.#options;
    try {
      const reply = await runScript(redis, this.#spend, { keys: [key], args: [calls, seconds] });
      this.#outage.worked();
      return reply;
    } catch (failed) {
      this.#awayUntil = clock.monotonic() + AWAY_MS;
      this.#outage.failed(failed);
      throw failed;
    }
  }
}
