import { setTimeout as delay } from 'node:timers/promises';
import { SessionFailure } from '../../../src/errors.ts';

/** How often a call is repeated that fails as the store is away. */
const TRIES = 100;
const AGAIN_MS = 20;

/** Repeats what fails as the store is away. Rejects with what else is thrown, and when it stays away. */
export async function persist<Result>(
  calling: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly failures: number }> {
  for (let failures = 0; ; failures += 1) {
    try {
      return { result: await calling(), failures };
    } catch (thrown) {
      const isAway = thrown instanceof SessionFailure && thrown.code === 'unavailable';
      if (!isAway || failures === TRIES) throw thrown;
      await delay(AGAIN_MS);
    }
  }
}
