import { sql } from 'kysely';
import { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { isUnavailable } from '../../src/db/unavailable.ts';

const caught = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(() => undefined).catch((error: unknown) => error);

describe('an error of the database', () => {
  test('means that it is away, where nothing listens', async () => {
    const pool = new Pool({ host: '127.0.0.1', port: 1 });
    expect(isUnavailable(await caught(pool.query('select 1')))).toBe(true);
    await pool.end();
  });

  test('means a mistake, where it was asked wrongly', async () => {
    await using database = await openDatabase({ url: null, dataDir: 'memory' });
    expect(isUnavailable(await caught(sql`select from where`.execute(database.kysely)))).toBe(false);
    expect(isUnavailable(await caught(sql`select 1 / 0`.execute(database.kysely)))).toBe(false);
  });

  test.each(['57P01', '57P03', '57P05', '57014', '08006', '53300'])('of code %s means that it is away', (code) => {
    expect(isUnavailable(Object.assign(new Error('x'), { code }))).toBe(true);
  });

  test.each([
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
    'timeout expired',
  ])('"%s" means that it is away', (message) => {
    expect(isUnavailable(new Error(message))).toBe(true);
  });

  test('that is none is not one', () => {
    expect([undefined, 'ECONNREFUSED', { code: 'ECONNREFUSED' }].map(isUnavailable)).toEqual([false, false, false]);
  });
});
