import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { progressAt } from '../../support/session-samples.ts';
import { openedFor, type OpenStore } from './setup.ts';

/** The promises of SessionStore about the log. */
export function logContract(open: OpenStore): void {
  describe('the log', () => {
    const under = openedFor(open);
    const { newKey, begin, logOf } = under;

    test('numbers events 1, 2, 3 … and stamps them', async () => {
      const lease = await begin();
      for (const at of [0.1, 0.2, 0.3]) await under.store.append(lease, `at ${at}`, progressAt(at));
      const events = await logOf(lease);
      expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
      expect(events.every(({ sessionId }) => sessionId === lease.sessionId)).toBe(true);
      const stamps = events.map(({ timestamp }) => timestamp);
      expect(stamps).toEqual(stamps.toSorted((one, other) => one - other));
    });

    test('takes an event once for each key, and says which it was', async () => {
      const lease = await begin();
      expect(await under.store.append(lease, 'same', progressAt(0.1))).toEqual({ outcome: 'written', sequence: 1 });
      expect(await under.store.append(lease, 'other', progressAt(0.2))).toEqual({ outcome: 'written', sequence: 2 });
      expect(await under.store.append(lease, 'same', progressAt(0.3))).toEqual({ outcome: 'written', sequence: 1 });
      expect(await logOf(lease)).toHaveLength(2);
    });

    test('never lets progress fall: what would is raised to the last', async () => {
      const lease = await begin();
      for (const at of [0.2, 0.6, 0.4, 0.7]) await under.store.append(lease, `at ${at}`, progressAt(at));
      const progress = (await logOf(lease)).map((event) => event.type === 'processing_update' && event.progress);
      expect(progress).toEqual([0.2, 0.6, 0.6, 0.7]);
      expect((await under.store.snapshot(lease))?.status.progress).toBe(0.7);
    });

    test('is read from any cursor, in pages of any size, as the same events', async () => {
      const lease = await begin();
      for (let at = 1; at <= 12; at += 1) await under.store.append(lease, `at ${at}`, progressAt(at / 20));
      const whole = await logOf(lease);
      await fc.assert(
        fc.asyncProperty(fc.nat(14), fc.integer({ min: 1, max: 15 }), async (after, limit) => {
          const page = await under.store.read(lease, after, limit);
          expect(page?.events).toEqual(whole.slice(after, after + limit));
          expect(page?.lastSequence).toBe(12);
        }),
        { numRuns: 60 },
      );
    });

    test('of an unknown session is undefined', async () => {
      expect(await under.store.read(newKey(), 0, 10)).toBeUndefined();
      expect(await under.store.snapshot(newKey())).toBeUndefined();
    });

    test('keeps every string as it was given', async () => {
      const lease = await begin();
      const odd = 'a\nb\u2028c\0d"\\ \u{1F6B2} ä';
      await under.store.append(lease, odd, { ...progressAt(0.1), details: odd });
      const [event] = await logOf(lease);
      expect(event?.type === 'processing_update' && event.details).toBe(odd);
    });
  });
}
