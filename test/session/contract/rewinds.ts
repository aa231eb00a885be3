import { describe, expect, test } from 'vitest';
import { locationQuestion, progressAt } from '../../support/session-samples.ts';
import { ADDRESS, FAILED, RESULTS, TIMEOUT_MS, openedFor, type OpenStore } from './setup.ts';

/** The promises of SessionStore about logs that went back in time. */
export function rewindsContract(open: OpenStore): void {
  describe('a log that is older than what its runner has seen', () => {
    const under = openedFor(open);
    const { begin, ask, logOf } = under;

    const rewound = { outcome: 'rewound' };

    test('takes nothing from it but its end in an error', async () => {
      const lease = await begin();
      await under.store.append(lease, 'begun', progressAt(0.1));
      for (const ahead of [
        { ...lease, seen: 2 },
        { ...lease, epoch: 2 },
      ]) {
        expect(await under.store.append(ahead, 'late', progressAt(0.9))).toEqual(rewound);
        expect(await under.store.append(ahead, 'begun', progressAt(0.1))).toEqual(rewound);
        expect(await under.store.record(ahead, 'late', { value: 1, workMs: 0 })).toEqual(rewound);
        expect(await under.store.ask(ahead, [{ key: 'late', question: locationQuestion() }], TIMEOUT_MS)).toEqual(
          rewound,
        );
        expect(await under.store.finish(ahead, RESULTS)).toEqual(rewound);
        expect(await under.store.recorded(ahead)).toMatchObject({ rewound: true, eventKeys: new Set(['begun']) });
      }
      expect(await under.store.recorded(lease)).toMatchObject({
        rewound: false,
        steps: new Map(),
        questions: new Map(),
      });
      expect(await logOf(lease)).toHaveLength(1);
    });

    test('is ended by an error, and is another log then', async () => {
      const lease = await begin();
      await under.store.append(lease, 'begun', progressAt(0.1));
      const ahead = { ...lease, seen: 7, epoch: 3 };
      expect(await under.store.finish(ahead, FAILED)).toEqual({ outcome: 'written', sequence: 2 });
      const page = await under.store.read(lease, 0, 10);
      expect(page).toMatchObject({ ended: true, lastSequence: 2 });
      expect(page?.events.at(-1)).toMatchObject({ errorCode: 'processing_error' });
      expect(page?.generation).not.toBe(lease.generation);
      expect(await under.store.finish(ahead, FAILED)).toEqual({ outcome: 'stale' });
      expect((await under.store.read(lease, 0, 10))?.generation).toBe(page?.generation);
    });

    test('is not to be ended by whom somebody else has taken it over from', async () => {
      const lease = await begin();
      await under.store.claim(lease, 1, 'two');
      const ahead = { ...lease, seen: 5 };
      expect(await under.store.finish(ahead, FAILED)).toEqual({ outcome: 'stale' });
      expect(await under.store.recorded(ahead)).toEqual({ outcome: 'stale' });
      expect((await under.store.read(lease, 0, 10))?.ended).toBe(false);
    });

    test('is known by what the lease has seen, which its own writes and a run from the top raise', async () => {
      const lease = await begin();
      expect(lease.seen).toBe(0);
      await under.store.append(lease, 'a', progressAt(0.1));
      await under.store.append(lease, 'b', progressAt(0.2));
      await under.store.append(lease, 'a', progressAt(0.1));
      expect(lease.seen).toBe(2);
      await ask(lease, 'work_location');
      expect(lease.seen).toBe(3);
      await under.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      expect(lease.seen).toBe(3);
      await under.store.recorded(lease);
      expect(lease.seen).toBe(4);
      expect((await under.store.claim(lease, 1, 'two'))?.seen).toBe(4);
      const ahead = { ...lease, epoch: 3, seen: 1 };
      await under.store.recorded(ahead);
      expect(ahead.seen).toBe(1);
    });
  });
}
