import type { Clock } from '../../clock.ts';

/** What `work` comes to; an abort is not waited out: it rejects with the signal's reason at once. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, broken]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Lets `delayMs` pass, nothing where it is not above 0. Rejects with the reason of an aborted signal, at once. */
export async function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (delayMs <= 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(delayMs, resolve);
  try {
    await abortable(promise, signal);
  } finally {
    timer.cancel();
  }
}
