import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisConnection } from './redis-connection.ts';
import { isScriptUnknown } from './redis-failure.ts';

const SCRIPTS = [
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
] as const;
/** The atomic steps, a file each in scripts/. */
export type ScriptName = (typeof SCRIPTS)[number];

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

/** The scripts, ready to be called on a connection. */
export class RedisScripts {
  readonly #redis: RedisConnection;
  readonly #scripts: ReadonlyMap<ScriptName, Script>;

  /** Reads the files: one of them is missing when this throws. */
  constructor(redis: RedisConnection) {
    this.#redis = redis;
    const shared = textOf('session');
    this.#scripts = new Map(SCRIPTS.map((name) => [name, scriptOf(`${shared}\n${textOf(name)}`)]));
  }

  /**
   * Runs a script: by its digest, and with its text where Redis does not know it, as after a restart. Rejects as
   * RedisConnection.send.
   */
  async run(name: ScriptName, { keys, args }: ScriptCall): Promise<unknown> {
    const script = this.#scripts.get(name);
    if (!script) throw new TypeError(`there is no script ${name}`);
    const given = [keys.length, ...keys, ...args] as const;
    return this.#redis.send(name, async (client) => {
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

function scriptOf(text: string): Script {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}
