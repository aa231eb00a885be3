import type { Clock, Timer } from '../clock.ts';

/**
 * A signal that aborts when what a caller showed holds no more: at `expiresAt`, in milliseconds since the Unix epoch, or
 * never where that is null. Nothing is left of it when the response is over, which `over` says.
 */
export function expiryOf(
  expiresAt: number | null,
  { clock, over }: { readonly clock: Clock; readonly over: AbortSignal },
): AbortSignal {
  const expiry = new AbortController();
  if (expiresAt === null || over.aborted) return expiry.signal;
  // A timer may come early: no delay is longer than 2^31 ms, and the clock of the day may have been set back.
  const wait = (): Timer =>
    clock.after(expiresAt - clock.now(), () => {
      if (clock.now() >= expiresAt) expiry.abort();
      else timer = wait();
    });
  let timer = wait();
  over.addEventListener('abort', () => timer.cancel(), { once: true });
  return expiry.signal;
}
