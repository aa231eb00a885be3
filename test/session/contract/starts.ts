import { describe, expect, test } from 'vitest';
import { progressAt } from '../../support/session-samples.ts';
import { INPUT, openedFor, type OpenStore } from './setup.ts';

/** The promises of SessionStore about starts. */
export function startsContract(open: OpenStore): void {
  describe('a start', () => {
    const under = openedFor(open);
    const { newKey, startOf, begin, logOf } = under;

    test('begins an empty log at epoch 1', async () => {
      const lease = await begin();
      expect(lease.epoch).toBe(1);
      expect(await under.store.read(lease, 0, 10)).toEqual({
        generation: lease.generation,
        events: [],
        lastSequence: 0,
        ended: false,
      });
    });

    test('that is repeated with the same input exists, and changes nothing', async () => {
      const lease = await begin();
      await under.store.append(lease, 'a', progressAt(0.1));
      expect(await under.store.start(lease, startOf())).toEqual({ outcome: 'exists' });
      expect(await logOf(lease)).toHaveLength(1);
    });

    test('with another input is a conflict, and changes nothing', async () => {
      const lease = await begin();
      const other = startOf({ input: { ...INPUT, limit: 11 } });
      expect(await under.store.start(lease, other)).toEqual({ outcome: 'conflict' });
      expect((await under.store.snapshot(lease))?.input).toEqual(INPUT);
    });

    test('whose reply was lost gets the same lease when it is sent again', async () => {
      const key = newKey();
      const start = startOf();
      const first = await under.store.start(key, start);
      expect(await under.store.start(key, start)).toEqual(first);
    });

    test('by many at once begins one session', async () => {
      const key = newKey();
      const all = await Promise.all(Array.from({ length: 20 }, async () => under.store.start(key, startOf())));
      expect(all.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
      expect(all.filter(({ outcome }) => outcome === 'exists')).toHaveLength(19);
    });

    test('under the same id by another account is another session', async () => {
      const mine = await begin();
      const theirs = { ...mine, account: 'other' };
      expect(await under.store.snapshot(theirs)).toBeUndefined();
      await begin({ account: theirs.account, sessionId: mine.sessionId });
      await under.store.append(mine, 'a', progressAt(0.1));
      expect(await logOf(theirs)).toHaveLength(0);
    });
  });
}
