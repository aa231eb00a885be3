import { describe, expect, test } from 'vitest';
import type { Ending, Lease } from '../../../src/session/session-store.ts';
import { locationQuestion, progressAt } from '../../support/session-samples.ts';
import { CANCELLED, FAILED, RESULTS, RETENTION_MS, TIMEOUT_MS, openedFor, type OpenStore } from './setup.ts';

/** The promises of SessionStore about leases that are over. */
export function fenceContract(open: OpenStore): void {
  describe('the fence', () => {
    const under = openedFor(open);
    const { newKey, begin, ask, refusalsOf, logOf } = under;

    test('a claim makes every earlier lease stale, for every write', async () => {
      const old = await begin();
      await ask(old, 'work_location');
      const lease = await under.store.claim(old, old.epoch, 'two');
      expect(lease).toEqual({ ...old, epoch: 2 });
      const stale = { outcome: 'stale' };
      expect(await under.store.append(old, 'late', progressAt(0.9))).toEqual(stale);
      expect(await under.store.record(old, 'late', { value: 1, workMs: 0 })).toEqual(stale);
      expect(await under.store.ask(old, [{ key: 'late', question: locationQuestion() }], TIMEOUT_MS)).toEqual(stale);
      expect(await under.store.finish(old, RESULTS)).toEqual(stale);
      expect(await under.store.recorded(old)).toEqual(stale);
      expect(await logOf(old)).toHaveLength(1);
    });

    test('of several that claim at once, one gets the session', async () => {
      const old = await begin();
      const claims = await Promise.all(['a', 'b', 'c', 'd'].map(async (who) => under.store.claim(old, 1, who)));
      expect(claims.filter((lease) => lease !== undefined)).toHaveLength(1);
    });

    test('a claim whose reply was lost gets the same lease when it is sent again', async () => {
      const old = await begin();
      const first = await under.store.claim(old, 1, 'two');
      expect(await under.store.claim(old, 1, 'two')).toEqual(first);
    });

    test('nobody claims at an epoch that has passed, or a session that has ended', async () => {
      const old = await begin();
      const second = await under.store.claim(old, 1, 'two');
      const third = second && (await under.store.claim(second, 2, 'three'));
      expect(third?.epoch).toBe(3);
      expect(await under.store.claim(old, 1, 'four')).toBeUndefined();
      if (third) await under.store.finish(third, RESULTS);
      expect(await under.store.claim(old, 3, 'four')).toBeUndefined();
    });

    test('a lease on a log that was begun anew is stale', async () => {
      const lease = await begin();
      const other: Lease = { ...lease, generation: 'another' };
      expect(await under.store.append(other, 'a', progressAt(0.1))).toEqual({ outcome: 'stale' });
    });

    test('a lease on a session that was taken over is stale, also when that one has ended', async () => {
      const old = await begin();
      const lease = await under.store.claim(old, 1, 'two');
      if (lease) await under.store.finish(lease, RESULTS);
      expect(await refusalsOf(old)).toEqual([{ outcome: 'stale' }]);
      expect(await under.store.expire(old)).toEqual({ outcome: 'ended', ending: 'results', epoch: 2 });
    });

    test.each([
      ['results', async (lease) => under.store.finish(lease, RESULTS)],
      ['error', async (lease) => under.store.finish(lease, FAILED)],
      ['cancelled', async (lease) => under.store.cancel(lease, CANCELLED)],
      [
        'timeout',
        async (lease) => {
          await ask(lease, 'work_location');
          await under.pass(TIMEOUT_MS);
          await under.store.expire(lease);
        },
      ],
      [
        'overrun',
        async (lease) => {
          await under.pass(TIMEOUT_MS);
          await under.store.cancel(lease, CANCELLED);
        },
      ],
    ] as const satisfies readonly (readonly [Ending, (lease: Lease) => Promise<unknown>])[])(
      'a lease on a session that nobody took over and that has ended is told how: %s',
      async (ending, end) => {
        const lease = await begin(newKey(), ending === 'overrun' ? { maxLifeMs: TIMEOUT_MS } : {});
        await under.store.append(lease, 'begun', progressAt(0.1));
        await end(lease);
        expect(await refusalsOf(lease)).toEqual([{ outcome: 'ended', ending }]);
        expect(await under.store.expire(lease)).toEqual({ outcome: 'ended', ending, epoch: 1 });
      },
    );

    test('a lease on a session that was forgotten is told that there is none', async () => {
      const lease = await begin();
      await under.store.finish(lease, RESULTS);
      await under.pass(RETENTION_MS + 50);
      expect(await refusalsOf(lease)).toEqual([{ outcome: 'session_not_found' }]);
    });
  });
}
