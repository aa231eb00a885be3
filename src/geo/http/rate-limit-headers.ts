/** The least and the most time that a service is left alone after a 429, whatever it says. */
const SHORTEST_HOLD_MS = 250;
const LONGEST_HOLD_MS = 60_000;
/** Where it does not say. */
const USUAL_HOLD_MS = 1000;

/**
 * How long a 429 asks to be left alone, in ms from 250 to 60,000: until `X-Rate-Limit-Reset` (seconds since the epoch,
 * as Mapbox says it), else as `Retry-After` has it (seconds or a date, RFC 9110, section 10.2.3), else 1,000. `now` is in
 * ms since the epoch.
 */
export function holdMsOf(headers: Headers, now: number): number {
  const holdMs = untilReset(headers, now) ?? retryAfter(headers, now) ?? USUAL_HOLD_MS;
  return Math.min(Math.max(holdMs, SHORTEST_HOLD_MS), LONGEST_HOLD_MS);
}

function untilReset(headers: Headers, now: number): number | null {
  const seconds = secondsOf(headers.get('x-rate-limit-reset'));
  return seconds === null ? null : seconds * 1000 - now;
}

function retryAfter(headers: Headers, now: number): number | null {
  const text = headers.get('retry-after');
  const seconds = secondsOf(text);
  if (seconds !== null) return seconds * 1000;
  const date = Date.parse(text ?? '');
  return Number.isNaN(date) ? null : date - now;
}

function secondsOf(text: string | null): number | null {
  return text !== null && /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : null;
}
