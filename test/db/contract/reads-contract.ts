import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { CENTER_COLUMNS, type CenterColumn } from '../../../src/db/centers.ts';
import type { Database } from '../../../src/db/database.ts';
import { loadDemoData } from '../../../src/db/seed/demo-data.ts';
import { preparedStatements, statementOf } from '../prepared-statements.ts';
import { READS, searchAround } from './reads.ts';

/** That what is read again and again is prepared. Needs the tables, and that nothing was read yet. */
export function readsContract(emptied: () => Promise<Database>): void {
  describe('reads', () => {
    let database: Database;

    beforeAll(async () => {
      database = await emptied();
      await loadDemoData(database);
    });

    test.each(READS)('%s is prepared once, and asked again by its name', async (_, read) => {
      const { name, runs, statement } = await statementOf(database, () => read(database));
      // Of columns by their names alone: somebody may add one.
      expect(statement).not.toContain('*');
      const before = await preparedStatements(database);
      await read(database);
      const after = await preparedStatements(database);
      expect(after.map((one) => one.name)).toEqual(before.map((one) => one.name));
      expect(after.find((one) => one.name === name)?.runs).toBe(runs + 1);
    });

    test.each<readonly [readonly CenterColumn[], number | null, readonly string[]]>([
      [[], null, []],
      [['languages'], null, ['languages']],
      [['openingHours', 'freePlaces'], 20, ['opening_hours', 'free_places', 'min_age_months', 'max_age_months']],
      [CENTER_COLUMNS, null, ['languages', 'pedagogy', 'opening_hours', 'free_places']],
    ])('a search for %j, with an age of %s, reads no other columns', async (columns, ageMonths, asked) => {
      const { statement } = await statementOf(database, () => searchAround(database, columns, ageMonths));
      const words = new Set(statement.match(/\w+/gu));
      const named = (await columnsOfCenters(database)).filter((column) => words.has(column));
      expect(new Set(named)).toEqual(new Set(['id', 'name', 'location', ...asked]));
      expect(statement).not.toContain('*');
    });
  });
}

/** That reads go on when a statement that was prepared is of no use any more. Needs the tables, and changes them. */
export function lostStatementsContract(emptied: () => Promise<Database>): void {
  describe('a statement that was prepared', () => {
    let database: Database;

    beforeAll(async () => {
      database = await emptied();
      await loadDemoData(database);
    });

    test.each(READS)('and lost by the server does not stop %s', async (_, read) => {
      const before = await read(database);
      await sql`deallocate all`.execute(database.kysely);
      expect(await read(database)).toEqual(before);
    });

    test.each(READS)('and whose tables have changed does not stop %s', async (_, read) => {
      const before = await read(database);
      await sql`alter table centers add column street_art text default 'much'`.execute(database.kysely);
      await sql`alter table centers alter column phone type varchar(50)`.execute(database.kysely);
      await sql`alter table parents alter column home_address type varchar(500)`.execute(database.kysely);
      expect(await read(database)).toEqual(before);
      await sql`alter table centers drop column street_art`.execute(database.kysely);
      await sql`alter table centers alter column phone type text`.execute(database.kysely);
      await sql`alter table parents alter column home_address type text`.execute(database.kysely);
    });
  });
}

async function columnsOfCenters(database: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns where table_name = 'centers'
  `.execute(database.kysely);
  return rows.map(({ name }) => name);
}
