import { sql } from 'kysely';
import OpeningHours from 'opening_hours';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type CandidateCenter, CENTER_COLUMNS, centersWithin } from '../../../src/db/centers.ts';
import type { Database } from '../../../src/db/database.ts';
import { findParent } from '../../../src/db/parents.ts';
import { preferencesOf } from '../../../src/db/preferences.ts';
import { seedCenters } from '../../../src/db/seed/bulk.ts';
import { PEOPLE_OF_LOCALITIES } from '../../../src/db/seed/berlin.ts';
import { demoCenters } from '../../../src/db/seed/demo-centers.ts';
import { loadDemoData } from '../../../src/db/seed/demo-data.ts';
import { DEMO_PARENTS, type DemoParent } from '../../../src/db/seed/demo-parents.ts';

/** The demo data, loaded and once loaded. Needs the tables. */
export function demoDataContract(emptied: () => Promise<Database>): void {
  describe('the demo data', () => {
    let database: Database;

    beforeAll(async () => {
      database = await emptied();
    });

    describe('loading', () => {
      afterEach(async () => {
        await database.kysely.deleteFrom('parents').execute();
        await database.kysely.deleteFrom('centers').execute();
      });

      test('fills an empty database once, whoever asks and how often', async () => {
        const loaded = await Promise.all([loadDemoData(database), loadDemoData(database), loadDemoData(database)]);
        expect(loaded.filter(Boolean)).toHaveLength(1);
        expect(await counts(database)).toEqual({ parents: 7, preferences: 13, centers: 300 });
      });

      test('leaves a database alone that has centers', async () => {
        await seedCenters(database, 3);
        expect(await loadDemoData(database)).toBe(false);
        expect(await counts(database)).toEqual({ parents: 0, preferences: 0, centers: 3 });
      });

      test('leaves a database alone that has parents', async () => {
        const id = '550e8400-e29b-41d4-a716-44665544ffff';
        await database.kysely.insertInto('parents').values({ id, account_id: 'anna' }).execute();
        expect(await loadDemoData(database)).toBe(false);
        expect(await counts(database)).toEqual({ parents: 1, preferences: 0, centers: 0 });
      });

      test('leaves nothing when a part of it fails', async () => {
        await sql`alter table preferences add constraint none check (type <> 'pedagogy')`.execute(database.kysely);
        await expect(loadDemoData(database)).rejects.toThrow('none');
        await sql`alter table preferences drop constraint none`.execute(database.kysely);
        expect(await counts(database)).toEqual({ parents: 0, preferences: 0, centers: 0 });
      });
    });

    describe('once loaded', () => {
      beforeAll(async () => {
        await loadDemoData(database);
      });

      test('the centers are the same 300 every time, each with a name of its own', () => {
        expect(demoCenters()).toEqual(demoCenters());
        expect(new Set(demoCenters().map(({ id }) => id)).size).toBe(300);
        expect(new Set(demoCenters().map(({ name }) => name)).size).toBe(300);
      });

      test.each(DEMO_PARENTS)('parent $id is read as it was written', async ({ account, preferences, ...parent }) => {
        expect(await findParent(database, account, parent.id)).toEqual(parent);
        expect(await preferencesOf(database, parent.id)).toEqual(preferences);
      });

      test('six parents are of the account demo, in six districts, and the seventh cannot be reached by it', async () => {
        const ids = DEMO_PARENTS.map(({ id }) => id);
        expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7].map((digit) => `550e8400-e29b-41d4-a716-44665544000${digit}`));
        const found = await Promise.all(ids.map((id) => findParent(database, 'demo', id)));
        expect(found.map((parent) => parent !== undefined)).toEqual([true, true, true, true, true, true, false]);
        expect(new Set(DEMO_PARENTS.slice(0, 6).map(districtOf)).size).toBe(6);
      });

      test.each([
        ['0001', 1, 29, 15],
        ['0003', 3, 29, 15],
        ['0004', 4, 14, 20],
        ['0006', 6, 36, 20],
      ])('parent %s has centers for its child that can be walked to', async (_, number, ageMonths, minutes) => {
        const centers = await around(database, number, ageMonths, straightKm(minutes));
        expect(centers.length).toBeGreaterThan(0);
      });

      test('parent 0005: of all centers one has the hours and the language, and it is too far from home', async () => {
        const fitting = (await around(database, 5, 29, 50)).filter(
          (center) => speaks(center, 'vi') && opens(center, 6, 19),
        );
        expect(fitting).toHaveLength(1);
        expect(fitting[0]?.distanceKm).toBeGreaterThan(WALKING_KM_PER_MINUTE * 5);
        expect(fitting[0]?.distanceKm).toBeLessThan(1);
      });

      test('parent 0005: the nearest center has the language and lacks hours at both ends of the day', async () => {
        const [nearest] = await around(database, 5, 29, 50);
        if (nearest === undefined) throw new Error('there is no center');
        expect(nearest.distanceKm).toBeLessThan(straightKm(5));
        expect(speaks(nearest, 'vi')).toBe(true);
        expect(opens(nearest, 6, 12)).toBe(false);
        expect(opens(nearest, 12, 19)).toBe(false);
      });

      test('parent 0006: at least one center meets all four wishes', async () => {
        const fitting = (await around(database, 6, 36, straightKm(20))).filter(
          (center) => center.pedagogy === 'montessori' && speaks(center, 'en') && opens(center, 6.5, 18),
        );
        expect(fitting.length).toBeGreaterThan(0);
      });
    });
  });
}

