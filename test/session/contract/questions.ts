import { describe, expect, test } from 'vitest';
import { ADDRESS, TIMEOUT_MS, openedFor, type OpenStore } from './setup.ts';

/** The promises of SessionStore about questions. */
export function questionsContract(open: OpenStore): void {
  describe('questions', () => {
    const under = openedFor(open);
    const { newKey, startOf, begin, ask, logOf } = under;

    test('are numbered in the order asked, in the log and in the status', async () => {
      const lease = await begin();
      await ask(lease, 'work_location');
      await ask(lease, 'gym_location');
      const snapshot = await under.store.snapshot(lease);
      expect([...(snapshot?.questions.keys() ?? [])]).toEqual(['interaction_0', 'interaction_1']);
      expect(snapshot?.status.interactionsCount).toBe(2);
      expect(snapshot?.status.pendingInteractions.map(({ fieldName }) => fieldName)).toEqual([
        'work_location',
        'gym_location',
      ]);
      expect(await logOf(lease)).toEqual(snapshot?.status.pendingInteractions);
    });

    test('that are answered before any progress are closed at the first stage', async () => {
      const lease = await begin();
      await ask(lease, 'work_location');
      await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      expect((await under.store.snapshot(lease))?.status).toMatchObject({ stage: 'loading_preferences', progress: 0 });
      expect((await logOf(lease)).at(-1)).toMatchObject({ stage: 'loading_preferences', progress: 0 });
    });

    test('are put once for each key, in one call too', async () => {
      const twice = await begin();
      await ask(twice, 'same', 'same');
      expect(await logOf(twice)).toHaveLength(1);
      const lease = await begin();
      await ask(lease, 'work_location');
      await ask(lease, 'work_location', 'gym_location');
      expect((await logOf(lease)).map(({ type }) => type)).toEqual(['user_interaction', 'user_interaction']);
    });

    test('that are put together share one deadline: their number times the timeout', async () => {
      const lease = await begin();
      await ask(lease, 'one', 'two', 'three');
      const log = await logOf(lease);
      const deadlines = log.map((event) => event.type === 'user_interaction' && event.expiresAt - event.timestamp);
      for (const ms of deadlines) {
        expect(ms).toBeGreaterThan(3 * TIMEOUT_MS - 50);
        expect(ms).toBeLessThanOrEqual(3 * TIMEOUT_MS);
      }
      expect(new Set(log.map((event) => event.type === 'user_interaction' && event.expiresAt)).size).toBe(1);
    });

    test('that join open ones share the later deadline with them', async () => {
      const lease = await begin();
      await ask(lease, 'one');
      await under.pass(TIMEOUT_MS / 2);
      await ask(lease, 'two');
      await under.pass(TIMEOUT_MS / 2);
      expect((await under.store.expire(lease)).outcome).toBe('not_yet');
      expect(await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'received' });
      const two = (await logOf(lease)).findLast((event) => event.type === 'user_interaction');
      expect((two?.expiresAt ?? 0) - (two?.timestamp ?? 0)).toBeGreaterThan(2 * TIMEOUT_MS - 50);
      await under.pass(2 * TIMEOUT_MS);
      expect(await under.store.expire(lease)).toMatchObject({ outcome: 'ended', ending: 'timeout' });
    });

    test('have no deadline beyond the longest life of the session', async () => {
      const started = await under.store.start(newKey(), startOf({ maxLifeMs: 200 }));
      if (started.outcome !== 'started') throw new Error('not started');
      await ask(started.lease, 'work_location');
      const [event] = await logOf(started.lease);
      expect(event?.type === 'user_interaction' && event.expiresAt).toBe(started.endsBy);
    });
  });
}
