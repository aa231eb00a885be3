import * as fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { anyCenter, CENTER_COLUMNS, centersByIds, centersWithin } from '../../../src/db/centers.ts';
import type { Database } from '../../../src/db/database.ts';
import { type CenterRow, madeUpCenters } from '../../../src/db/seed/centers.ts';
import { insertCenters } from '../../../src/db/seed/insert-centers.ts';
import type { Point } from '../../../src/protocol.ts';

const ROWS: readonly CenterRow[] = [...madeUpCenters(400, 42)];
const MITTE = { longitude: 13.405, latitude: 52.52 };

/** What is found of centers, around a place and by ids. Needs the tables. */
export function centersContract(emptied: () => Promise<Database>): void {
  describe('centers', () => {
    let database: Database;

    beforeAll(async () => {
      database = await emptied();
    });

    test('an empty database has no center, and says so', async () => {
      expect(await anyCenter(database)).toBe(false);
      expect(await centersWithin(database, { origin: MITTE, radiusKm: 100, ageMonths: null, columns: [] })).toEqual([]);
    });

    describe('with centers', () => {
      beforeAll(async () => {
        await insertCenters(database.kysely, ROWS);
      });

      test('there is one', async () => {
        expect(await anyCenter(database)).toBe(true);
      });

      test('centers by ids are whole, and ids that are not there are missing', async () => {
        const [row] = ROWS;
        if (row === undefined) throw new Error('no center was made');
        const unknown = '550e8400-e29b-41d4-a716-446655440000';
        const found = await centersByIds(database, [row.id, unknown]);
        expect([...found.keys()]).toEqual([row.id]);
        expect(found.get(row.id)).toEqual({
          id: row.id,
          name: row.name,
          address: row.address,
          district: row.district,
          longitude: row.location.x,
          latitude: row.location.y,
          languages: row.languages,
          pedagogy: row.pedagogy,
          openingHours: row.opening_hours,
          capacity: row.capacity,
          freePlaces: row.free_places,
          freePlacesUpdatedAt: row.free_places_updated_at instanceof Date ? row.free_places_updated_at.getTime() : null,
          minAgeMonths: row.min_age_months,
          maxAgeMonths: row.max_age_months,
          website: row.website,
          phone: row.phone,
        });
        expect(await centersByIds(database, [])).toEqual(new Map());
      });

      test('a candidate has the columns that were asked for, and null for the others', async () => {
        const byId = new Map(ROWS.map((row) => [row.id, row]));
        const query = { origin: MITTE, radiusKm: 5, ageMonths: null };
        for (const candidate of await centersWithin(database, { ...query, columns: CENTER_COLUMNS })) {
          const row = byId.get(candidate.id);
          expect(candidate).toMatchObject({
            name: row?.name,
            location: { longitude: row?.location.x, latitude: row?.location.y },
            languages: row?.languages,
            pedagogy: row?.pedagogy,
            openingHours: row?.opening_hours,
            freePlaces: row?.free_places,
          });
        }
        const some = await centersWithin(database, { ...query, columns: ['freePlaces', 'freePlaces'] });
        for (const candidate of some) {
          expect(candidate).toMatchObject({ languages: null, pedagogy: null, openingHours: null });
          expect(candidate.freePlaces).toBe(byId.get(candidate.id)?.free_places);
        }
        expect(some.length).toBeGreaterThan(10);
      });

      test('a language that is null, and a time that is infinite, are not known', async () => {
        const [row] = ROWS;
        const set = (languages: string, at: string) =>
          sql.raw(
            `update centers set languages = ${languages}, free_places_updated_at = ${at} where id = '${row?.id}'`,
          );
        await set("array['de', null]", "'infinity'").execute(database.kysely);
        const query = { origin: MITTE, radiusKm: 100, ageMonths: null, columns: ['languages'] } as const;
        const candidate = (await centersWithin(database, query)).find(({ id }) => id === row?.id);
        const center = (await centersByIds(database, [row?.id ?? ''])).get(row?.id ?? '');
        expect([candidate?.languages, center?.languages, center?.freePlacesUpdatedAt]).toEqual([['de'], ['de'], null]);
        const was = row?.free_places_updated_at instanceof Date ? row.free_places_updated_at.toISOString() : null;
        const languages = row?.languages.map((language) => `'${language}'`).join(',');
        await set(`array[${languages}]::text[]`, was === null ? 'null' : `'${was}'`).execute(database.kysely);
      });

      test('the nearest comes first', async () => {
        const centers = await centersWithin(database, { origin: MITTE, radiusKm: 10, ageMonths: null, columns: [] });
        const distances = centers.map(({ distanceKm }) => distanceKm);
        expect(distances).toEqual(distances.toSorted((one, other) => one - other));
        expect(distances.length).toBeGreaterThan(50);
      });

      test('just those within the radius that take a child of the age are found', async () => {
        const places = fc.record({
          longitude: fc.double({ min: 13.1, max: 13.7, noNaN: true }),
          latitude: fc.double({ min: 52.38, max: 52.65, noNaN: true }),
        });
        const ages = fc.option(fc.integer({ min: 0, max: 90 }), { nil: null });
        await fc.assert(
          fc.asyncProperty(
            places,
            fc.double({ min: 0.1, max: 40, noNaN: true }),
            ages,
            async (origin, radiusKm, age) => {
              const found = await centersWithin(database, { origin, radiusKm, ageMonths: age, columns: [] });
              const foundIds = new Set(found.map(({ id }) => id));
              for (const row of ROWS) {
                const km = greatCircleKm(origin, { longitude: row.location.x, latitude: row.location.y });
                // The ellipsoid differs from a sphere by less than this: within it either answer is right.
                if (Math.abs(km - radiusKm) < 0.006 * radiusKm) continue;
                expect(foundIds.has(row.id)).toBe(km < radiusKm && takes(row, age));
              }
            },
          ),
        );
      });

      test('the distance is that to the center, within the difference of a sphere and the earth', async () => {
        const centers = await centersWithin(database, { origin: MITTE, radiusKm: 40, ageMonths: null, columns: [] });
        expect(centers).toHaveLength(ROWS.length);
        for (const { distanceKm, location } of centers) {
          const km = greatCircleKm(MITTE, location);
          expect(Math.abs(distanceKm - km)).toBeLessThanOrEqual(0.006 * km);
        }
      });

      test('of centers in one place the lower id comes first', async () => {
        const [row] = ROWS;
        if (row === undefined) throw new Error('no center was made');
        const place = { x: 9, y: 48 };
        const ids = ['c', 'a', 'b'].map((digit) => `550e8400-e29b-41d4-a716-44665544000${digit}`);
        await insertCenters(
          database.kysely,
          ids.map((id) => ({ ...row, id, location: place })),
        );
        const origin = { longitude: 9.01, latitude: 48 };
        const centers = await centersWithin(database, { origin, radiusKm: 5, ageMonths: null, columns: [] });
        expect(centers.map(({ id }) => id)).toEqual(ids.toSorted());
      });
    });
  });
}

function takes(row: CenterRow, age: number | null): boolean {
  return age === null || ((row.min_age_months ?? 0) <= age && age <= (row.max_age_months ?? Infinity));
}

/** By the haversine formula, on a sphere with the earth's mean radius. */
function greatCircleKm(from: Point, to: Point): number {
  const latitudes = haversine(radians(to.latitude - from.latitude));
  const longitudes = haversine(radians(to.longitude - from.longitude));
  const cosines = Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude));
  return 2 * 6371.0088 * Math.asin(Math.sqrt(latitudes + cosines * longitudes));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function haversine(angle: number): number {
  return Math.sin(angle / 2) ** 2;
}
