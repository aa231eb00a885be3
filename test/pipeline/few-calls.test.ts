import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MatchResults, Point } from '../../src/protocol.ts';
import type { TravelTimes } from '../../src/geo/travel-times.ts';
import { MadeUpTravelTimes } from '../support/made-up-travel-times.ts';
import { type BenchAnswer, type BenchCenter, type BenchFamily, MatchingBench } from '../support/matching-bench.ts';
import { anySearch } from './any-search.ts';

/** What a family is told, but for times of processing and for what only the number of calls tells. */
function told({ offers, processingDetails: { warnings, centersEvaluated } }: MatchResults): unknown {
  const plain = JSON.stringify({ offers, warnings, centersEvaluated });
  return JSON.parse(plain.replaceAll(/"executionTimesMs":\[[\d,]*\]/g, '"executionTimesMs":[]')) as unknown;
}

let asked: TravelTimes;
let bench: MatchingBench;
beforeAll(async () => {
  bench = await MatchingBench.open({ travelTimes: { name: 'asked', by: (mode) => asked.by(mode) } });
});
afterAll(async () => bench[Symbol.asyncDispose]());

const HOME = { longitude: 13.4, latitude: 52.52 };
const WORK = { longitude: 13.42, latitude: 52.51 };

/** Centers on a grid around home, 400 m apart. */
function grid(side: number): BenchCenter[] {
  return Array.from({ length: side * side }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    location: {
      longitude: HOME.longitude + ((index % side) - side / 2) * 0.006,
      latitude: HOME.latitude + (Math.floor(index / side) - side / 2) * 0.0036,
    },
  }));
}

const wish = (...locations: object[]) => ({ type: 'location_distance', payload: { locations } });
const HOME_ON_FOOT = { name: 'home', max_travel_minutes: 15, transport_mode: 'walking' };
const WORK_BY_BIKE = { name: 'work', ...WORK, max_travel_minutes: 20, transport_mode: 'bike' };
const YES: BenchAnswer = () => ({ confirmation: { confirmed: true } });

describe('travel times that cost', () => {
  test('give the offers, questions and warnings that asking for all of them gives', async () => {
    let saved = 0;
    const anyCity = fc.record({ seed: fc.nat(), batchSize: fc.integer({ min: 1, max: 6 }), accepts: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(anySearch, anyCity, async ({ centers, preferences, home, ...search }, city) => {
        await bench.haveCenters(centers);
        await bench.haveFamily({ home, careFrom: '2027-01-01', ...search, preferences: placed(preferences, search) });
        const answer: BenchAnswer = ({ interactionType }) =>
          interactionType === 'confirmation' ? { confirmation: { confirmed: city.accepts } } : { decline: true };
        const input = { limit: search.limit, maxDistanceKm: search.radiusKm };
        const all = new MadeUpTravelTimes({ seed: city.seed });
        asked = all;
        const expected = await bench.match(input, answer);
        const few = new MadeUpTravelTimes(city);
        asked = few;
        const found = await bench.match(input, answer);
        expect(told(found.results)).toEqual(told(expected.results));
        // Whether a place that is missing could change anything is judged before what costs is asked for.
        const confirmations = (questions: typeof found.questions) =>
          questions.filter(({ interactionType }) => interactionType === 'confirmation').map(({ question }) => question);
        expect(confirmations(found.questions)).toEqual(confirmations(expected.questions));
        // Each wish asks for its own ways.
        const askers = preferences.filter(({ type }) => type === 'location_distance').length;
        expect(few.asked.length).toBeLessThanOrEqual(new Set(few.asked).size * Math.max(1, askers));
        saved += all.asked.length - few.asked.length;
      }),
      { numRuns: 150 },
    );
    expect(saved).toBeGreaterThan(0);
  }, 120_000);

  test('are asked for only of centers that can still be among the best', async () => {
    await bench.haveCenters(grid(30));
    await bench.haveFamily({ home: HOME, preferences: [wish(HOME_ON_FOOT, WORK_BY_BIKE)] });
    const all = new MadeUpTravelTimes();
    asked = all;
    const expected = await bench.match();
    const few = new MadeUpTravelTimes({ batchSize: 24 });
    asked = few;
    const { results } = await bench.match();
    expect(told(results)).toEqual(told(expected.results));
    expect(all.asked).toHaveLength(2 * 900);
    expect(few.asked.length).toBeLessThan(all.asked.length / 5);
    expect(Math.max(...few.requests)).toBeLessThanOrEqual(24);
  });

  test('are not asked for again after an answer, nor after a question about the smallest loosening', async () => {
    await bench.haveCenters(grid(20));
    const missing = { ...WORK_BY_BIKE, latitude: undefined, longitude: undefined, max_travel_minutes: 2 };
    await bench.haveFamily({ home: HOME, preferences: [wish(HOME_ON_FOOT, missing)] });
    const few = new MadeUpTravelTimes({ batchSize: 24 });
    asked = few;
    const { questions } = await bench.match({}, (question) =>
      question.interactionType === 'confirmation' ? YES(question) : { location: { coordinates: WORK } },
    );
    expect(questions.map(({ interactionType }) => interactionType)).toEqual(['location_input', 'confirmation']);
    expect(new Set(few.asked).size).toBe(few.asked.length);
  });
});

describe('a service that fails in the middle', () => {
  test('leaves estimates for what it was not asked for, each said to be one, and two warnings', async () => {
    await bench.haveCenters(grid(12));
    await bench.haveFamily({ home: HOME, preferences: [wish(HOME_ON_FOOT)] });
    asked = new MadeUpTravelTimes({ batchSize: 5, failsAfter: 1, unreachable: 0 });
    const { results } = await bench.match({ limit: 12 });
    const sources = results.offers.map((offer) => {
      const legs = offer.preferenceMatches.complexPreferences[0]?.facts['legs'] as { source: string }[];
      return legs[0]?.source;
    });
    expect(new Set(sources)).toEqual(new Set(['routed', 'estimated']));
    const warnings = results.processingDetails.warnings.filter(({ field }) => field === 'home_location');
    expect(warnings.map(({ code }) => code)).toEqual(['provider_unavailable', 'estimated_travel_time']);
  });
});

/** The preferences with their places by coordinates, where there are any. */
function placed(preferences: BenchFamily['preferences'], at: { work: Point | null; gym: Point | null }) {
  return preferences.map((preference) => {
    const { locations } = preference.payload as { locations?: { name: string }[] };
    if (!locations) return preference;
    const known = locations.map((one) => ({ ...one, ...at[one.name as keyof typeof at] }));
    return { ...preference, payload: { ...(preference.payload as object), locations: known } };
  });
}
