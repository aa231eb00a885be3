import type { ServerResponse } from 'node:http';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { RATE_KINDS, type RateKind } from '../caller.ts';
import type { Clock } from '../clock.ts';
import type { LimitsConfig } from '../config.ts';
import { SessionFailure } from '../errors.ts';
import type { Log } from '../log.ts';
import type { RedisConnection } from '../redis/connection.ts';
import { type CountedCaller, nameOfCaller } from './limits/counted-caller.ts';
import { sayRate } from './limits/rate-limit-fields.ts';
import { RedisCounts } from './limits/redis-counts.ts';

export type { CountedCaller } from './limits/counted-caller.ts';

/** How many calls of each kind a caller may make in a minute. */
export interface CallerLimits {
  /**
   * Counts one call, and says on the response, unless its head was sent, what is left. Rejects with SessionFailure
   * rate_limited where nothing is, with retryAfterMs; a call that was refused makes nobody wait for longer.
   */
  spend(kind: RateKind, who: CountedCaller, res: ServerResponse): Promise<void>;
}

export interface CallerLimitsOptions {
  readonly limits: Pick<LimitsConfig, 'startsPerMinute' | 'responsesPerMinute' | 'readsPerMinute'>;
  /** Where all instances count together; it is not closed here. Null: this instance counts alone. */
  readonly redis: Pick<RedisConnection, 'send' | 'client'> | null;
  /** Before every key; without braces. */
  readonly keyPrefix: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Whole seconds that the limits are for. Default: 60. */
  readonly windowSeconds?: number;
}

const MINUTE_SECONDS = 60;

/**
 * Limits over all instances on a Redis, or on a cluster. Calls are counted in windows, of which each begins with a
 * caller's first call: in any minute that lies over two of them, a caller may get twice the limit. While Redis does not
 * answer, calls are counted by this instance alone, from none.
 */
export function createCallerLimits(options: CallerLimitsOptions): CallerLimits {
  const { redis, limits, windowSeconds = MINUTE_SECONDS } = options;
  const quotas: Readonly<Record<RateKind, number>> = {
    starts: limits.startsPerMinute,
    responses: limits.responsesPerMinute,
    reads: limits.readsPerMinute,
  };
  const counts = redis && new RedisCounts({ ...options, redis });
  const limiters = new Map(
    RATE_KINDS.map((kind) => [kind, limiterOf({ counts, kind, quota: quotas[kind], windowSeconds, ...options })]),
  );
  return {
    async spend(kind, who, res) {
      const { isWithin, remainingPoints, msBeforeNext } = await consume(limiters.get(kind), nameOfCaller(who));
      const resetMs = Math.max(1, msBeforeNext);
      sayRate(res, kind, { quota: quotas[kind], windowSeconds, remaining: remainingPoints, resetMs });
      if (!isWithin) throw new SessionFailure('rate_limited', { retryAfterMs: resetMs });
    },
  };
}

function limiterOf(given: {
  readonly counts: RedisCounts | null;
  readonly kind: RateKind;
  readonly quota: number;
  readonly keyPrefix: string;
  readonly windowSeconds: number;
}): RateLimiterAbstract {
  const { counts, kind, quota: points, windowSeconds: duration } = given;
  // The library puts a colon between this and the caller's name.
  const settings = { points, duration, keyPrefix: `${given.keyPrefix}rate:${kind}` };
  const alone = new RateLimiterMemory(settings);
  if (counts === null) return alone;
  return new RateLimiterRedis({
    ...settings,
    storeClient: counts,
    rejectIfRedisNotReady: true,
    insuranceLimiter: alone,
  });
}

/** The library says by what it throws that a call was one too many. */
async function consume(
  limiter: RateLimiterAbstract | undefined,
  name: string,
): Promise<{ readonly isWithin: boolean; readonly remainingPoints: number; readonly msBeforeNext: number }> {
  if (limiter === undefined) throw new TypeError('there is a limiter for every kind');
  const state = await limiter.consume(name).then(
    (within) => ({ isWithin: true, within }),
    (thrown: unknown) => {
      if (thrown instanceof RateLimiterRes) return { isWithin: false, within: thrown };
      throw thrown;
    },
  );
  const { remainingPoints, msBeforeNext } = state.within;
  return { isWithin: state.isWithin, remainingPoints, msBeforeNext };
}
