import { isSessionName, type SessionName, type Shard, shardOf } from './redis-keys.ts';
import type { StopWatching } from './session-store.ts';

interface Watched {
  readonly rings: Set<() => void>;
  /** The last sequence that all watchers know of or were rung for; -1 when it is not known which that was. */
  heard: number | undefined;
  /** Milliseconds on the monotonic clock, after which the session may have been forgotten. */
  forgottenAt: number;
}

interface WatchedShard {
  readonly sessions: Map<SessionName, Watched>;
  /** The last of the shard's changes that was looked at: an id of a stream. Undefined until it is known where to begin. */
  cursor: string | undefined;
}

/** Before every id of a stream. */
export const BEFORE_ALL = '0-0';

/** A change that the store was told of. */
export interface Change {
  readonly session: SessionName;
  /** The last sequence of its log. */
  readonly last: number;
}

/** Who watches which sessions in this process, by their shards. */
export class RedisWatchers {
  readonly #shards = new Map<Shard, WatchedShard>();

  /** How many watches there are. */
  get size(): number {
    let size = 0;
    for (const { sessions } of this.#shards.values()) {
      for (const { rings } of sessions.values()) size += rings.size;
    }
    return size;
  }

  get shards(): readonly Shard[] {
    return [...this.#shards.keys()];
  }

  isWatched(name: SessionName): boolean {
    return this.#find(name) !== undefined;
  }

  /** Begins a watch. It may be stopped more than once. */
  add(name: SessionName, ring: () => void): StopWatching {
    const shard = shardOf(name);
    const watched = this.#find(name) ?? this.#watch(shard, name);
    // A function of its own each time: the same ring may be given twice.
    const entry = (): void => ring();
    watched.rings.add(entry);
    return () => {
      if (!watched.rings.delete(entry) || watched.rings.size > 0) return;
      const all = this.#shards.get(shard);
      if (all?.sessions.get(name) !== watched) return;
      all.sessions.delete(name);
      if (all.sessions.size === 0) this.#shards.delete(shard);
    };
  }

  /** What Redis said when the watch was made known there: the shard's last change, and the session's state. */
  begun(
    name: SessionName,
    state: { readonly change: string; readonly last: number; readonly forgottenAt: number },
  ): void {
    const shard = this.#shards.get(shardOf(name));
    const watched = shard?.sessions.get(name);
    if (!shard || !watched) return;
    // A cursor that others of the shard have is older or as good.
    shard.cursor ??= state.change === '' ? BEFORE_ALL : state.change;
    // Only of the first: those who watched before may not have heard of what a later one begins with.
    watched.heard ??= state.last;
    watched.forgottenAt = state.forgottenAt;
  }

  cursorOf(shard: Shard): string | undefined {
    return this.#shards.get(shard)?.cursor;
  }

  moveCursor(shard: Shard, cursor: string): void {
    const watched = this.#shards.get(shard);
    if (watched) watched.cursor = cursor;
  }

  /** Rings who watches a session, whatever they heard before; `last` where it is known. */
  ring(name: SessionName, last = -1): void {
    const watched = this.#find(name);
    if (!watched) return;
    // A bell may come after a later change was heard of in another way.
    watched.heard = last === -1 ? -1 : Math.max(last, watched.heard ?? -1);
    // Later, as over a network: no caller finds the store in the middle of a change.
    for (const ring of watched.rings) queueMicrotask(() => watched.rings.has(ring) && ring());
  }

  /** Rings for a change, unless it was rung for before; gives whether it rang. */
  ringOnce({ session, last }: Change): boolean {
    const watched = this.#find(session);
    // Not "less than": a log that went back in time is a change too.
    if (!watched || watched.heard === last) return false;
    this.ring(session, last);
    return true;
  }

  /** Rings who watches any session of a shard. */
  ringShard(shard: Shard): void {
    for (const name of this.#shards.get(shard)?.sessions.keys() ?? []) this.ring(name);
  }

  /** Rings everybody. */
  ringAll(): void {
    for (const shard of this.shards) this.ringShard(shard);
  }

  /** Rings who watches a session that may have been forgotten by now: nobody writes that into a log. */
  ringForgotten(now: number): void {
    for (const { sessions } of this.#shards.values()) {
      for (const [name, { forgottenAt }] of sessions) if (forgottenAt <= now) this.ring(name);
    }
  }

  clear(): void {
    for (const { sessions } of this.#shards.values()) for (const { rings } of sessions.values()) rings.clear();
    this.#shards.clear();
  }

  #find(name: SessionName): Watched | undefined {
    return this.#shards.get(shardOf(name))?.sessions.get(name);
  }

  #watch(shard: Shard, name: SessionName): Watched {
    const all: WatchedShard = this.#shards.get(shard) ?? { sessions: new Map(), cursor: undefined };
    const watched: Watched = { rings: new Set(), heard: undefined, forgottenAt: Number.POSITIVE_INFINITY };
    this.#shards.set(shard, all);
    all.sessions.set(name, watched);
    return watched;
  }
}

/** Reads what came over a bell; undefined for anything that is no change. */
export function changeOf(message: unknown): Change | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { session, last } = message as { readonly session?: unknown; readonly last?: unknown };
  return isSessionName(session) && Number.isSafeInteger(last) ? { session, last: last as number } : undefined;
}
