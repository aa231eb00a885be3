import { join } from 'node:path';
import { createDatabase, freshDatabaseName } from './databases.ts';
import { findService } from './find-service.ts';
import { thisMachine } from './machine.ts';
import { connectPostgres } from './postgres-link.ts';
import { startPostgres, type PostgresOptions } from './postgres.ts';
import { identifyRedis } from './redis-link.ts';
import { startRedis, type RedisOptions } from './redis.ts';
import { VARIABLES, type Service } from './services.ts';
import { openThrowaway } from './throwaway.ts';

/** A server to test on. Disposal gives back what was taken for it: a server of one's own, or a database on one given. */
export interface FoundServer extends AsyncDisposable {
  readonly url: string;
  /** What was found, in a line, such as `Postgres 15.18: throwaway server on port 12345`. No address of one given. */
  readonly description: string;
}

/**
 * The Postgres of DATABASE_URL, in a database of its own that is dropped afterwards, however this process ends; without
 * DATABASE_URL a private server. Rejects when the one given does not answer, else as startPostgres.
 */
export async function findPostgres(options: PostgresOptions = {}): Promise<FoundServer> {
  const found = findService('postgres', options.machine ?? thisMachine());
  if (found.kind !== 'given') return described('Postgres', await startPostgres(options));
  const version = await answerOf('postgres', versionAt(found.url));
  const throwaway = await openThrowaway();
  try {
    const name = freshDatabaseName();
    // Before it is made: this process may end at any moment.
    await throwaway.atEnd({
      command: process.execPath,
      args: [join(import.meta.dirname, 'drop-database.ts')],
      environment: { SERVER_URL: found.url, DATABASE_NAME: name },
    });
    const { url } = await createDatabase(found, name);
    const description = `Postgres ${version}: the server of DATABASE_URL, in a database of its own`;
    return { url, description, [Symbol.asyncDispose]: () => throwaway[Symbol.asyncDispose]() };
  } catch (error) {
    await throwaway[Symbol.asyncDispose]();
    throw error;
  }
}

/**
 * The Redis of REDIS_URL, where the caller chooses a prefix for its keys; without REDIS_URL a private server. Rejects
 * when the one given does not answer, else as startRedis.
 */
export async function findRedis(options: RedisOptions = {}): Promise<FoundServer> {
  const found = findService('redis', options.machine ?? thisMachine());
  if (found.kind !== 'given') return described('Redis', await startRedis(options));
  const { version } = await answerOf('redis', identifyRedis(found.url));
  return {
    url: found.url,
    description: `Redis ${version}: the server of REDIS_URL`,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function described(name: string, server: Awaited<ReturnType<typeof startPostgres>>): FoundServer {
  return {
    url: server.url,
    description: `${name} ${server.version}: throwaway server on port ${server.port}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function versionAt(url: string): Promise<string> {
  await using link = await connectPostgres(url);
  return await link.version();
}

async function answerOf<T>(service: Service, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    throw new Error(`${VARIABLES[service]} is set, but the server that it names cannot be used: ${reason}`, {
      cause: error,
    });
  }
}
