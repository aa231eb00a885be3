import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bringProgram, type BringOptions } from './bring-program.ts';
import { startControlled, type ControlledServer, type Recipe } from './controlled-server.ts';
import type { Program } from './guardian-messages.ts';
import { disposeWith } from './owned-server.ts';
import { identifyRedis } from './redis-link.ts';
import { openThrowaway } from './throwaway.ts';

/** A private Redis or Valkey, without a password, on loopback only. */
export type RedisServer = ControlledServer & AsyncDisposable;

export interface RedisOptions extends BringOptions {
  /** True: every write is in a file before it is answered, so that even a killed one comes back with it. Default: false. */
  readonly keepsData?: boolean;
  /** Settings of the server by their names in redis.conf, over the others. */
  readonly settings?: Readonly<Record<string, string>>;
}

const SETTINGS: Readonly<Record<string, string>> = {
  bind: '127.0.0.1',
  'protected-mode': 'no',
  daemonize: 'no',
  save: '',
  appendonly: 'no',
  // Written out to the system at once, to the disk whenever: it outlives the process, which is all that is asked.
  appendfsync: 'no',
  'maxmemory-policy': 'noeviction',
};

/**
 * Starts a private Redis, whatever REDIS_URL says; see findRedis for one that minds it. Disposal ends it and removes its
 * folder, and so does the end of this process, however it comes. Rejects with ProgramMissing, InstallFailed or
 * ServerFailed.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const command = await bringProgram('redis', options);
  const throwaway = await openThrowaway();
  return disposeWith(throwaway, () =>
    startControlled(throwaway, redisRecipe(command, throwaway.folder, settingsOf(options))),
  );
}

/** The settings that options come to. */
export function settingsOf({ keepsData = false, settings = {} }: RedisOptions): Readonly<Record<string, string>> {
  return { ...SETTINGS, appendonly: keepsData ? 'yes' : 'no', ...settings };
}

/** A Redis with its data in a folder, which is made where it is not there. */
export function redisRecipe(command: string, folder: string, settings: Readonly<Record<string, string>>): Recipe {
  const program = (port: number): Program => ({
    command,
    args: Object.entries({ ...settings, dir: folder, port: String(port) }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ]),
    user: null,
    logFile: join(folder, LOG),
    postmasterFile: null,
  });
  return {
    name: 'Redis',
    folder,
    stopSignal: 'SIGTERM',
    url: urlOf,
    program,
    prepare: async () => void (await mkdir(folder, { recursive: true })),
    clear: () => clearFolder(folder),
    async identify(port, pid) {
      const redis = await identifyRedis(urlOf(port));
      return { version: redis.version, isOwn: redis.pid === pid };
    },
  };
}

function urlOf(port: number): string {
  return `redis://127.0.0.1:${port}`;
}

const LOG = 'redis.log';
const CLUSTER_PLACE = 'nodes.conf';

/** A node of a cluster keeps its place in it. */
async function clearFolder(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== LOG && name !== CLUSTER_PLACE);
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true })));
}
