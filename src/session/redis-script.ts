import type { RedisConnection } from '../redis/connection.ts';
import { readScript, type RedisScript, runScript, type ScriptCall } from '../redis/script.ts';
import type { RedisKeys, SessionName } from './redis-keys.ts';

const OF_A_SESSION = [
  'start',
  'claim',
  'recorded',
  'append',
  'record',
  'ask',
  'finish',
  'answer',
  'misfit',
  'cancel',
  'expire',
  'snapshot',
  'read',
  'watch',
  'unwatch',
  'whereabouts',
] as const;
/** The atomic steps on one session, a file each in scripts/. */
export type SessionScript = (typeof OF_A_SESSION)[number];

const OF_ALL = ['heartbeat', 'retire', 'alive', 'survey', 'owned'] as const;
/** The atomic steps on instances, and on the sessions of a shard. */
export type RegistryScript = (typeof OF_ALL)[number];

export interface RedisScriptsOptions {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  /** This instance's own name. */
  readonly instance: string;
}

/** The scripts, ready to be called on a connection. */
export class RedisScripts {
  readonly #options: RedisScriptsOptions;
  readonly #scripts: ReadonlyMap<SessionScript | RegistryScript, RedisScript>;

  /** Reads the files: one of them is missing when this throws. */
  constructor(options: RedisScriptsOptions) {
    this.#options = options;
    this.#scripts = new Map([
      ...OF_A_SESSION.map((name) => [name, readScript(name, [fileOf('session'), fileOf(name)])] as const),
      ...OF_ALL.map((name) => [name, readScript(name, [fileOf(name)])] as const),
    ]);
  }

  /** Runs a script on one session. `args` are those from the fourth on: see scripts/session.lua. Rejects as run. */
  async onSession(script: SessionScript, name: SessionName, args: ScriptCall['args']): Promise<unknown> {
    const { keys, instance } = this.#options;
    return this.#send(script, { keys: keys.ofSession(name), args: [instance, keys.bells, name, ...args] });
  }

  /** Runs a script on instances or on a shard. Rejects as RedisConnection.send. */
  async run(script: RegistryScript, call: ScriptCall): Promise<unknown> {
    return this.#send(script, call);
  }

  async #send(name: SessionScript | RegistryScript, call: ScriptCall): Promise<unknown> {
    const script = this.#scripts.get(name);
    if (!script) throw new TypeError(`there is no script ${name}`);
    return runScript(this.#options.redis, script, call);
  }
}

function fileOf(name: string): URL {
  return new URL(`scripts/${name}.lua`, import.meta.url);
}
