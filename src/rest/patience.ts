import type { Clock } from '../clock.ts';
import { SessionFailure } from '../errors.ts';

/** How often, and how long, a store that is away is asked again. */
const AGAIN_AFTER_MS = 500;
const PATIENCE_MS = 10_000;

/**
 * What `ask` resolves with, asked again while it says `unavailable`: a browser's EventSource takes any answer but a
 * stream as the end. Rejects as `ask` does at last, or as soon as a signal aborts.
 */
export async function askPatiently<T>(
  ask: () => Promise<T>,
  clock: Clock,
  signals: readonly AbortSignal[],
): Promise<T> {
  const until = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isAway = error instanceof SessionFailure && error.code === 'unavailable';
      const isLate = clock.monotonic() + AGAIN_AFTER_MS > until;
      if (!isAway || isLate || signals.some(({ aborted }) => aborted)) throw error;
      await pause(clock, signals);
    }
  }
}

/** Ends early when a signal aborts. */
async function pause(clock: Clock, signals: readonly AbortSignal[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  const timer = clock.after(AGAIN_AFTER_MS, end);
  for (const signal of signals) signal.addEventListener('abort', end);
  await promise;
  timer.cancel();
  for (const signal of signals) signal.removeEventListener('abort', end);
}
