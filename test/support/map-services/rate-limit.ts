import type { Rate } from './provider.ts';

/**
 * What the way to a provider may bring closer together: requests that leave exactly as far apart as they must still get
 * an answer.
 */
const JITTER_MS = 50;

/** The limit that is told of where a provider has none of its own. */
const ANY_RATE: Rate = { name: 'any', requests: 60, windowMs: 60_000 };

/** The provider's own limit: so many requests in any sliding window, whoever asks. */
export class RateLimiter {
  readonly #answered = new Map<string, number[]>();

  /** Milliseconds until there is room again; null: there is, and the request counts. */
  exceededForMs(rate: Rate, nowMs: number): number | null {
    const since = nowMs - rate.windowMs + JITTER_MS;
    const recent = (this.#answered.get(rate.name) ?? []).filter((at) => at > since);
    this.#answered.set(rate.name, recent);
    const [first = nowMs] = recent;
    if (recent.length >= rate.requests) return first - since;
    recent.push(nowMs);
    return null;
  }
}

/** As Mapbox says it: the interval in seconds, the limit, and when there is room again in whole epoch seconds. */
export function rateHeaders(rate: Rate | null, resetAtMs: number): Readonly<Record<string, string>> {
  const { windowMs, requests } = rate ?? ANY_RATE;
  return {
    'x-rate-limit-interval': String(windowMs / 1000),
    'x-rate-limit-limit': String(requests),
    'x-rate-limit-reset': String(Math.ceil(resetAtMs / 1000)),
  };
}
