import { describe, expect, test } from 'vitest';
import { canStart } from '../support/services/bring-program.ts';
import { findPostgres, findRedis } from '../support/services/find-server.ts';
import { setup, teardown } from '../support/services/global-setup.ts';
import { thisMachine, type Machine } from '../support/services/machine.ts';
import { connectPostgres } from '../support/services/postgres-link.ts';
import { startPostgres } from '../support/services/postgres.ts';
import { connectRedis } from '../support/services/redis-link.ts';
import { startRedis } from '../support/services/redis.ts';
import { startHolding } from './holding-process.ts';

function machineWith(environment: Record<string, string>): Machine {
  return { ...thisMachine(), environment: { PATH: process.env['PATH'], ...environment } };
}

async function databasesAt(url: string): Promise<string> {
  await using link = await connectPostgres(url);
  return await link.ask("SELECT count(*)::text FROM pg_database WHERE datname LIKE 'matching\\_test\\_%'");
}

describe.runIf(canStart('postgres'))('the Postgres of DATABASE_URL', () => {
  test('lends a database, takes it back and goes on running', async () => {
    await using given = await startPostgres();
    const found = await findPostgres({ machine: machineWith({ DATABASE_URL: given.url }) });
    expect(found.description).toBe(`Postgres ${given.version}: the server of DATABASE_URL, in a database of its own`);
    expect(new URL(found.url).port).toBe(String(given.port));
    expect(await databasesAt(found.url)).toBe('1');
    await found[Symbol.asyncDispose]();
    expect(await databasesAt(given.url)).toBe('0');
  });

  test('has no database more when the process that took one was killed', async () => {
    await using given = await startPostgres();
    await using holder = startHolding({ what: 'database', environment: { DATABASE_URL: given.url } });
    expect(await databasesAt(await holder.databaseUrl())).toBe('1');
    holder.signal('SIGKILL');
    await expect.poll(() => databasesAt(given.url), { timeout: 15_000 }).toBe('0');
  });
});

describe.runIf(canStart('redis'))('the Redis of REDIS_URL', () => {
  test('is used as it is and goes on running, also with a password', async () => {
    await using given = await startRedis({ settings: { requirepass: '' } });
    using owner = await connectRedis(given.url);
    await owner.ask('CONFIG', 'SET', 'requirepass', 'p@ss');
    const url = given.url.replace('//', '//:p%40ss@');
    const found = await findRedis({ machine: machineWith({ REDIS_URL: url }) });
    expect(found).toMatchObject({ url, description: `Redis ${given.version}: the server of REDIS_URL` });
    await found[Symbol.asyncDispose]();
    expect(given.pid).not.toBeNull();
    expect(await owner.ask('PING')).toBe('PONG');
  });
});

test.each([
  [
    'DATABASE_URL',
    () => findPostgres({ machine: machineWith({ DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/x' }) }),
  ],
  ['REDIS_URL', () => findRedis({ machine: machineWith({ REDIS_URL: 'redis://:secret@127.0.0.1:1' }) })],
])('a server of %s that does not answer is told of without its address', async (variable, find) => {
  await expect(find()).rejects.toThrow(
    new Error(`${variable} is set, but the server that it names cannot be used: ECONNREFUSED`),
  );
});

test.runIf(canStart('postgres') && canStart('redis'))(
  'a run is given one Postgres and one Redis, and takes them back',
  async () => {
    const provided = new Map<string, unknown>();
    await setup({ provide: (key, value) => void provided.set(key, value) });
    const [postgresUrl, redisUrl] = [String(provided.get('postgresUrl')), String(provided.get('redisUrl'))];
    const isGiven = process.env['DATABASE_URL'] !== undefined || process.env['REDIS_URL'] !== undefined;
    {
      await using postgres = await connectPostgres(postgresUrl);
      using redis = await connectRedis(redisUrl);
      expect([await postgres.ask("SELECT 'here'::text"), await redis.ask('PING')]).toEqual(['here', 'PONG']);
    }
    await teardown();
    if (isGiven) return;
    await expect(connectPostgres(postgresUrl)).rejects.toThrow('ECONNREFUSED');
    await expect(connectRedis(redisUrl)).rejects.toThrow('ECONNREFUSED');
  },
);
