import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../clock.ts';
import { SessionFailure } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { Outage } from '../../outage.ts';

/** All in milliseconds. */
interface KeySetTimes {
  /** How long the key set may take to come. */
  readonly timeoutMs: number;
  /** How long after it came it is not asked for again, whatever keys tokens name. */
  readonly cooldownMs: number;
  /** How long it is believed. */
  readonly maxAgeMs: number;
  /** How long after a failure it is not asked for again. */
  readonly awayMs: number;
}

const TIMES: KeySetTimes = { timeoutMs: 5000, cooldownMs: 30_000, maxAgeMs: 600_000, awayMs: 2000 };

interface KeySetOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly times?: Partial<KeySetTimes>;
}

/** What says something about a token; whatever else fails says something about the key set. */
const ABOUT_THE_TOKEN = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/**
 * The keys at an address. They are fetched when the first token comes, when they are too old, and when a token names one
 * that is not among them: keys may change at any time. Rejects with SessionFailure unavailable while they cannot be had.
 */
export function createKeySet({ url, clock, log, times = {} }: KeySetOptions): JWTVerifyGetKey {
  const { timeoutMs, cooldownMs, maxAgeMs, awayMs } = { ...TIMES, ...times };
  const outage = new Outage(log, 'the key set of AUTH_JWKS_URL');
  let awayUntil = Number.NEGATIVE_INFINITY;
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: maxAgeMs,
    async [customFetch](address, options) {
      // Otherwise anybody could have it asked with every token that they make up.
      if (clock.monotonic() < awayUntil) throw new DOMException('it was away just now', 'NetworkError');
      const response = await fetch(address, options);
      if (response.ok) outage.worked();
      return response;
    },
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (ABOUT_THE_TOKEN.some((kind) => error instanceof kind)) throw error;
      const now = clock.monotonic();
      if (now >= awayUntil) awayUntil = now + awayMs;
      outage.failed(error);
      throw new SessionFailure('unavailable', { retryAfterMs: awayMs }, { cause: error });
    }
  };
}
