import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/clock.ts';
import { sessionNameOf, shardOf } from '../../src/session/redis-keys.ts';
import {
  openRedisSessionStore,
  type RedisSessionStore,
  type RedisSessionStoreOptions,
} from '../../src/session/redis-session-store.ts';
import type { Lease, SessionKey, SessionStart } from '../../src/session/session-store.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { matchingInput } from '../support/session-samples.ts';

/** A store on Redis, closed at the end of its block. It looks by itself only once a minute, unless told otherwise. */
export async function openStore(
  url: string,
  changes: Partial<RedisSessionStoreOptions> = {},
): Promise<RedisSessionStore & AsyncDisposable> {
  const store = await openRedisSessionStore({
    url,
    keyPrefix: newPrefix(),
    logPollMs: 60_000,
    instance: randomUUID(),
    clock: systemClock,
    log: new RecordingLog(),
    ...changes,
  });
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}

/** Keys of its own, on a Redis that others use too. */
export function newPrefix(): string {
  return `test-${randomUUID()}:`;
}

export function newKey(): SessionKey {
  return { account: `account-${randomUUID()}`, sessionId: `session-${randomUUID()}` };
}

export function startOf(changes: Partial<SessionStart> = {}): SessionStart {
  return {
    input: matchingInput(),
    startToken: randomUUID(),
    instance: 'one',
    maxLifeMs: 60_000,
    retentionMs: 60_000,
    ...changes,
  };
}

/** Starts a session of which nobody has heard yet. */
export async function begin(store: RedisSessionStore, changes: Partial<SessionStart> = {}): Promise<Lease> {
  const started = await store.start(newKey(), startOf(changes));
  if (started.outcome !== 'started') throw new Error(`expected a start, got ${started.outcome}`);
  return started.lease;
}

/** A session in the same shard as another. */
export async function beginBeside(
  store: RedisSessionStore,
  other: SessionKey,
  changes: Partial<SessionStart> = {},
): Promise<Lease> {
  const shard = shardOf(sessionNameOf(other));
  let key = newKey();
  while (shardOf(sessionNameOf(key)) !== shard) key = newKey();
  const started = await store.start(key, startOf(changes));
  if (started.outcome !== 'started') throw new Error('not started');
  return started.lease;
}

/** Counts rings, and waits for them. */
export class RingCounter {
  count = 0;
  readonly ring = (): void => {
    this.count += 1;
  };

  /** Resolves at the next ring; rejects after `limitMs`. */
  async next(limitMs = 5000): Promise<void> {
    const before = this.count;
    await until(() => this.count > before, limitMs);
  }
}

/** Resolves when something holds; rejects after `limitMs`. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 5000): Promise<void> {
  for (const end = performance.now() + limitMs; !(await holds());) {
    if (performance.now() > end) throw new Error('it did not come to hold in time');
    await delay(5);
  }
}
