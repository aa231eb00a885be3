import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type CustomTypesConfig, Pool, TypeOverrides, types } from 'pg';
import { lockFolder } from './folder-lock.ts';
import type { Tables } from './tables.ts';

export interface DatabaseOptions {
  /** A Postgres server; null: PGlite. */
  readonly url: string | null;
  /** The folder of PGlite; `memory` keeps nothing. */
  readonly dataDir: string;
  /** Hears, in one line, what takes long enough to wonder about. */
  readonly onProgress?: (line: string) => void;
}

/** An open database. Closing it twice is the same as once. */
export interface Database {
  readonly kysely: Kysely<Tables>;
  /** Such as `PGlite in .data` or `PostgreSQL 15.18 on localhost`: never a user or a password. */
  readonly description: string;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Waits for the queries that run, and leaves nothing open. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How long to wait for a connection: for the server to take it, or for one of the pool to be free. */
const CONNECTION_TIMEOUT_MS = 10_000;

/** The server of DATABASE_URL cannot be used. Carries no password. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/**
 * Opens the database. Rejects with FolderLockedError when another process holds the folder of PGlite, and with
 * DatabaseUnavailableError when the server does not let us in.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  if (options.url !== null) return openPostgres(options.url);
  return options.dataDir === 'memory' ? openPglite('memory://', 'memory') : openFolder(options);
}

async function openPostgres(url: string): Promise<Database> {
  const pool = new Pool({
    connectionString: url,
    types: columnTypes(),
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'matching-stream',
  });
  // Without a listener a server restart would end the process. The pool drops the connection and makes another one.
  pool.on('error', () => undefined);
  try {
    return databaseOf(pool, await describePostgres(pool));
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
  pool.on('error', () => undefined);
  return databaseOf(pool, `PGlite in ${name}`, async () => {
    await pglite.close();
    await onClosed?.();
  });
}

function databaseOf(pool: Pool, description: string, afterPool?: () => Promise<void>): Database {
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await kysely.destroy();
    // A Kysely that was never asked anything does not know its pool yet.
    if (!pool.ended) await pool.end();
    await afterPool?.();
  };
  const closeOnce = () => (closing ??= close());
  return {
    kysely,
    description,
    async ping() {
      await sql`select 1`.execute(kysely);
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
