import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';

/** How values are read, and what a transaction is. Needs an empty database. */
export function valuesContract(emptied: () => Promise<Database>): void {
  describe('values and transactions', () => {
    let database: Database;

    beforeAll(async () => {
      database = await emptied();
      await sql`create table counter (value integer not null)`.execute(database.kysely);
      await sql`insert into counter values (0)`.execute(database.kysely);
    });

    test('it answers', async () => {
      await expect(database.ping()).resolves.toBeUndefined();
    });

    test('a date is its text, a point has x and y, a count is a number, however it is asked', async () => {
      const query = sql`
        select date '2025-03-01' as day, point(13.4, 52.5) as place, count(*) as many, null::date as none from counter
      `;
      const expected = [{ day: '2025-03-01', place: { x: 13.4, y: 52.5 }, many: 1, none: null }];
      expect((await query.execute(database.kysely)).rows).toEqual(expected);
      expect(await database.read(query.compile(database.kysely))).toEqual(expected);
    });

    test('transactions that lock the same row wait for one another', async () => {
      const increment = () =>
        database.kysely.transaction().execute(async (transaction) => {
          const { rows } = await sql<{ value: number }>`select value from counter for update`.execute(transaction);
          await sql`update counter set value = ${(rows[0]?.value ?? 0) + 1}`.execute(transaction);
        });
      await Promise.all(Array.from({ length: 20 }, increment));
      expect(await counted(database)).toBe(20);
    });

    test('a transaction that fails leaves nothing, and the next one works', async () => {
      const failing = database.kysely.transaction().execute(async (transaction) => {
        await sql`update counter set value = -1`.execute(transaction);
        await sql`select 1 / 0`.execute(transaction);
      });
      await expect(failing).rejects.toThrow('division by zero');
      expect(await counted(database)).toBe(20);
    });

    test('a read that is asked wrongly fails, and the next one works', async () => {
      await expect(database.read(sql`select 1 / 0`.compile(database.kysely))).rejects.toThrow('division by zero');
      await expect(database.read(sql`select from where`.compile(database.kysely))).rejects.toThrow('syntax error');
      expect(await database.read(sql`select 7 as value`.compile(database.kysely))).toEqual([{ value: 7 }]);
    });
  });
}

async function counted(database: Database): Promise<number | undefined> {
  const { rows } = await sql<{ value: number }>`select value from counter`.execute(database.kysely);
  return rows[0]?.value;
}
