import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mapInTurns } from '../../src/geo/map-in-turns.ts';

const { signal } = new AbortController();

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('items in turns', () => {
  test('have their results in order, whichever is ready first, and never too many at once', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 5 }), async (turns, atOnce) => {
        let under = 0;
        const seen: number[] = [];
        const results = await mapInTurns([...turns.entries()], { atOnce, signal }, async ([index, length]) => {
          under += 1;
          seen.push(under);
          for (let passed = 0; passed < length; passed += 1) await turn();
          under -= 1;
          return index;
        });
        expect(results).toEqual([...turns.keys()]);
        expect(Math.max(0, ...seen)).toBe(Math.min(atOnce, turns.length));
      }),
      { numRuns: 40 },
    );
  });

  test('end with the first failure once all that was begun has ended, and begin nothing more', async () => {
    const ended: number[] = [];
    const work = mapInTurns([0, 1, 2, 3], { atOnce: 2, signal }, async (item) => {
      if (item === 0) throw new Error('the first');
      await turn();
      ended.push(item);
      return item;
    });
    await expect(work).rejects.toThrow('the first');
    expect(ended).toEqual([1]);
  });

  test('tell a call that is under way to stop when another fails', async () => {
    const stopped: unknown[] = [];
    const work = mapInTurns([0, 1], { atOnce: 2, signal }, async (item, either) => {
      either.addEventListener('abort', () => stopped.push(item));
      await turn();
      if (item === 0) throw new Error('the first');
      await turn();
    });
    await expect(work).rejects.toThrow('the first');
    expect(stopped).toContain(1);
  });

  test('begin nothing for a signal that is aborted, and end with its reason', async () => {
    const begun: number[] = [];
    const aborted = AbortSignal.abort(new Error('no longer wanted'));
    const work = mapInTurns([1, 2], { atOnce: 1, signal: aborted }, async (item) => begun.push(item));
    await expect(work).rejects.toThrow('no longer wanted');
    expect(begun).toEqual([]);
  });
});
