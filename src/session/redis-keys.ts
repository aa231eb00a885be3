import { sessionDigest } from '../log.ts';
import type { SessionKey } from './session-store.ts';

/** A session's name in Redis: 43 characters that tell neither the account nor the session id. */
export type SessionName = string & { readonly __brand: 'SessionName' };

/** Two hex digits. All sessions of a shard lie in one slot of a cluster, beside the stream of their changes. */
export type Shard = string & { readonly __brand: 'Shard' };

const NAME_PATTERN = /^[\w-]{43}$/u;

/** The name that a session has in Redis, and nothing else has. Its tag in log lines begins it. */
export function sessionNameOf(key: SessionKey): SessionName {
  return sessionDigest(key) as SessionName;
}

/** Whether something that came from outside can be a session's name. */
export function isSessionName(value: unknown): value is SessionName {
  return typeof value === 'string' && NAME_PATTERN.test(value);
}

/** One of 256, from the name's first byte. */
export function shardOf(name: SessionName): Shard {
  return Buffer.from(name.slice(0, 4), 'base64url').toString('hex', 0, 1) as Shard;
}

/** All that there are, in order. */
export const SHARDS: readonly Shard[] = Array.from(
  { length: 256 },
  (_, number) => number.toString(16).padStart(2, '0') as Shard,
);

/** The names of everything in Redis. The prefix has no braces: they mark what decides the slot. */
export class RedisKeys {
  /** What the channel of every instance's doorbell begins with. */
  readonly bells: string;
  /** The sorted set of the instances that are alive, in a slot of its own. */
  readonly instances: string;
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.bells = `${prefix}bell:`;
    this.instances = `${prefix}{instances}`;
  }

  /** The channel that an instance is rung on. */
  bell(instance: string): string {
    return `${this.bells}${instance}`;
  }

  /** The stream of a shard's changes. */
  changes(shard: Shard): string {
    return `${this.#prefix}{${shard}}:changes`;
  }

  /** The hash of a shard's sessions that run, and of who runs each. */
  running(shard: Shard): string {
    return `${this.#prefix}{${shard}}:running`;
  }

  /** The keys that every script of a session takes, in their order: see scripts/session.lua. */
  ofSession(name: SessionName): readonly string[] {
    const shard = shardOf(name);
    const parts = ['record', 'log', 'work', 'watchers'].map((part) => `${this.#prefix}{${shard}}:s:${name}:${part}`);
    return [...parts, this.changes(shard), this.running(shard)];
  }
}
