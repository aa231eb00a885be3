import { describe, expect, test } from 'vitest';
import { progressAt } from '../../support/session-samples.ts';
import { recordedUnder } from '../recorded-under.ts';
import { ADDRESS, INPUT, OTHER_ADDRESS, RESULTS, TIMEOUT_MS, openedFor, type OpenStore } from './setup.ts';

/** The promises of SessionStore about answers. */
export function answersContract(open: OpenStore): void {
  describe('an answer', () => {
    const under = openedFor(open);
    const { newKey, begin, ask, logOf } = under;

    test('is taken, and closes the question in the log in the same step', async () => {
      const lease = await begin();
      await under.store.append(lease, 'begun', progressAt(0.4));
      await ask(lease, 'work_location');
      expect(await under.store.answer(lease, 'interaction_0', ADDRESS, 'Answer received')).toEqual({
        outcome: 'received',
      });
      const last = (await logOf(lease)).at(-1);
      expect(last).toMatchObject({
        type: 'processing_update',
        stage: 'finding_centers',
        progress: 0.4,
        details: 'Answer received',
        answeredInteractionId: 'interaction_0',
        sequence: 3,
      });
      const snapshot = await under.store.snapshot(lease);
      expect(snapshot?.status.pendingInteractions).toEqual([]);
      expect(snapshot?.answered).toEqual(new Set(['interaction_0']));
      expect(snapshot?.endedIn).toBeNull();
    });

    test('that comes again is a duplicate and changes nothing; another is refused and the first stands', async () => {
      const lease = await begin();
      await ask(lease, 'work_location');
      await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      expect(await under.store.answer(lease, 'interaction_0', { ...ADDRESS }, 'ok')).toEqual({ outcome: 'duplicate' });
      expect(await under.store.answer(lease, 'interaction_0', OTHER_ADDRESS, 'ok')).toEqual({
        outcome: 'already_answered',
      });
      expect(await logOf(lease)).toHaveLength(2);
      expect((await recordedUnder(under.store, lease)).questions.get('work_location')?.answer).toEqual(ADDRESS);
    });

    test('of many at once: one wins and the log says so once', async () => {
      const lease = await begin();
      await ask(lease, 'work_location');
      const answers = Array.from({ length: 20 }, (_, index) => ({ kind: 'address', address: `No ${index}` }) as const);
      const outcomes = await Promise.all(
        answers.map(async (answer) => (await under.store.answer(lease, 'interaction_0', answer, 'ok')).outcome),
      );
      expect(outcomes.filter((outcome) => outcome === 'received')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'already_answered')).toHaveLength(19);
      const winner = answers[outcomes.indexOf('received')];
      expect((await recordedUnder(under.store, lease)).questions.get('work_location')?.answer).toEqual(winner);
      expect(await logOf(lease)).toHaveLength(2);
    });

    test('to a question that was not asked, or of no session, is told so', async () => {
      const lease = await begin();
      expect(await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({
        outcome: 'interaction_not_found',
      });
      expect(await under.store.answer(newKey(), 'interaction_0', ADDRESS, 'ok')).toEqual({
        outcome: 'session_not_found',
      });
    });

    test('at or after the deadline ends the session with user_interaction_timeout', async () => {
      const lease = await begin();
      await ask(lease, 'work_location');
      await under.pass(TIMEOUT_MS);
      const outcome = await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      expect(outcome).toMatchObject({ outcome: 'ended', error: { errorCode: 'user_interaction_timeout' } });
      const log = await logOf(lease);
      expect(log.map(({ type }) => type)).toEqual(['user_interaction', 'error']);
      expect(log.at(-1)).toMatchObject({
        errorCode: 'user_interaction_timeout',
        fatal: true,
        errorDetails: { interactionId: 'interaction_0', parentId: INPUT.parentId },
      });
    });

    test('is still known after the end: the same is a duplicate, another is refused', async () => {
      const lease = await begin();
      await ask(lease, 'work_location');
      await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      await under.store.finish(lease, RESULTS);
      expect(await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok')).toEqual({ outcome: 'duplicate' });
      expect(await under.store.answer(lease, 'interaction_0', OTHER_ADDRESS, 'ok')).toEqual({
        outcome: 'already_answered',
      });
    });
  });
}
