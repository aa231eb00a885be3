import { describe, expect, test } from 'vitest';
import type { SessionKey } from '../../../src/session/session-store.ts';
import { progressAt } from '../../support/session-samples.ts';
import { ADDRESS, CANCELLED, RESULTS, openedFor, type OpenStore } from './setup.ts';

/** The promises of SessionStore about watches. */
export function watchContract(open: OpenStore): void {
  describe('a watch', () => {
    const under = openedFor(open);
    const { newKey, begin, ask } = under;

    const rings = async (key: SessionKey, change: () => Promise<unknown>): Promise<boolean> => {
      const rung = Promise.withResolvers<boolean>();
      const stop = await under.store.watch(key, () => rung.resolve(true));
      await change();
      const tooLong = setTimeout(() => rung.resolve(false), 1000);
      const heard = await rung.promise;
      clearTimeout(tooLong);
      stop();
      return heard;
    };

    test('rings after every kind of change, from any instance', async () => {
      const lease = await begin();
      expect(await rings(lease, async () => under.store.append(lease, 'a', progressAt(0.1)))).toBe(true);
      expect(await rings(lease, async () => ask(lease, 'work_location'))).toBe(true);
      expect(await rings(lease, async () => under.store.answer(lease, 'interaction_0', ADDRESS, 'ok'))).toBe(true);
      expect(await rings(lease, async () => under.store.finish(lease, RESULTS))).toBe(true);
      const other = await begin();
      expect(await rings(other, async () => under.store.cancel(other, CANCELLED))).toBe(true);
      const overdue = await begin(newKey(), { maxLifeMs: 100 });
      await under.pass(110);
      expect(await rings(overdue, async () => under.store.expire(overdue))).toBe(true);
    });

    test('is for one session only, and ends when it is stopped', async () => {
      const [mine, other] = [await begin(), await begin()];
      let heard = 0;
      const stop = await under.store.watch(mine, () => {
        heard += 1;
      });
      await under.store.append(other, 'a', progressAt(0.1));
      expect(heard).toBe(0);
      stop();
      stop();
      await under.store.append(mine, 'a', progressAt(0.1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(heard).toBe(0);
    });
  });
}
