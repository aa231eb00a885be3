import { describe, expect, test } from 'vitest';
import { progressAt } from '../../support/session-samples.ts';
import { ADDRESS, CANCELLED, RESULTS, RETENTION_MS, TIMEOUT_MS, openedFor, type OpenStore } from './setup.ts';

/** The promises of SessionStore about the end of a session. */
export function endsContract(open: OpenStore): void {
  describe('the end', () => {
    const under = openedFor(open);
    const { newKey, begin, ask, refusalsOf, logOf } = under;

    test('is the last entry: nothing is written after it', async () => {
      const lease = await begin();
      expect(await under.store.finish(lease, RESULTS)).toEqual({ outcome: 'written', sequence: 1 });
      const ended = { outcome: 'ended', ending: 'results' };
      expect(await refusalsOf(lease)).toEqual([ended]);
      expect((await under.store.cancel(lease, CANCELLED))?.hasResults).toBe(true);
      expect(await under.store.expire(lease)).toMatchObject(ended);
      expect(await logOf(lease)).toHaveLength(1);
      expect((await under.store.read(lease, 0, 10))?.ended).toBe(true);
    });

    test('is one, however many would end it at once', async () => {
      const lease = await begin();
      await ask(lease, 'work_location');
      await under.pass(TIMEOUT_MS - 5);
      await Promise.all([
        under.store.finish(lease, RESULTS),
        under.store.cancel(lease, CANCELLED),
        under.pass(10).then(async () => under.store.expire(lease)),
        under.store.answer(lease, 'interaction_0', ADDRESS, 'ok'),
      ]);
      const log = await logOf(lease);
      const ends = log.filter((event) => event.type === 'match_results' || (event.type === 'error' && event.fatal));
      expect(ends).toHaveLength(1);
      expect(ends[0]).toEqual(log.at(-1));
    });

    test('by its owner is in the log, from any instance, and the runner is told at its next write', async () => {
      const lease = await begin();
      const status = await under.store.cancel({ account: lease.account, sessionId: lease.sessionId }, CANCELLED);
      expect(status).toMatchObject({ completed: true, hasResults: false, lastSequence: 1 });
      expect((await logOf(lease)).at(-1)).toMatchObject({ errorCode: 'session_cancelled' });
      expect((await under.store.snapshot(lease))?.endedIn).toMatchObject({ errorCode: 'session_cancelled' });
      expect(await under.store.append(lease, 'a', progressAt(0.1))).toEqual({ outcome: 'ended', ending: 'cancelled' });
      expect(await under.store.cancel(newKey(), CANCELLED)).toBeUndefined();
    });

    test('comes when a question was not answered in time', async () => {
      const lease = await begin();
      await ask(lease, 'work_location');
      const early = await under.store.expire(lease);
      const inMs = early.outcome === 'not_yet' ? early.inMs : Number.NaN;
      expect(inMs).toBeGreaterThan(0);
      expect(inMs).toBeLessThanOrEqual(TIMEOUT_MS);
      await under.pass(TIMEOUT_MS);
      expect(await under.store.expire(lease)).toMatchObject({ outcome: 'ended', ending: 'timeout' });
      expect((await logOf(lease)).at(-1)).toMatchObject({ errorCode: 'user_interaction_timeout' });
      expect(await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toMatchObject({ outcome: 'ended' });
    });

    test('comes as processing_error when the longest life is over and no question is open', async () => {
      const lease = await begin(newKey(), { maxLifeMs: 100 });
      await under.store.append(lease, 'begun', progressAt(0.1));
      await under.pass(100);
      expect(await under.store.expire(lease)).toMatchObject({ outcome: 'ended', ending: 'overrun' });
      expect((await logOf(lease)).at(-1)).toMatchObject({
        errorCode: 'processing_error',
        errorDetails: { failedStage: 'finding_centers' },
      });
    });

    test('leaves the log for the retention, and then nothing', async () => {
      const lease = await begin();
      await under.store.finish(lease, RESULTS);
      const status = (await under.store.snapshot(lease))?.status;
      const last = (await logOf(lease)).at(-1);
      expect((status?.expiresAt ?? 0) - (last?.timestamp ?? 0)).toBeGreaterThanOrEqual(RETENTION_MS - 50);
      await under.pass(RETENTION_MS + 50);
      expect(await under.store.snapshot(lease)).toBeUndefined();
      expect(await under.store.read(lease, 0, 10)).toBeUndefined();
      expect(await under.store.expire(lease)).toEqual({ outcome: 'session_not_found' });
      expect((await begin(lease)).epoch).toBe(1);
    });

    test("comes to nobody's session too: one that no instance runs is forgotten", async () => {
      const lease = await begin(newKey(), { maxLifeMs: 100, retentionMs: 100 });
      await under.pass(260);
      expect(await under.store.snapshot(lease)).toBeUndefined();
    });
  });
}
