import fc from 'fast-check';
import type { Point } from '../../src/protocol.ts';
import type { BenchCenter } from '../support/matching-bench.ts';

/** Points are coarse, so that ties come about. */
const coarse = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: Math.round(min * 500), max: Math.round(max * 500) }).map((value) => value / 500);

export const point: fc.Arbitrary<Point> = fc.record({ longitude: coarse(13.3, 13.5), latitude: coarse(52.45, 52.58) });
const time = (from: number, to: number): fc.Arbitrary<string> =>
  fc
    .integer({ min: from * 4, max: to * 4 })
    .map(
      (quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
    );
const months = fc.integer({ min: 0, max: 72 });
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 4 });

const center: fc.Arbitrary<BenchCenter> = fc
  .record({
    id: fc.uuid(),
    location: point,
    languages: fc.uniqueArray(fc.constantFrom('de', 'en', 'tr', 'vi'), { maxLength: 3 }),
    pedagogy: orNull(fc.constantFrom('montessori', 'waldorf', 'reggio')),
    openingHours: orNull(fc.tuple(time(5, 9), time(14, 20)).map(([opens, closes]) => `Mo-Fr ${opens}-${closes}`)),
    freePlaces: orNull(fc.nat(5)),
    ages: fc.tuple(orNull(months), orNull(months)),
  })
  .map(({ ages: [one, other], ...rest }) => {
    const reversed = one !== null && other !== null && one > other;
    return { ...rest, minAgeMonths: reversed ? other : one, maxAgeMonths: reversed ? one : other };
  });

const mode = fc.constantFrom('walking', 'bike', 'public_transport', 'car');
const limitOf = fc.oneof(
  fc.record({ max_travel_minutes: fc.integer({ min: 3, max: 60 }), transport_mode: mode }),
  fc.record({ max_distance_km: coarse(0.2, 12) }),
  fc.record({
    max_travel_minutes: fc.integer({ min: 3, max: 60 }),
    transport_mode: mode,
    max_distance_km: coarse(0.2, 12),
  }),
);
const locationWish = fc
  .record({ home: orNull(limitOf), work: orNull(limitOf), gym: orNull(limitOf) })
  .map((limits) => Object.entries(limits).flatMap(([name, limit]) => (limit ? [{ name, ...limit }] : [])))
  .filter((locations) => locations.length > 0)
  .map((locations) => ({ type: 'location_distance', payload: { locations } }));
const careWish = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom('mo', 'tu', 'we', 'th', 'fr', 'sa'), { minLength: 1 }),
    from: time(5, 10),
    to: time(11, 20),
  })
  .map((payload) => ({ type: 'care_hours', payload }));
const simpleWish = fc.oneof(
  fc.constantFrom('en', 'tr').map((language) => ({ type: 'language', payload: { language } })),
  fc.constantFrom('montessori', 'waldorf').map((concept) => ({ type: 'pedagogy', payload: { concept } })),
  fc.integer({ min: 1, max: 4 }).map((at_least) => ({ type: 'free_places', payload: { at_least } })),
);
const weighted = fc
  .tuple(fc.oneof(locationWish, careWish, simpleWish), fc.constantFrom(0.5, 1, 2, 3))
  .map(([wish, weight]) => ({ ...wish, weight }));

/** A search with all that it needs: centers, a family, where its places are. */
export const anySearch = fc.record({
  centers: fc.uniqueArray(center, { selector: ({ id }) => id, minLength: 0, maxLength: 40 }),
  preferences: fc.array(weighted, { maxLength: 4 }),
  home: point,
  work: orNull(point),
  gym: orNull(point),
  childBirthMonth: orNull(fc.constantFrom('2024-01-01', '2025-06-01')),
  radiusKm: coarse(1, 15),
  limit: fc.integer({ min: 1, max: 12 }),
});
