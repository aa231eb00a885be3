/** Time as the client sees it. Its timers keep a process alive, so that a program waits for what it asked for. */
export interface ClientClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls back once, after `delayMs`; the function that it returns cancels that. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Timers take a 32-bit delay; a longer one would fire at once. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** The machine's own clock, of Node and of browsers. */
export const systemClock: ClientClock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), LONGEST_DELAY_MS));
    return () => clearTimeout(timer);
  },
};

/** Settles as `work` does, or rejects with the signal's reason as soon as it aborts; then `work` is left to itself. */
export async function orAborted<T>(work: T | PromiseLike<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Waits. Rejects with the signal's reason when it aborts, and leaves no timer behind. */
export async function sleep(clock: ClientClock, delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(delayMs, resolve);
  try {
    await orAborted(over, signal);
  } finally {
    cancel();
  }
}
