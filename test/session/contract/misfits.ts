import { describe, expect, test } from 'vitest';
import type { Lease, SessionKey } from '../../../src/session/session-store.ts';
import { locationQuestion } from '../../support/session-samples.ts';
import { ADDRESS, FAILED, RETENTION_MS, openedFor, type OpenStore } from './setup.ts';

/** The promises of SessionStore about answers that do not fit. */
export function misfitsContract(open: OpenStore): void {
  describe('answers that do not fit a question', () => {
    const under = openedFor(open);
    const { newKey, begin, logOf } = under;

    const LIMIT = { most: 3, pauseMs: 1500 };
    /** A session with two open questions that have much longer than a pause. */
    const beginAsked = async (): Promise<Lease> => {
      const lease = await begin(newKey(), { maxLifeMs: 60_000 });
      const questions = ['home', 'work'].map((key) => ({ key, question: locationQuestion(key) }));
      await under.store.ask(lease, questions, 20_000);
      return lease;
    };
    const misfit = async (key: SessionKey, id = 'interaction_0') => under.store.misfit(key, id, LIMIT);
    const times = async (length: number, key: SessionKey): Promise<string[]> => {
      const outcomes = await Promise.all(Array.from({ length }, async () => misfit(key)));
      return outcomes.map(({ outcome }) => outcome);
    };

    test('are taken so many times, by whichever instance; then the question takes no answer, a right one neither', async () => {
      const lease = await beginAsked();
      expect((await times(10, lease)).toSorted()).toEqual([
        ...Array.from({ length: 7 }, () => 'paused'),
        ...Array.from({ length: 3 }, () => 'taken'),
      ]);
      const answered = await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      expect(answered).toMatchObject({ outcome: 'paused' });
      const { forMs } = answered as { readonly forMs: number };
      expect(forMs).toBeGreaterThan(0);
      expect(forMs).toBeLessThanOrEqual(LIMIT.pauseMs);
      expect((await under.store.snapshot(lease))?.status).toMatchObject({ completed: false, lastSequence: 2 });
    });

    test('count for their question alone', async () => {
      const lease = await beginAsked();
      await times(4, lease);
      expect(await misfit(lease, 'interaction_1')).toEqual({ outcome: 'taken' });
      expect(await under.store.answer(lease, 'interaction_1', ADDRESS, 'ok')).toEqual({ outcome: 'received' });
      const other = await beginAsked();
      expect(await misfit(other)).toEqual({ outcome: 'taken' });
    });

    test('leave it open: after the pause one more is taken, and that begins the next', async () => {
      const lease = await beginAsked();
      await times(6, lease);
      await under.pass(LIMIT.pauseMs);
      expect((await times(3, lease)).toSorted()).toEqual(['paused', 'paused', 'taken']);
      await under.pass(LIMIT.pauseMs);
      expect(await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'received' });
    });

    test('pause it until its deadline at most, and end no session', async () => {
      const lease = await begin();
      await under.store.ask(lease, [{ key: 'home', question: locationQuestion('home') }], 2000);
      await under.store.misfit(lease, 'interaction_0', { most: 1, pauseMs: 60_000 });
      const { forMs } = (await misfit(lease)) as { readonly forMs: number };
      expect(forMs).toBeGreaterThan(0);
      expect(forMs).toBeLessThanOrEqual(2000);
    });

    test('are not counted for a question that is closed, nor make a session', async () => {
      const lease = await beginAsked();
      await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      expect(await times(5, lease)).toEqual(Array.from({ length: 5 }, () => 'taken'));
      expect(await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'duplicate' });
      expect(await misfit(lease, 'interaction_7')).toEqual({ outcome: 'taken' });
      const nobody = newKey();
      expect(await times(5, nobody)).toEqual(Array.from({ length: 5 }, () => 'taken'));
      expect(await under.store.snapshot(nobody)).toBeUndefined();
    });

    test('are in no log, and are forgotten with the session', async () => {
      const lease = await beginAsked();
      await times(5, lease);
      expect(await logOf(lease)).toHaveLength(2);
      await under.store.finish(lease, FAILED);
      await under.pass(RETENTION_MS);
      expect(await under.store.snapshot(lease)).toBeUndefined();
      const again = await begin({ account: lease.account, sessionId: lease.sessionId });
      await under.store.ask(again, [{ key: 'home', question: locationQuestion('home') }], 20_000);
      expect(await misfit(again)).toEqual({ outcome: 'taken' });
    });
  });
}
