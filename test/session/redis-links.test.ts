import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { progressAt } from '../support/session-samples.ts';
import { begin, newKey, openStore, until } from './redis-stores.ts';
import { outcomesOf, serves, startClusterThrough, startThrough, UNAVAILABLE } from './redis-through.ts';

describe('a link that has lost a reply', () => {
  test('is not used again: nobody is given the reply of another', async () => {
    await using under = await startThrough();
    await using store = await openStore(under.proxy.url, { commandTimeoutMs: 1000 });
    const leases = [await begin(store), await begin(store), await begin(store)];
    for (const [count, lease] of leases.entries()) {
      for (let at = 0; at <= count; at += 1) await store.append(lease, `${at}`, progressAt(at / 10));
    }
    under.proxy.swallow();
    const lost = store.read(leases[0] ?? newKey(), 0, 10);
    await expect(lost).rejects.toMatchObject(UNAVAILABLE);
    under.proxy.carry();
    const lengths = await Promise.all(leases.map(async (lease) => (await store.read(lease, 0, 10))?.lastSequence));
    expect(lengths).toEqual([1, 2, 3]);
  });

  test('of a node of a cluster is not used again either', async () => {
    await using under = await startClusterThrough();
    await using store = await openStore(under.url, { commandTimeoutMs: 1000 });
    const leases = await Promise.all(Array.from({ length: 12 }, () => begin(store)));
    for (const proxy of under.proxies) proxy.silenceLinks('all');
    const lost = await outcomesOf(leases.map((lease) => () => store.append(lease, 'lost', progressAt(0.1))));
    for (const outcome of lost) expect(outcome).toMatchObject(UNAVAILABLE);
    for (const lease of leases) {
      const append = () => store.append(lease, 'after', progressAt(0.2));
      await until(
        async () =>
          append().then(
            () => true,
            () => false,
          ),
        10_000,
      );
      expect(await store.read(lease, 0, 10)).toMatchObject({ lastSequence: 1, generation: lease.generation });
    }
  }, 60_000);

  test('takes nothing with it that is carried out when nobody waits for it any more', async () => {
    await using under = await startThrough();
    const { proxy } = under;
    await using store = await openStore(proxy.url, { commandTimeoutMs: 500 });
    const lease = await begin(store);
    const refuse = (refuses: boolean): void => {
      proxy.cutsLinks = refuses;
      proxy.cutLinks();
    };
    const outages: readonly (readonly [begin: () => void, end: () => void])[] = [
      [() => proxy.swallow(), () => proxy.carry()],
      [() => refuse(true), () => refuse(false)],
    ];
    for (const [cut, mend] of outages) {
      // So that the script is known.
      await store.append({ ...lease, generation: 'another' }, 'a', progressAt(0.5));
      cut();
      const lost = store.append(lease, 'lost', progressAt(0.5));
      await expect(lost).rejects.toMatchObject(UNAVAILABLE);
      await expect(store.append(lease, 'lost too', progressAt(0.5))).rejects.toMatchObject(UNAVAILABLE);
      mend();
      await until(() => serves(store));
      await delay(100);
      expect(await store.read(lease, 0, 10)).toMatchObject({ lastSequence: 0 });
    }
  });
});
