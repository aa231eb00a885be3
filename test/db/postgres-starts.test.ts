import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';
import { loadDemoData } from '../../src/db/seed/demo-data.ts';
import { connectPostgres } from '../support/services/postgres-link.ts';
import { createDatabase } from '../support/services/databases.ts';
import { startChild } from './child.ts';

const INSTANCES = 8;
const MIGRATION = '0001_tables_of_integrators';
const WHOLE = '7 parents, 13 preferences, 300 centers';

test('of eight processes that start at once on a new database one prepares it, and none fails', async () => {
  await using fresh = await createDatabase({ url: inject('postgresUrl') });
  await using stack = new AsyncDisposableStack();
  const children = Array.from({ length: INSTANCES }, () =>
    stack.use(startChild('test/db/instance-starter.ts', [fresh.url])),
  );
  expect(await Promise.all(children.map((child) => child.line()))).toEqual(children.map(() => 'ready'));
  for (const child of children) child.say('go');
  const ends = await Promise.all(children.map((child) => child.finish()));
  expect(ends.map(({ code, errors }) => ({ code, errors }))).toEqual(ends.map(() => ({ code: 0, errors: '' })));
  const done = ends.map(({ lines }) => lines.join('\n'));
  expect(done.filter((line) => line.includes(MIGRATION))).toHaveLength(1);
  expect(done.filter((line) => line.endsWith('no demo data'))).toHaveLength(INSTANCES - 1);
  expect(await countsAt(fresh.url)).toBe(WHOLE);
}, 60_000);

test('nor of eight pools, each time anew', async () => {
  for (let round = 0; round < 10; round += 1) {
    await using fresh = await createDatabase({ url: inject('postgresUrl') });
    await using stack = new AsyncDisposableStack();
    const opened = await Promise.all(
      Array.from({ length: INSTANCES }, () => openDatabase({ url: fresh.url, dataDir: 'memory' })),
    );
    for (const database of opened) stack.use(database);
    const applied = await Promise.all(opened.map(migrate));
    expect(applied.flat()).toEqual([MIGRATION]);
    const loaded = await Promise.all(opened.map(loadDemoData));
    expect(loaded.filter(Boolean)).toHaveLength(1);
    expect(await countsAt(fresh.url)).toBe(WHOLE);
  }
}, 60_000);

test('an instance that dies while it migrates leaves nothing, and the one that waited goes on', async () => {
  await using fresh = await createDatabase({ url: inject('postgresUrl') });
  await using dying = await openDatabase({ url: fresh.url, dataDir: 'memory' });
  await using waiting = await openDatabase({ url: fresh.url, dataDir: 'memory' });
  // Who makes a table of that name waits for the end of this transaction.
  await using blocker = await connectPostgres(fresh.url);
  await blocker.ask('begin');
  await blocker.ask('create table centers ()');
  const first = migrate(dying).then(
    () => 'done',
    () => 'failed',
  );
  await waitingForLocks(fresh.url, 1);
  const second = migrate(waiting);
  await waitingForLocks(fresh.url, 2);
  await sql`
    select pg_terminate_backend(pid) from pg_locks
    where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = ${fresh.name})
  `.execute(waiting.kysely);
  expect(await first).toBe('failed');
  await blocker.ask('rollback');
  expect(await second).toEqual([MIGRATION]);
});

async function waitingForLocks(url: string, count: number): Promise<void> {
  await using link = await connectPostgres(url);
  const statement = `
    select count(*)::text from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => link.ask(statement), { timeout: 10_000 }).toBe(String(count));
}

async function countsAt(url: string): Promise<string> {
  await using link = await connectPostgres(url);
  return await link.ask(`
    select format('%s parents, %s preferences, %s centers',
      (select count(*) from parents), (select count(*) from preferences), (select count(*) from centers))`);
}
