import type { Clock } from '../clock.ts';

/** Resolves when the work has settled, either way, or after `limitMs`; gives whether it settled. */
export async function atMost(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const tooLong = Promise.withResolvers<boolean>();
  const timer = clock.after(limitMs, () => tooLong.resolve(false));
  const settled = (): boolean => true;
  try {
    return await Promise.race([work.then(settled, settled), tooLong.promise]);
  } finally {
    timer.cancel();
  }
}
