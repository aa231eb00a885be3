/**
 * The results of an asynchronous call for each item, in the order of the items, with at most `atOnce` calls at a time.
 * Rejects with the first failure, once the calls that were under way have ended: their signal is aborted, and no further
 * call is made.
 */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  { atOnce, signal }: { readonly atOnce: number; readonly signal: AbortSignal },
  call: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const results: Result[] = [];
  const waiting = items.entries();

  // All take from the one iterator, so that each item is taken once.
  async function takeTurns(): Promise<void> {
    for (const [index, item] of waiting) {
      either.throwIfAborted();
      results[index] = await call(item, either);
    }
  }

  const takers = Array.from({ length: Math.min(atOnce, items.length) }, takeTurns);
  try {
    await Promise.all(takers);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(takers);
    throw error;
  }
  return results;
}
