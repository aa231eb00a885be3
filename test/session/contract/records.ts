import { describe, expect, test } from 'vitest';
import { progressAt } from '../../support/session-samples.ts';
import { recordedUnder } from '../recorded-under.ts';
import { ADDRESS, INPUT, openedFor, type OpenStore } from './setup.ts';

/** The promises of SessionStore about what a run leaves for the next one. */
export function recordsContract(open: OpenStore): void {
  describe('what was recorded', () => {
    const under = openedFor(open);
    const { begin, ask } = under;

    test('comes back to whoever runs the session next', async () => {
      const old = await begin();
      await under.store.append(old, 'begun', progressAt(0.25));
      await under.store.record(old, 'geocoded', { value: { at: [1, 2], text: 'ß' }, workMs: 12.5 });
      await ask(old, 'work_location');
      await under.store.answer(old, 'interaction_0', ADDRESS, 'Answer received');
      const lease = await under.store.claim(old, 1, 'two');
      const recorded = lease && (await recordedUnder(under.store, lease));
      expect(recorded?.input).toEqual(INPUT);
      expect(recorded?.eventKeys).toEqual(new Set(['begun']));
      expect(recorded?.steps.get('geocoded')).toEqual({ value: { at: [1, 2], text: 'ß' }, workMs: 12.5 });
      expect(recorded?.questions.get('work_location')).toMatchObject({
        interactionId: 'interaction_0',
        answer: ADDRESS,
      });
    });

    test('stands: a step that is recorded again keeps what it was first', async () => {
      const lease = await begin();
      await under.store.record(lease, 'step', { value: 'first', workMs: 1 });
      await under.store.record(lease, 'step', { value: 'second', workMs: 2 });
      expect((await recordedUnder(under.store, lease)).steps.get('step')?.value).toBe('first');
    });
  });
}
