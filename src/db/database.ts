import { constants, existsSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { type CustomTypesConfig, Pool, TypeOverrides, types } from 'pg';
import type { Log } from '../log.ts';
import { Outage } from '../outage.ts';
import { Dialect } from './dialect.ts';
import { lockFolder } from './folder-lock.ts';
import { preparedReads, type Read, tellingOutages } from './reads.ts';
import type { Tables } from './tables.ts';

export interface DatabaseOptions {
  /** A Postgres server; null: PGlite. */
  readonly url: string | null;
  /** The folder of PGlite; `memory` keeps nothing. */
  readonly dataDir: string;
  /** Hears, in one line, what takes long enough to wonder about. */
  readonly onProgress?: (line: string) => void;
  /** Hears once when reads begin to fail as the server is away, and once when they work again. Default: nobody. */
  readonly log?: Log;
}

/** An open database. Closing it twice is the same as once. */
export interface Database {
  /** For whatever may take its time: migrations, seeding, transactions. Waits for an answer as long as it takes. */
  readonly kysely: Kysely<Tables>;
  /**
   * For what a session reads, again and again: by prepared statements, and with a limit of 5 seconds each for a
   * connection and for the answer. Rejects after them, as for any other loss of the server, with an error that
   * isUnavailable knows. PGlite, which is in this process, has no limit.
   */
  readonly read: Read;
  /** Such as `PGlite in .data` or `PostgreSQL 15.18 on localhost`: never a user or a password. */
  readonly description: string;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Waits for the queries that run, and leaves nothing open. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How long to wait for a connection: for the server to take it, or for one of the pool to be free. */
const CONNECTION_TIMEOUT_MS = 5_000;

/**
 * How long to wait for the answer to a read. They take milliseconds, and all of 500,000 centers at once takes two or
 * three seconds; beyond this, the server hangs. With the wait for a connection it is no more than a session's lease
 * (10 s by default), in which the person who watches should have heard that it goes wrong.
 */
const READ_TIMEOUT_MS = 5_000;

/** The server of DATABASE_URL cannot be used. Carries no password. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/**
 * Opens the database. Rejects with FolderLockedError when another process holds the folder of PGlite, and with
 * DatabaseUnavailableError when the server does not let us in, or the folder cannot be written to.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url !== null) return openPostgres(options.url, options.log);
  return options.dataDir === 'memory' ? openPglite('memory://', 'memory') : openFolder(options);
}

async function openPostgres(url: string, log: Log | undefined): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    types: columnTypes(),
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'matching-stream',
  });
  surviveLostConnections(pool);
  try {
    return databaseOf(pool, { description: await describePostgres(pool), readTimeoutMs: READ_TIMEOUT_MS, log });
  } catch (error) {
    await pool.end();
    throw new DatabaseUnavailableError(`The server of DATABASE_URL cannot be used: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** A host with several addresses, such as localhost, fails with a code and no message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it gives no reason';
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}

async function describePostgres(pool: Pool): Promise<string> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    const [version = ''] = (rows[0]?.server_version ?? '').split(' ');
    return `PostgreSQL ${version} on ${client.host.startsWith('/') ? 'a local socket' : client.host}`;
  } finally {
    client.release();
  }
}

async function openFolder({ dataDir, onProgress }: DatabaseOptions): Promise<Database> {
  await makeFolder(dataDir);
  const lock = await lockFolder(dataDir);
  try {
    const folder = join(dataDir, 'pglite');
    if (!existsSync(join(folder, 'PG_VERSION'))) onProgress?.(`Making a database in ${dataDir}, a few seconds, once.`);
    return await openPglite(folder, dataDir, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function makeFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
  } catch (error) {
    throw new DatabaseUnavailableError(
      `The database folder ${dataDir} cannot be written to: ${reasonOf(error)}. Set DATA_DIR to a folder that can, or` +
        ' DATABASE_URL to a Postgres server.',
      { cause: error },
    );
  }
}

async function openPglite(location: string, name: string, onClosed?: () => Promise<void>): Promise<Database> {
  // Loaded here, so that with a server nobody pays for it.
  const [{ PGlite }, { createPgConfig }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/node-postgres'),
  ]);
  const pglite = await PGlite.create(location);
  const { connection, host, user, password, database } = createPgConfig(pglite);
  // PGlite is one session: transactions wait for one another here, and the session is never given up.
  const config = { connection, host, user, password, database, types: columnTypes(), max: 1, idleTimeoutMillis: 0 };
  const pool = new Pool(config);
  surviveLostConnections(pool);
  return databaseOf(pool, {
    description: `PGlite in ${name}`,
    readTimeoutMs: null,
    async afterPool() {
      await pglite.close();
      await onClosed?.();
    },
  });
}

/**
 * Without a listener an error of a connection would end the process. The pool listens to those that are idle and makes
 * new ones; those that are in use, as between two statements of a transaction, fail their next query. Nothing is logged
 * here: a server that ends idle connections and stays is no outage, and one that is away fails the next read.
 */
function surviveLostConnections(pool: Pool): void {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
}

interface Parts {
  readonly description: string;
  /** Null: no limit, and the connection is never given up. */
  readonly readTimeoutMs: number | null;
  readonly log?: Log | undefined;
  readonly afterPool?: () => Promise<void>;
}

function databaseOf(pool: Pool, { description, readTimeoutMs, log, afterPool }: Parts): Database {
  const kysely = new Kysely<Tables>({ dialect: new Dialect({ pool }) });
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await kysely.destroy();
    // A Kysely that was never asked anything does not know its pool yet.
    if (!pool.ended) await pool.end();
    await afterPool?.();
  };
  const closeOnce = () => (closing ??= close());
  const silently = preparedReads(pool, readTimeoutMs);
  const read = log ? tellingOutages(silently, new Outage(log, 'reading from the database')) : silently;
  return {
    kysely,
    read,
    description,
    async ping() {
      await read(sql`select 1`.compile(kysely));
    },
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

/** Dates stay the text that they are, and whole numbers of 8 bytes, which are counts here, become numbers. */
function columnTypes(): CustomTypesConfig {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(types.builtins.DATE, (text: string) => text);
  overrides.setTypeParser(types.builtins.INT8, Number);
  return overrides;
}
