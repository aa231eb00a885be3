import { existsSync } from 'node:fs';
import { chown, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bringProgram, type BringOptions } from './bring-program.ts';
import {
  ServerFailed,
  startControlled,
  type ControlledServer,
  type Identity,
  type Recipe,
} from './controlled-server.ts';
import type { Program, User } from './guardian-messages.ts';
import { disposeWith } from './owned-server.ts';
import { connectPostgres } from './postgres-link.ts';
import { temporaryFolderFor, userForPostgres } from './server-user.ts';
import { openThrowaway, type Throwaway } from './throwaway.ts';

/** A private Postgres. Its superuser `postgres` needs no password, on loopback only. */
export type PostgresServer = ControlledServer & AsyncDisposable;

export interface PostgresOptions extends BringOptions {
  /** Settings of the server by their names, over those that make it quick. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Quick, and nothing outside its folder: what a power cut would take is thrown away anyway. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  dynamic_shared_memory_type: 'mmap',
  logging_collector: 'off',
};

/**
 * Starts a private Postgres, whatever DATABASE_URL says; see findPostgres for one that minds it. Disposal ends it and
 * removes its folder, and so does the end of this process, however it comes. Rejects with ProgramMissing, InstallFailed
 * or ServerFailed.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const program = await bringProgram('postgres', options);
  const user = await userForPostgres();
  const throwaway = await openThrowaway(temporaryFolderFor(user));
  return disposeWith(throwaway, async () => {
    if (user !== null) await chown(throwaway.folder, user.uid, user.gid);
    return startControlled(throwaway, new PostgresRecipe(throwaway, program, user, options.settings));
  });
}

class PostgresRecipe implements Recipe {
  readonly name = 'Postgres';
  /** Fast shutdown: connections are ended, not waited for. */
  readonly stopSignal = 'SIGINT';
  readonly folder: string;
  readonly #throwaway: Throwaway;
  readonly #command: string;
  readonly #user: User | null;
  readonly #settings: Readonly<Record<string, string>>;

  constructor(throwaway: Throwaway, command: string, user: User | null, settings: PostgresOptions['settings'] = {}) {
    this.folder = throwaway.folder;
    this.#throwaway = throwaway;
    this.#command = command;
    this.#user = user;
    this.#settings = { ...SETTINGS, ...settings };
  }

  url(port: number): string {
    return `postgres://postgres@127.0.0.1:${port}/postgres`;
  }

  program(port: number): Program {
    const settings = Object.entries({ ...this.#settings, port: String(port) });
    return {
      command: this.#command,
      args: ['-D', this.#data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      user: this.#user,
      logFile: join(this.folder, 'postgres.log'),
      postmasterFile: join(this.#data, 'postmaster.pid'),
    };
  }

  async prepare(): Promise<void> {
    if (existsSync(join(this.#data, 'PG_VERSION'))) return;
    const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C';
    const logFile = join(this.folder, 'initdb.log');
    const initdb = await this.#throwaway.run({
      command: join(dirname(this.#command), 'initdb'),
      args: ['-D', this.#data, '-U', 'postgres', '-E', 'UTF8', `--locale=${locale}`, '--auth=trust', '--no-sync'],
      user: this.#user,
      logFile,
      postmasterFile: null,
    });
    if ((await initdb.exited()) !== 0) throw new ServerFailed(`initdb failed:\n${await readFile(logFile, 'utf8')}`);
  }

  async clear(): Promise<void> {
    await rm(this.#data, { recursive: true, force: true });
  }

  async identify(port: number): Promise<Identity> {
    await using client = await connectPostgres(this.url(port));
    const folder = await client.ask('SHOW data_directory');
    return { version: await client.version(), isOwn: folder === this.#data };
  }

  get #data(): string {
    return join(this.folder, 'data');
  }
}
