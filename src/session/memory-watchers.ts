import { mapKeyOf, type SessionKey, type StopWatching } from './session-store.ts';

/** Who watches which sessions, in the memory of one process. */
export class MemoryWatchers {
  readonly #rings = new Map<string, Set<() => void>>();

  /** How many watches there are. */
  get size(): number {
    let size = 0;
    for (const rings of this.#rings.values()) size += rings.size;
    return size;
  }

  /** Begins a watch, also of a session that there is not. It may be stopped more than once. */
  add(key: SessionKey, ring: () => void): StopWatching {
    const name = mapKeyOf(key);
    const rings = this.#rings.get(name) ?? new Set();
    this.#rings.set(name, rings);
    // A function of its own each time: the same ring may be given twice.
    const entry = (): void => ring();
    rings.add(entry);
    return () => {
      if (rings.delete(entry) && rings.size === 0 && this.#rings.get(name) === rings) this.#rings.delete(name);
    };
  }

  /** Rings who watches a session. */
  ring(key: SessionKey): void {
    // Later, as over a network: no caller finds the store in the middle of a change.
    for (const ring of this.#rings.get(mapKeyOf(key)) ?? []) queueMicrotask(ring);
  }

  /** Ends every watch. */
  clear(): void {
    this.#rings.clear();
  }
}