/** 4.8 km/h: nobody who walks is much faster, whatever way there is. */
const WALKING_KM_PER_MINUTE = 4.8 / 60;

/** As far as one gets on foot with the usual detour of 1.3. */
function straightKm(minutes: number): number {
  return (WALKING_KM_PER_MINUTE * minutes) / 1.3;
}

async function around(
  database: Database,
  parent: number,
  ageMonths: number,
  radiusKm: number,
): Promise<readonly CandidateCenter[]> {
  const origin = DEMO_PARENTS[parent - 1]?.homeLocation;
  if (origin === undefined || origin === null) throw new Error(`parent ${parent} has no home`);
  return centersWithin(database, { origin, radiusKm, ageMonths, columns: CENTER_COLUMNS });
}

/** The district of the locality whose middle is nearest to the parent's home. */
function districtOf({ homeLocation }: DemoParent): string | undefined {
  if (homeLocation === null) return undefined;
  const { longitude, latitude } = homeLocation;
  const byDistance = PEOPLE_OF_LOCALITIES.map(([locality]) => ({
    district: locality.district,
    // At this latitude a degree of longitude is 0.61 of one of latitude.
    distance: Math.hypot((locality.longitude - longitude) * 0.61, locality.latitude - latitude),
  }));
  return byDistance.toSorted((one, other) => one.distance - other.distance)[0]?.district;
}

function speaks(center: CandidateCenter, language: string): boolean {
  return center.languages?.includes(language) ?? false;
}

/** From Monday to Friday, between these hours of the day. Monday 2 November 2026 begins a week without holidays. */
function opens(center: CandidateCenter, from: number, to: number): boolean {
  if (center.openingHours === null) return false;
  const hours = new OpeningHours(center.openingHours);
  return [2, 3, 4, 5, 6].every((day) => {
    const start = new Date(2026, 10, day, 0, from * 60);
    const end = new Date(2026, 10, day, 0, to * 60);
    return hours.getOpenDuration(start, end)[0] === end.getTime() - start.getTime();
  });
}

async function counts(database: Database): Promise<Record<string, number>> {
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from parents) as parents,
      (select count(*) from preferences) as preferences,
      (select count(*) from centers) as centers
  `.execute(database.kysely);
  return rows[0] ?? {};
}
