import { expect, test } from 'vitest';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { sessionStoreContract } from './session-store-contract.ts';

sessionStoreContract('memory', async () => {
  const clock = new ManualClock();
  const store = new MemorySessionStore(clock);
  return {
    store,
    pass: async (ms) => clock.pass(ms),
    [Symbol.asyncDispose]: async () => store.close(),
  };
});

test('a store that is closed holds no session, no watcher and no timer', async () => {
  const clock = new ManualClock();
  const store = new MemorySessionStore(clock);
  const key = { account: 'demo', sessionId: 'session-1' };
  const input = {
    parentId: 'p',
    limit: 1,
    maxDistanceKm: 1,
    includeFullCenters: false,
    includeExplanations: false,
    locale: 'en' as const,
  };
  await store.start(key, { input, startToken: 't', instance: 'one', maxLifeMs: 1000, retentionMs: 1000 });
  await store.watch(key, () => {});
  expect(store.held).toEqual({ sessions: 1, watchers: 1 });
  expect(clock.pending).toBe(1);
  await store.close();
  expect(store.held).toEqual({ sessions: 0, watchers: 0 });
  expect(clock.pending).toBe(0);
});
