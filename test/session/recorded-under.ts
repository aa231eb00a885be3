import type { Lease, Recorded, SessionStore } from '../../src/session/session-store.ts';

/** What a store gives under a lease; throws where it refuses it. */
export async function recordedUnder(store: Pick<SessionStore, 'recorded'>, lease: Lease): Promise<Recorded> {
  const recorded = await store.recorded(lease);
  if (recorded.outcome !== 'recorded') throw new Error(`expected what was recorded, got ${recorded.outcome}`);
  return recorded;
}
