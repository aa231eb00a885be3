import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { expiryOf } from '../../src/http/expiry.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** Longer than a timer of Node can wait. */
const YEAR_MS = 365 * 24 * 3600 * 1000;
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** As Node's timers are. */
function cutting(clock: ManualClock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (delayMs, callback) => clock.after(Math.min(delayMs, LONGEST_DELAY_MS), callback),
  };
}

describe('what was shown', () => {
  test('holds until its time, and not a moment longer', async () => {
    const clock = new ManualClock();
    const expired = expiryOf(clock.now() + 1000, { clock, over: new AbortController().signal });
    await clock.pass(999);
    expect(expired.aborted).toBe(false);
    await clock.pass(1);
    expect(expired.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('holds for good, and waits for nothing, where it has no end', () => {
    const clock = new ManualClock();
    const expired = expiryOf(null, { clock, over: new AbortController().signal });
    expect([expired.aborted, clock.pending]).toEqual([false, 0]);
  });

  test('holds for its whole time where that is longer than a timer can wait', async () => {
    const clock = new ManualClock();
    const expired = expiryOf(clock.now() + YEAR_MS, { clock: cutting(clock), over: new AbortController().signal });
    await clock.pass(YEAR_MS - 1);
    expect(expired.aborted).toBe(false);
    await clock.pass(1);
    expect(expired.aborted).toBe(true);
  });

  test('leaves no timer once the response is over, nor one that begins after that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 * YEAR_MS }),
        fc.integer({ min: 0, max: YEAR_MS }),
        async (holds, lasts) => {
          const clock = new ManualClock();
          const over = new AbortController();
          const expired = expiryOf(clock.now() + holds, { clock: cutting(clock), over: over.signal });
          await clock.pass(lasts);
          over.abort();
          expect(clock.pending).toBe(0);
          expect(expired.aborted).toBe(lasts >= holds);
          expiryOf(clock.now() + holds, { clock, over: over.signal });
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});
