import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwksCache,
  type JWKSCacheInput,
  type JWTVerifyGetKey,
} from 'jose';
import type { Clock } from '../../clock.ts';
import { SessionFailure } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { Outage } from '../../outage.ts';
import { readKeySet } from './read-key-set.ts';

/** All in milliseconds. */
interface KeySetTimes {
  /** How long the key set may take to come. */
  readonly timeoutMs: number;
  /** How long after it came it is not asked for again, whatever keys tokens name. */
  readonly cooldownMs: number;
  /** How long after it came it is asked for again. */
  readonly maxAgeMs: number;
  /** How long after they came its keys are believed while it cannot be had. */
  readonly staleMs: number;
  /** How long after a failure it is not asked for again. */
  readonly awayMs: number;
}

const TIMES: KeySetTimes = {
  timeoutMs: 5000,
  cooldownMs: 30_000,
  maxAgeMs: 600_000,
  staleMs: 3_600_000,
  awayMs: 2000,
};

interface KeySetOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly times?: Partial<KeySetTimes>;
}

type Key = Awaited<ReturnType<JWTVerifyGetKey>>;

/** Says something about the key set; whatever else is thrown says something about a token, or the key that it names. */
class KeySetAway extends Error {
  override readonly name = 'KeySetAway';
}

/**
 * The keys at an address. They are fetched when the first token comes, when they are too old, and when a token names one
 * that is not among them: keys may change at any time. While they cannot be had, those that came last are believed for
 * `staleMs`, and nobody waits for others. Rejects with SessionFailure unavailable where there are none to go by.
 */
export function createKeySet(options: KeySetOptions): JWTVerifyGetKey {
  const keys = new KeySet(options);
  return async (header, token) => keys.keyOf(header, token);
}

class KeySet {
  readonly #clock: Clock;
  readonly #times: KeySetTimes;
  readonly #outage: Outage;
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  /** What came last, and when by the clock of the machine; by the library. */
  readonly #fetched: JWKSCacheInput = {};
  #last: { readonly keys: JWTVerifyGetKey; readonly uat: number; readonly cameAt: number } | null = null;
  #awayUntil = Number.NEGATIVE_INFINITY;

  constructor({ url, clock, log, times = {} }: KeySetOptions) {
    this.#clock = clock;
    this.#times = { ...TIMES, ...times };
    this.#outage = new Outage(log, 'the key set of AUTH_JWKS_URL');
    this.#remote = createRemoteJWKSet(new URL(url), {
      timeoutDuration: this.#times.timeoutMs,
      cooldownDuration: this.#times.cooldownMs,
      cacheMaxAge: this.#times.maxAgeMs,
      [jwksCache]: this.#fetched,
      [customFetch]: async (address, request) => {
        // Otherwise anybody could have it asked with every token that they make up.
        if (clock.monotonic() < this.#awayUntil) throw new KeySetAway('it was away just now');
        try {
          return await readKeySet(await fetch(address, request));
        } catch (cause) {
          throw new KeySetAway('it could not be had', { cause });
        }
      },
    });
  }

  async keyOf(...[header, token]: Parameters<JWTVerifyGetKey>): Promise<Key> {
    if (this.#outage.isFailing) {
      void this.#renew();
      const key = await this.#believed(header, token);
      if (key) return key;
    }
    try {
      return await this.#remote(header, token);
    } catch (error) {
      if (!(error instanceof KeySetAway)) throw error;
      this.#failed(error);
      const key = await this.#believed(header, token);
      if (key) return key;
      throw new SessionFailure('unavailable', { retryAfterMs: this.#times.awayMs }, { cause: error });
    } finally {
      this.#lookWhetherCame();
    }
  }

  async #renew(): Promise<void> {
    try {
      await this.#remote.reload();
      this.#lookWhetherCame();
    } catch (error) {
      this.#failed(error);
    }
  }

  #lookWhetherCame(): void {
    const { jwks, uat } = this.#fetched;
    if (!uat || uat === this.#last?.uat) return;
    this.#last = { keys: createLocalJWKSet(jwks), uat, cameAt: this.#clock.monotonic() };
    this.#outage.worked();
  }

  #failed(error: unknown): void {
    const now = this.#clock.monotonic();
    if (now >= this.#awayUntil) this.#awayUntil = now + this.#times.awayMs;
    this.#outage.failed(error);
  }

  /** A key of those that came last; null where they are too old, or it is not among them. */
  async #believed(...[header, token]: Parameters<JWTVerifyGetKey>): Promise<Key | null> {
    if (this.#last === null || this.#clock.monotonic() - this.#last.cameAt > this.#times.staleMs) return null;
    try {
      return await this.#last.keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null;
      throw error;
    }
  }
}
