import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { type SeedProgress, seedCenters } from '../../../src/db/seed/bulk.ts';

/** Filling a database with many centers. Needs the tables. */
export function seedingContract(emptied: () => Promise<Database>): void {
  describe('seeding', () => {
    let database: Database;

    beforeAll(async () => {
      database = await emptied();
    });

    test('writes the centers once, and only those that are missing when more are asked for', async () => {
      expect(await seedCenters(database, 20)).toBe(20);
      expect(await seedCenters(database, 20)).toBe(0);
      expect(await seedCenters(database, 5)).toBe(0);
      expect(await seedCenters(database, 30)).toBe(10);
      const rows = await database.kysely.selectFrom('centers').select('id').execute();
      expect(rows).toHaveLength(30);
    });

    test('says how far it is, up to the end', async () => {
      const heard: SeedProgress[] = [];
      await seedCenters(database, 12_000, { onProgress: (progress) => heard.push(progress) });
      expect(heard.map(({ count }) => count)).toEqual(heard.map(() => 12_000));
      const done = heard.map((progress) => progress.done);
      expect(done).toEqual(done.toSorted((one, other) => one - other));
      expect(done.length).toBeGreaterThan(1);
      expect(done.at(-1)).toBe(12_000);
    });
  });
}
