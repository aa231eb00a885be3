import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { findParent } from '../../../src/db/parents.ts';
import { pointColumn } from '../../../src/db/point-column.ts';
import { preferencesOf } from '../../../src/db/preferences.ts';

const ANNA = '550e8400-e29b-41d4-a716-44665544aaaa';
const BEN = '550e8400-e29b-41d4-a716-44665544bbbb';

/** What is read of parents and their preferences. Needs the tables. */
export function parentsContract(emptied: () => Promise<Database>): void {
  describe('parents and what they wish for', () => {
    let database: Database;

    beforeAll(async () => {
      database = await emptied();
      await database.kysely
        .insertInto('parents')
        .values([
          {
            id: ANNA,
            account_id: 'a',
            home_address: 'Kollwitzplatz, Berlin',
            home_location: pointColumn({ longitude: 13.417, latitude: 52.5363 }),
            child_birth_month: '2025-03-01',
            care_from: '2027-08-01',
          },
          { id: BEN, account_id: 'b' },
        ])
        .execute();
      await database.kysely
        .insertInto('preferences')
        .values([
          preference('3', ANNA, { type: 'pedagogy', payload: { concept: 'waldorf' } }),
          preference('1', ANNA, { type: 'language', payload: { language: 'en' }, weight: 2.5 }),
          preference('2', BEN, { type: 'free_places', payload: { at_least: 1 } }),
        ])
        .execute();
    });

    test('a parent is found by its own account, with dates as they are written', async () => {
      expect(await findParent(database, 'a', ANNA)).toEqual({
        id: ANNA,
        homeAddress: 'Kollwitzplatz, Berlin',
        homeLocation: { longitude: 13.417, latitude: 52.5363 },
        childBirthMonth: '2025-03-01',
        careFrom: '2027-08-01',
      });
    });

    test('what is not known of a parent is null', async () => {
      expect(await findParent(database, 'b', BEN)).toEqual({
        id: BEN,
        homeAddress: null,
        homeLocation: null,
        childBirthMonth: null,
        careFrom: null,
      });
    });

    test("another account's parent looks like none", async () => {
      expect(await findParent(database, 'b', ANNA)).toBeUndefined();
      expect(await findParent(database, 'a', '550e8400-e29b-41d4-a716-44665544cccc')).toBeUndefined();
    });

    test('preferences are those of the parent alone, by id, with their payloads as they were written', async () => {
      expect(await preferencesOf(database, ANNA)).toEqual([
        { id: preferenceId('1'), type: 'language', weight: 2.5, payload: { language: 'en' } },
        { id: preferenceId('3'), type: 'pedagogy', weight: 1, payload: { concept: 'waldorf' } },
      ]);
    });

    test('a parent without preferences has none', async () => {
      expect(await preferencesOf(database, '550e8400-e29b-41d4-a716-44665544cccc')).toEqual([]);
    });
  });
}

function preferenceId(digit: string): string {
  return `7d9e4b60-52a1-4c3f-8e0d-00000000000${digit}`;
}

interface Written {
  readonly type: string;
  readonly payload: object;
  readonly weight?: number;
}

function preference(digit: string, parentId: string, { type, payload, weight = 1 }: Written) {
  return { id: preferenceId(digit), parent_id: parentId, type, weight, payload: JSON.stringify(payload) };
}
