import { MemorySessionStore } from '../../../src/session/memory-session-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import type { System } from './system.ts';

/** The store in memory, with a clock that stands still between the calls. */
export async function openMemorySystem(): Promise<System> {
  const clock = new ManualClock();
  const store = new MemorySessionStore(clock);
  return {
    stores: [store],
    view: store,
    slackMs: 0,
    longestPassMs: Number.POSITIVE_INFINITY,
    isWhole: true,
    longestLookMs: 0,
    times: {
      short: { lifeMs: 1000, retentionMs: 300, timeoutMs: 200 },
      long: { lifeMs: 60_000, retentionMs: 20_000, timeoutMs: 5000 },
    },
    now: async () => clock.now(),
    passUntil: async (at) => clock.pass(at - clock.now()),
    disturb: () => {},
    isQuiet: () => true,
    kept: async () => undefined,
    [Symbol.asyncDispose]: async () => store.close(),
  };
}
