import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisConnection } from './connection.ts';
import { isScriptUnknown } from './failure.ts';

/** An atomic step, written in Lua. */
export interface RedisScript {
  /** What a failure calls it. */
  readonly name: string;
  readonly text: string;
  /** SHA-1, which Redis knows a script by. */
  readonly digest: string;
}

/** What a script works on. */
export interface ScriptCall {
  /** In a cluster all of one slot. */
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** All that a script needs of a connection. */
export type ScriptSender = Pick<RedisConnection, 'send'>;

const TIME = new URL('time.lua', import.meta.url);

/** Reads a script: time.lua, then its files in their order. One of them is missing when this throws. */
export function readScript(name: string, files: readonly URL[]): RedisScript {
  const text = [TIME, ...files].map((file) => readFileSync(file, 'utf8')).join('\n');
  return { name, text, digest: createHash('sha1').update(text).digest('hex') };
}

/**
 * Runs a script: by its digest, and with its text where Redis does not know it, as after a restart. Rejects as
 * RedisConnection.send; a script that is not safe to be carried out twice has to notice it by its arguments.
 */
export async function runScript(
  redis: ScriptSender,
  { name, text, digest }: RedisScript,
  { keys, args }: ScriptCall,
): Promise<unknown> {
  const given = [keys.length, ...keys, ...args] as const;
  return redis.send(name, async (client) => {
    try {
      return await client.evalsha(digest, ...given);
    } catch (thrown) {
      if (!isScriptUnknown(thrown)) throw thrown;
      return client.eval(text, ...given);
    }
  });
}
