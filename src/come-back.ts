/** How long a caller waits at least who is told to come back, and how much longer at most. */
const LEAST_MS = 1000;
const SPREAD_MS = 2000;

/**
 * How long a caller should wait whom a server serves no more, or not yet, as it closes or is full: from 1000 to 3000 ms,
 * so that not all of them come back at once.
 *
 * @param random from 0 to below 1
 */
export function comeBackAfterMs(random: () => number): number {
  return LEAST_MS + Math.round(random() * SPREAD_MS);
}
