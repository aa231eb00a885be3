import { type RawBuilder, sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { migrate } from '../../../src/db/migrations/migrate.ts';

const PARENT = '550e8400-e29b-41d4-a716-446655440000';
const OTHER_ID = '550e8400-e29b-41d4-a716-446655449999';

/** What the tables take and what they refuse. Needs an empty database: it makes the tables. */
export function tablesContract(emptied: () => Promise<Database>): void {
  describe('the tables', () => {
    let database: Database;

    beforeAll(async () => {
      database = await emptied();
    });

    test("a migration that fails leaves nothing behind, says why, and is in nobody's way", async () => {
      await sql`create table preferences (id integer)`.execute(database.kysely);
      await expect(migrate(database)).rejects.toThrow('relation "preferences" already exists');
      await expect(migrate(database)).rejects.toThrow('relation "preferences" already exists');
      const { rows } = await sql`select tablename from pg_tables where schemaname = 'public'`.execute(database.kysely);
      expect(rows).toEqual([{ tablename: 'preferences' }]);
      await sql`drop table preferences`.execute(database.kysely);
    });

    test('a new database gets every migration, and a second run finds nothing to do', async () => {
      expect(await migrate(database)).toEqual(['0001_tables_of_integrators']);
      expect(await migrate(database)).toEqual([]);
    });

    test('what searches need is indexed', async () => {
      const { rows } = await sql<{ name: string }>`
        select indexname as name from pg_indexes where indexname not like 'kysely%' order by 1
      `.execute(database.kysely);
      expect(rows.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['centers_location', 'parents_account_id', 'preferences_parent_id']),
      );
    });

    describe('parents and preferences', () => {
      test('a preference weighs 1 unless it says otherwise', async () => {
        await sql`insert into parents (id, account_id) values (${PARENT}, 'anna')`.execute(database.kysely);
        await sql`
          insert into preferences (id, parent_id, type, payload) values (${PARENT}, ${PARENT}, 'language', '{}')
        `.execute(database.kysely);
        const row = await database.kysely.selectFrom('preferences').select('weight').executeTakeFirst();
        expect(row).toEqual({ weight: 1 });
      });

      test.each(['0', '-1', `'NaN'`, `'Infinity'`])('a weight of %s is refused', async (weight) => {
        await expect(
          sql`
            insert into preferences (id, parent_id, type, weight, payload)
            values (${OTHER_ID}, ${PARENT}, 'language', ${sql.raw(weight)}, '{}')
          `.execute(database.kysely),
        ).rejects.toThrow('preferences_weight_positive');
      });

      test('a preference without its parent is refused', async () => {
        await expect(
          sql`
            insert into preferences (id, parent_id, type, payload) values (${OTHER_ID}, ${OTHER_ID}, 'language', '{}')
          `.execute(database.kysely),
        ).rejects.toThrow('preferences_parent_id_fkey');
      });

      test('a home that is not on earth is refused', async () => {
        await expect(
          sql`insert into parents (id, account_id, home_location) values (${OTHER_ID}, 'anna', point(13.4, 90.5))`.execute(
            database.kysely,
          ),
        ).rejects.toThrow('parents_home_on_earth');
      });

      test('with a parent go its preferences', async () => {
        await database.kysely.deleteFrom('parents').where('id', '=', PARENT).execute();
        expect(await database.kysely.selectFrom('preferences').selectAll().execute()).toEqual([]);
      });
    });

    describe('centers', () => {
      test('a center needs an id, a name, an address and a place, and has no languages by default', async () => {
        await sql`
          insert into centers (id, name, address, location) values (${OTHER_ID}, 'Kita', 'Berlin', point(13.4, 52.5))
        `.execute(database.kysely);
        const row = await database.kysely.selectFrom('centers').selectAll().executeTakeFirst();
        expect(row).toMatchObject({ languages: [], capacity: null, free_places: null, min_age_months: null });
      });

      test.each([
        ['capacity = -1', 'centers_capacity_not_negative'],
        ['free_places = -1', 'centers_free_places_not_negative'],
        ['min_age_months = -1', 'centers_ages_not_negative'],
        ['max_age_months = -1', 'centers_ages_not_negative'],
        ['min_age_months = 37, max_age_months = 36', 'centers_ages_in_order'],
        ['location = point(180.5, 0)', 'centers_on_earth'],
        [`location = point('NaN', 0)`, 'centers_on_earth'],
        [`name = repeat('x', 1001)`, 'centers_texts_fit_the_index'],
      ])('%s is refused', async (assignment, constraint) => {
        await expect(sql`update centers set ${sql.raw(assignment)}`.execute(database.kysely)).rejects.toThrow(
          constraint,
        );
      });

      test('texts of the greatest length that is allowed fit into the index', async () => {
        await expect(
          sql`
            update centers set name = ${randomText(1000)}, languages = array[${randomText(1000)}], pedagogy = ${randomText(200)},
              opening_hours = ${randomText(2000)}
          `.execute(database.kysely),
        ).resolves.toBeDefined();
      });
    });
  });
}

/** Postgres would compress a text that repeats itself. */
function randomText(length: number): RawBuilder<string> {
  return sql<string>`left((select string_agg(gen_random_uuid()::text, '') from generate_series(1, 60)), ${length})`;
}
