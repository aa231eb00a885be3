import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { anyCenter } from '../../src/db/centers.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';
import { loadDemoData } from '../../src/db/seed/demo-data.ts';
import { isUnavailable } from '../../src/db/unavailable.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { type PostgresServer, startPostgres } from '../support/services/postgres.ts';

// A connection's error that nobody listens to ends a process: here it would fail the run.

let server: PostgresServer;
let database: Database;
const log = new RecordingLog();

const FAILS = { level: 'warn', message: 'reading from the database fails' };
const WORKS_AGAIN = { level: 'info', message: 'reading from the database works again' };

beforeAll(async () => {
  // What was committed is to be there after a kill.
  server = await startPostgres({ settings: { synchronous_commit: 'on' } });
  database = await openDatabase({ url: server.url, dataDir: 'memory', log });
  await migrate(database);
  await loadDemoData(database);
}, 60_000);

afterAll(async () => {
  await database.close();
  await server[Symbol.asyncDispose]();
});

/** Connections in each state that an outage may find them in. */
interface Caught {
  /** How a read that was running ended, and a statement without a limit, and a transaction between two statements. */
  readonly ends: Promise<readonly unknown[]>;
}

describe.each([
  ['is killed', () => server.kill()],
  ['is shut down', () => server.stop()],
  ['is shut down at once', () => shutDownAtOnce()],
])('when the server %s', (_, end) => {
  let ends: readonly unknown[] = [];

  beforeAll(async () => {
    log.lines.length = 0;
    await holdIdle(5);
    const caught = await busyConnections();
    await end();
    ends = await caught.ends;
  });

  afterAll(async () => {
    if (server.pid === null) await server.start();
  });

  test('what was running fails, and it is known that the server is away', () => {
    expect(ends).toHaveLength(3);
    expect(ends.map(isUnavailable)).toEqual([true, true, true]);
  });

  test('what is asked meanwhile fails in the same way', async () => {
    const asked = await Promise.all([endOf(database.ping()), endOf(anyCenter(database)), endOf(migrate(database))]);
    expect(asked.map(isUnavailable)).toEqual([true, true, true]);
  });

  test('what is asked when it is back is answered, as often as there were connections', async () => {
    await server.start();
    const answers = await Promise.all(Array.from({ length: 20 }, () => anyCenter(database)));
    expect(answers).toEqual(answers.map(() => true));
  });

  test('the log has said why, once, and once that it works again', () => {
    expect(log.lines).toMatchObject([{ ...FAILS, fields: { cause: { code: expect.any(String) } } }, WORKS_AGAIN]);
  });
});

test('reads that were asked before another one failed do not say that they work again', async () => {
  log.lines.length = 0;
  const earlier = database.read(sql`select pg_sleep(1)`.compile(database.kysely));
  const failed = await endOf(
    database.read(sql`select pg_terminate_backend(pg_backend_pid())`.compile(database.kysely)),
  );
  expect(isUnavailable(failed)).toBe(true);
  await earlier;
  expect(log.lines).toMatchObject([FAILS]);
  await anyCenter(database);
  expect(log.lines).toMatchObject([FAILS, WORKS_AGAIN]);
});

test('a read that is asked wrongly is no outage', async () => {
  log.lines.length = 0;
  expect(isUnavailable(await endOf(database.read(sql`select 1 / 0`.compile(database.kysely))))).toBe(false);
  expect(log.lines).toEqual([]);
});

test('a server that ends every connection and stays is noticed by nobody who asks later', async () => {
  await holdIdle(5);
  const killer = await openDatabase({ url: server.url, dataDir: 'memory' });
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()
  `.execute(killer.kysely);
  await killer.close();
  const ends = await Promise.all(Array.from({ length: 20 }, () => endOf(anyCenter(database))));
  // One that was asked before the news of its connection's end came in may fail, but only so.
  expect(ends.filter((end) => end !== 'answered').every(isUnavailable)).toBe(true);
  expect(await anyCenter(database)).toBe(true);
});

describe('when the server hangs', () => {
  afterEach(async () => {
    await server.resume();
  });

  test('reads fail after a while instead of hanging with it, on old connections and on new ones', async () => {
    await holdIdle(2);
    await using other = await openDatabase({ url: server.url, dataDir: 'memory' });
    await server.pause();
    // More than there are connections: some have one, some make one, some wait for one.
    const asked = Array.from({ length: 15 }, () => endOf(anyCenter(database)));
    const ends = await Promise.all([...asked, endOf(database.ping()), endOf(other.ping())]);
    expect(ends.map(isUnavailable)).toEqual(ends.map(() => true));
    await server.resume();
    const answers = await Promise.all(Array.from({ length: 20 }, () => anyCenter(database)));
    expect(answers).toEqual(answers.map(() => true));
  }, 40_000);
});

test('a connection that hangs alone is given up, and the next read has another one', async () => {
  const heard = new RecordingLog();
  await using other = await openDatabase({ url: server.url, dataDir: 'memory', log: heard });
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(other.kysely);
  const pid = rows[0]?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    expect(isUnavailable(await endOf(anyCenter(other)))).toBe(true);
    expect(await anyCenter(other)).toBe(true);
    expect(heard.lines).toMatchObject([{ ...FAILS, fields: { cause: { code: 'Query read timeout' } } }, WORKS_AGAIN]);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

/** Postgres calls it an immediate shutdown: no connection is ended in order. */
async function shutDownAtOnce(): Promise<void> {
  if (server.pid !== null) process.kill(server.pid, 'SIGQUIT');
  await vi.waitFor(() => expect(server.pid).toBeNull(), { timeout: 10_000 });
}

/** Makes so many connections that are free afterwards. */
async function holdIdle(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => sql`select pg_sleep(0.05)`.execute(database.kysely)));
}

async function busyConnections(): Promise<Caught> {
  const begun = Promise.withResolvers<undefined>();
  const cut = Promise.withResolvers<undefined>();
  const transaction = endOf(
    database.kysely.transaction().execute(async (connection) => {
      await sql`select 1`.execute(connection);
      begun.resolve(undefined);
      await cut.promise;
      await sql`select 2`.execute(connection);
    }),
  );
  const read = endOf(database.read(sql`select pg_sleep(4)`.compile(database.kysely)));
  const statement = endOf(sql`select pg_sleep(60)`.execute(database.kysely));
  await begun.promise;
  await vi.waitFor(async () => expect(await sleepers()).toBe(2), { timeout: 3000 });
  const ends = Promise.all([read, statement]).then(async (others) => {
    cut.resolve(undefined);
    return [...others, await transaction];
  });
  return { ends };
}

async function sleepers(): Promise<number | undefined> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from pg_stat_activity where wait_event = 'PgSleep'
  `.execute(database.kysely);
  return rows[0]?.count;
}

/** The error with which it fails, or that it was answered. */
async function endOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(() => 'answered').catch((error: unknown) => error);
}
