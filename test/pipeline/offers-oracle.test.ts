import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BenchFamily, MatchingBench } from '../support/matching-bench.ts';
import { anySearch, point } from './any-search.ts';
import { bruteForceOffers } from './brute-force-oracle.ts';

describe('the offers', () => {
  let bench: MatchingBench;
  beforeAll(async () => {
    bench = await MatchingBench.open();
  });
  afterAll(async () => bench[Symbol.asyncDispose]());

  test('are those that looking at every center gives, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(
        anySearch,
        async ({ centers, preferences, home, childBirthMonth, radiusKm, limit, ...places }) => {
          const family: BenchFamily = { home, childBirthMonth, careFrom: '2027-01-01', preferences };
          await bench.haveCenters(centers);
          await bench.haveFamily(family);
          const { offered, questions } = await bench.match(
            { limit, maxDistanceKm: radiusKm },
            ({ fieldName, interactionType }) => {
              if (interactionType === 'confirmation') return { confirmation: { confirmed: false } };
              const at = places[fieldName.replace('_location', '') as 'work' | 'gym'];
              return at ? { location: { coordinates: at } } : { decline: true };
            },
          );
          const expected = bruteForceOffers({ centers, family, home, places, radiusKm, limit });
          expect(offered).toEqual(expected);
          expect(questions.length).toBeLessThanOrEqual(3);
        },
      ),
      { numRuns: 300 },
    );
  }, 120_000);

  test('do not depend on a place that was not asked for', async () => {
    let notAsked = 0;
    await fc.assert(
      fc.asyncProperty(anySearch, fc.array(point, { minLength: 3, maxLength: 6 }), async (given, answers) => {
        const { home, preferences, limit, radiusKm } = given;
        const centers = given.centers.slice(0, 4);
        const locations = [{ name: 'work', max_travel_minutes: 15, transport_mode: 'bike' }];
        const withWork = [
          { type: 'location_distance', weight: 0.5, payload: { locations } },
          ...preferences.filter(({ type }) => type !== 'location_distance'),
        ];
        await bench.haveCenters(centers);
        await bench.haveFamily({ home, preferences: withWork });
        const input = { limit, maxDistanceKm: radiusKm };
        const { questions, offered } = await bench.match(input);
        if (questions.some(({ fieldName }) => fieldName === 'work_location')) return;
        notAsked += 1;
        for (const { longitude, latitude } of answers) {
          const known = { locations: [{ ...locations[0], longitude, latitude }] };
          await bench.haveFamily({
            home,
            preferences: [{ type: 'location_distance', weight: 0.5, payload: known }, ...withWork.slice(1)],
          });
          const other = await bench.match(input, () => ({ confirmation: { confirmed: false } }));
          expect(other.offered).toEqual(offered);
        }
      }),
      { numRuns: 150 },
    );
    expect(notAsked).toBeGreaterThan(20);
  }, 120_000);
});
