import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisConnection } from './redis-connection.ts';
import { isScriptUnknown } from './redis-failure.ts';
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

interface Script {
  readonly text: string;
  /** SHA-1, which Redis knows a script by. */
  readonly digest: string;
}

/** What a script works on. */
export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

export interface RedisScriptsOptions {
  readonly redis: RedisConnection;
  readonly keys: RedisKeys;
  /** This instance's own name. */
  readonly instance: string;
}

/** The scripts, ready to be called on a connection. */
export class RedisScripts {
  readonly #options: RedisScriptsOptions;
  readonly #scripts: ReadonlyMap<SessionScript | RegistryScript, Script>;

  /** Reads the files: one of them is missing when this throws. */
  constructor(options: RedisScriptsOptions) {
    this.#options = options;
    const [all, session] = [textOf('time'), textOf('session')];
    this.#scripts = new Map([
      ...OF_A_SESSION.map((name) => [name, scriptOf(all, session, textOf(name))] as const),
      ...OF_ALL.map((name) => [name, scriptOf(all, textOf(name))] as const),
    ]);
  }

  /** Runs a script on one session. `args` are those from the fourth on: see scripts/session.lua. Rejects as run. */
  async onSession(script: SessionScript, name: SessionName, args: ScriptCall['args']): Promise<unknown> {
    const { keys, instance } = this.#options;
    return this.#send(script, { keys: keys.ofSession(name), args: [instance, keys.bells, name, ...args] });
  }

  /**
   * Runs a script: by its digest, and with its text where Redis does not know it, as after a restart. Rejects as
   * RedisConnection.send.
   */
  async run(script: RegistryScript, call: ScriptCall): Promise<unknown> {
    return this.#send(script, call);
  }

  async #send(name: SessionScript | RegistryScript, { keys, args }: ScriptCall): Promise<unknown> {
    const script = this.#scripts.get(name);
    if (!script) throw new TypeError(`there is no script ${name}`);
    const given = [keys.length, ...keys, ...args] as const;
    return this.#options.redis.send(name, async (client) => {
      try {
        return await client.evalsha(script.digest, ...given);
      } catch (thrown) {
        if (!isScriptUnknown(thrown)) throw thrown;
        return client.eval(script.text, ...given);
      }
    });
  }
}

function textOf(name: string): string {
  return readFileSync(new URL(`scripts/${name}.lua`, import.meta.url), 'utf8');
}

function scriptOf(...parts: readonly string[]): Script {
  const text = parts.join('\n');
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}
