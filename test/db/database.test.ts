import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { types } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, DatabaseUnavailableError, openDatabase } from '../../src/db/database.ts';
import { FolderLockedError } from '../../src/db/folder-lock.ts';
import { startChild } from './child.ts';

describe('in memory', () => {
  let database: Database;

  beforeAll(async () => {
    database = await openDatabase({ url: null, dataDir: 'memory' });
    await sql`create table counter (value integer not null)`.execute(database.kysely);
    await sql`insert into counter values (0)`.execute(database.kysely);
  });

  afterAll(async () => {
    await database.close();
  });

  test('it says what it is', () => {
    expect(database.description).toBe('PGlite in memory');
  });

  test('how types are read is its own affair, not that of every pg in the process', () => {
    expect(types.getTypeParser(types.builtins.DATE)('2025-03-01')).toBeInstanceOf(Date);
    expect(types.getTypeParser(types.builtins.INT8)('1')).toBe('1');
  });

  test('transactions that start at once do not see into each other', async () => {
    const increment = () =>
      database.kysely.transaction().execute(async (transaction) => {
        const { rows } = await sql<{ value: number }>`select value from counter`.execute(transaction);
        await sql`select 1`.execute(transaction);
        await sql`update counter set value = ${(rows[0]?.value ?? 0) + 1}`.execute(transaction);
      });
    await Promise.all(Array.from({ length: 10 }, increment));
    expect(await counted(database)).toBe(10);
  });
});

describe('in a folder', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'database-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('a first start says that it takes a while, and a second one finds what the first wrote', async () => {
    const lines: string[] = [];
    const onProgress = (line: string) => lines.push(line);
    {
      await using first = await openDatabase({ url: null, dataDir: folder, onProgress });
      expect(first.description).toBe(`PGlite in ${folder}`);
      await sql`create table counter as select 7 as value`.execute(first.kysely);
    }
    expect(lines).toEqual([`Making a database in ${folder}, a few seconds, once.`]);
    await using second = await openDatabase({ url: null, dataDir: folder, onProgress });
    expect(await counted(second)).toBe(7);
    expect(lines).toHaveLength(1);
  });

  test('a second process is refused while the first has it open, and welcome afterwards', async () => {
    const first = await openDatabase({ url: null, dataDir: folder });
    await expect(openDatabase({ url: null, dataDir: folder })).rejects.toThrow(FolderLockedError);
    await using refused = startChild('test/db/database-opener.ts', [folder]);
    expect((await refused.finish()).errors).toContain(`in use by process ${process.pid}`);
    await first.close();
    await first.close();
    await using welcome = startChild('test/db/database-opener.ts', [folder]);
    expect((await welcome.finish()).lines).toEqual(['closed']);
  });

  test('once it is closed, nothing keeps the process alive', async () => {
    await using child = startChild('test/db/database-opener.ts', [folder]);
    expect(await child.finish()).toEqual({ code: 0, errors: '', lines: ['closed'] });
  });
});

test('a server that does not answer is named by its variable, without user and password', async () => {
  const opening = openDatabase({ url: 'postgres://anna:geheim@127.0.0.1:1/matching', dataDir: 'memory' });
  const error = await opening.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DatabaseUnavailableError);
  expect(String(error)).toContain('The server of DATABASE_URL cannot be used: connect ECONNREFUSED 127.0.0.1:1');
  expect(String(error)).not.toMatch(/anna|geheim/u);
});

async function counted(database: Database): Promise<number | undefined> {
  const { rows } = await sql<{ value: number }>`select value from counter`.execute(database.kysely);
  return rows[0]?.value;
}
