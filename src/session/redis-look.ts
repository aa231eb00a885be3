import type { Clock, Timer } from '../clock.ts';
import type { Log } from '../log.ts';
import { Outage } from '../outage.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { RedisKeys, Shard } from './redis-keys.ts';
import { type LogEntry, fieldsOf } from './redis-log-entry.ts';
import { BEFORE_ALL, type Change, changeOf, type RedisWatchers } from './redis-watchers.ts';

export interface RedisLookOptions {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  readonly watchers: RedisWatchers;
  readonly everyMs: number;
  /** How long changes are kept: older ones are dropped without anybody having missed them. Default: for ever. */
  readonly keptMs?: number | undefined;
  /** Hears of each change that no bell had rung for. */
  onCaught(change: Change): void;
  readonly clock: Clock;
  readonly log: Log;
}

/** How many changes are read at once. */
const PAGE = 500;

/**
 * The look without a doorbell: reads what changed in every shard that is watched, and rings for what no bell rang for.
 * A shard costs one command a look, however many of its sessions are watched.
 */
export class RedisLook {
  /** Changes that no bell had rung for. */
  caught = 0;
  readonly #options: RedisLookOptions;
  readonly #outage: Outage;
  #timer: Timer;
  #closed = false;

  constructor(options: RedisLookOptions) {
    this.#options = options;
    this.#outage = new Outage(options.log, 'looking for changes of sessions');
    this.#timer = this.#later();
  }

  close(): void {
    this.#closed = true;
    this.#timer.cancel();
  }

  #later(delayMs = this.#options.everyMs): Timer {
    return this.#options.clock.after(delayMs, () => void this.#lookAndGoOn());
  }

  async #lookAndGoOn(): Promise<void> {
    const { clock, everyMs, watchers } = this.#options;
    const startedAt = clock.monotonic();
    watchers.ringForgotten(startedAt);
    await this.#lookAtAll();
    if (!this.#closed) this.#timer = this.#later(everyMs - (clock.monotonic() - startedAt));
  }

  /** Never rejects. A look fails where any shard of it does, and tells nothing where there is none. */
  async #lookAtAll(): Promise<void> {
    const looks = await Promise.allSettled(this.#options.watchers.shards.map((shard) => this.#lookAt(shard)));
    // What fails as the connection is closed is no outage.
    if (this.#closed || looks.length === 0) return;
    const failed = looks.find((look) => look.status === 'rejected');
    if (failed) this.#outage.failed(failed.reason);
    else this.#outage.worked();
  }

  async #lookAt(shard: Shard): Promise<void> {
    for (let more = true; more && !this.#closed;) more = await this.#readPage(shard);
  }

  /** Reads a page of changes; gives whether there may be more. */
  async #readPage(shard: Shard): Promise<boolean> {
    const { redis, keys, watchers } = this.#options;
    const cursor = watchers.cursorOf(shard);
    if (cursor === undefined) return false;
    const entries = await redis.send('xrange', (client) =>
      client.xrange(keys.changes(shard), cursor, '+', 'COUNT', PAGE),
    );
    // Where the change that was read last is still there, none after it was dropped, and it is the same stream.
    const isFirst = cursor === BEFORE_ALL;
    const isWhole = isFirst || entries[0]?.[0] === cursor;
    const fresh = isWhole && !isFirst ? entries.slice(1) : entries;
    // A shard that was quiet for long has lost its cursor to its age alone: what came after it is all there.
    if (isWhole || (entries.length < PAGE && this.#isOld(cursor))) this.#ringFor(fresh);
    else watchers.ringShard(shard);
    // Moved by no one else meanwhile: looks at a shard do not overlap.
    watchers.moveCursor(shard, entries.at(-1)?.[0] ?? BEFORE_ALL);
    return entries.length === PAGE;
  }

  /** Whether a change is so old that it is kept no more: its id begins with when it was made. */
  #isOld(change: string): boolean {
    const { keptMs = Number.POSITIVE_INFINITY, clock } = this.#options;
    return clock.now() - Number.parseInt(change, 10) >= keptMs;
  }

  /** Once for each session, for its last change. */
  #ringFor(entries: readonly LogEntry[]): void {
    const changes = entries.map(changeIn).filter((change) => change !== undefined);
    const last = new Map(changes.map((change) => [change.session, change]));
    for (const change of last.values()) {
      if (!this.#options.watchers.ringOnce(change)) continue;
      this.caught += 1;
      this.#options.onCaught(change);
    }
  }
}

function changeIn([, flat]: LogEntry): Change | undefined {
  const fields = fieldsOf(flat);
  return changeOf({ session: fields.get('session'), last: Number(fields.get('last')) });
}
