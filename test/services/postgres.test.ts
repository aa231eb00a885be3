import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canStart } from '../support/services/bring-program.ts';
import { createDatabase } from '../support/services/databases.ts';
import { connectPostgres } from '../support/services/postgres-link.ts';
import { startPostgres, type PostgresServer } from '../support/services/postgres.ts';

async function ask(url: string, statement: string): Promise<string> {
  await using link = await connectPostgres(url);
  return await link.ask(statement);
}

describe.runIf(canStart('postgres'))("a Postgres of one's own", () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  test('answers at its address, in UTF-8, and says its version', async () => {
    expect(await ask(postgres.url, 'SHOW server_encoding')).toBe('UTF8');
    expect(await ask(postgres.url, 'SHOW server_version')).toMatch(new RegExp(`^${postgres.version}( |$)`, 'u'));
    expect(new URL(postgres.url).port).toBe(String(postgres.port));
  });

  test('listens on loopback alone and has no socket', async () => {
    expect(await ask(postgres.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(postgres.url, 'SHOW unix_socket_directories')).toBe('');
  });

  test('takes settings', async () => {
    await using other = await startPostgres({ settings: { fsync: 'on', max_connections: '7' } });
    expect(await ask(other.url, 'SHOW fsync')).toBe('on');
    expect(await ask(other.url, 'SHOW max_connections')).toBe('7');
  });

  test('comes back from a stop and from a kill on its port with its data, and empty when told to', async () => {
    await ask(postgres.url, "CREATE TABLE kept AS SELECT 'it is here'::text AS word");
    for (const end of ['stop', 'kill'] as const) {
      const { pid } = postgres;
      await postgres[end]();
      expect(postgres.pid).toBeNull();
      await expect(ask(postgres.url, 'SHOW port')).rejects.toThrow('ECONNREFUSED');
      await postgres.start();
      expect(postgres.pid).not.toBe(pid);
      expect(await ask(postgres.url, 'SELECT word FROM kept')).toBe('it is here');
    }
    await postgres.kill();
    await postgres.start({ empty: true });
    await expect(ask(postgres.url, 'SELECT word FROM kept')).rejects.toThrow('does not exist');
  });

  test('ends its connections when it is killed, also one that is at work', async () => {
    const link = await connectPostgres(postgres.url);
    const outcome = Promise.allSettled([link.ask('SELECT count(*)::text FROM generate_series(1, 1e12::bigint)')]);
    const atWork = "SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE 'SELECT count(*)::text FROM gen%'";
    await expect.poll(() => ask(postgres.url, atWork)).toBe('1');
    await postgres.kill();
    expect(await outcome).toMatchObject([{ reason: { message: 'Connection terminated unexpectedly' } }]);
    await postgres.start();
  });

  test('answers nothing while it is held up, and everything afterwards', async () => {
    await using link = await connectPostgres(postgres.url);
    await postgres.pause();
    const answer = link.ask("SELECT 'late'::text");
    expect(await Promise.race([answer, delay(300, 'nothing')])).toBe('nothing');
    await postgres.resume();
    expect(await answer).toBe('late');
  });

  test('stops in an orderly way when it is held up', async () => {
    await postgres.pause();
    await postgres.stop();
    await postgres.start();
    expect(await ask(postgres.url, 'SHOW port')).toBe(String(postgres.port));
  });

  test('is not started twice', async () => {
    await expect(postgres.start()).rejects.toThrow('runs already');
  });

  test('that cannot start says why', async () => {
    await expect(startPostgres({ settings: { shared_buffers: 'a lot' } })).rejects.toThrow('shared_buffers');
  });

  test('lends databases that are empty, and apart from each other', async () => {
    await using one = await createDatabase(postgres);
    await using other = await createDatabase(postgres);
    await ask(one.url, 'CREATE TABLE here (id int)');
    await expect(ask(other.url, 'SELECT * FROM here')).rejects.toThrow('does not exist');
  });

  test('takes a database back although somebody is connected to it', async () => {
    const database = await createDatabase(postgres);
    const link = await connectPostgres(database.url);
    await database.drop();
    await expect(link.ask('SHOW port')).rejects.toThrow();
    expect(await ask(postgres.url, `SELECT datname::text FROM pg_database WHERE datname = '${database.name}'`)).toBe(
      '',
    );
    await database.drop();
  });
});
