import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MatchResults, Point } from '../../src/protocol.ts';
import type { TravelTimes } from '../../src/geo/travel-times.ts';
import { MadeUpTravelTimes } from '../support/made-up-travel-times.ts';
import { type BenchAnswer, type BenchCenter, type BenchFamily, MatchingBench } from '../support/matching-bench.ts';
import { anySearch } from './any-search.ts';

/** Whether a place that is missing could change anything is judged before what costs is asked for. */
const UNKNOWN: ReadonlySet<string> = new Set(['location_not_asked', 'location_declined']);

/** What a family is told, but for times of processing and for why a place is not known. */
function told({ offers, processingDetails: { warnings, centersEvaluated } }: MatchResults): unknown {
  const others = warnings.map((one) => (UNKNOWN.has(one.code) ? { code: 'location_unknown', field: one.field } : one));
  const plain = JSON.stringify({ offers, warnings: others, centersEvaluated });
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
        const confirmations = (questions: typeof found.questions) =>
          questions.filter(({ interactionType }) => interactionType === 'confirmation').map(({ question }) => question);
        expect(confirmations(found.questions)).toEqual(confirmations(expected.questions));
        expect(askedAgain(few.asked, centers, preferences)).toEqual([]);
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

  test('are asked for until it is known whether only what nobody says keeps a center from meeting every wish', async () => {
    const [one = '', other = ''] = grid(2).map(({ id }) => id);
    await bench.haveCenters([
      { id: one, location: HOME, openingHours: 'Mo-Fr 05:00-14:00' },
      { id: other, location: HOME },
    ]);
    const hours = { type: 'care_hours', payload: { days: ['mo'], from: '05:00', to: '14:15' } };
    const place = { type: 'free_places', payload: { at_least: 1 } };
    await bench.haveFamily({ home: HOME, preferences: [wish(HOME_ON_FOOT), hours, place] });
    asked = new MadeUpTravelTimes({ batchSize: 1, unreachable: 0 });
    const { results, offered } = await bench.match({ limit: 1 });
    expect(offered).toEqual([one]);
    expect(results.processingDetails.warnings.at(-1)?.message).toMatch(/because not everything is known/u);
    asked = new MadeUpTravelTimes({ batchSize: 1, unreachable: 1 });
    const unreachable = await bench.match({ limit: 1 });
    expect(unreachable.results.processingDetails.warnings.at(-1)?.message).toMatch(/^No center meets all/u);
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

describe('places that are answered one after the other', () => {
  test('are each asked for as soon as it is known, while the others are still open', async () => {
    await bench.haveCenters(grid(6));
    const gym = { name: 'gym', max_travel_minutes: 20, transport_mode: 'bike' };
    const work = { ...gym, name: 'work' };
    await bench.haveFamily({ home: HOME, preferences: [wish(HOME_ON_FOOT, gym, work)] });
    const few = new MadeUpTravelTimes({ batchSize: 12 });
    asked = few;
    const fromGym = (): number =>
      few.asked.filter((way) => way.includes(` ${WORK.longitude} ${WORK.latitude} `)).length;
    const { questions } = await bench.match({}, async ({ fieldName }) => {
      if (fieldName === 'gym_location') return { location: { coordinates: WORK } };
      await expect.poll(fromGym).toBeGreaterThan(0);
      return { decline: true };
    });
    expect(questions.map(({ fieldName }) => fieldName)).toEqual(['gym_location', 'work_location']);
  });
});

describe('a source that answers for fewer ways than it was asked for', () => {
  test('is one that cannot be asked', async () => {
    await bench.haveCenters(grid(3));
    await bench.haveFamily({ home: HOME, preferences: [wish(HOME_ON_FOOT)] });
    const whole = new MadeUpTravelTimes({ batchSize: 5 });
    asked = {
      name: 'short',
      by: (mode) => ({ ...whole.by(mode), travelTimes: async () => [] }),
    };
    const { results } = await bench.match();
    expect(results.offers).toHaveLength(9);
    expect(results.processingDetails.warnings.map(({ code }) => code)).toContain('provider_unavailable');
  });
});

describe('a service that fails in the middle', () => {
  test('is not asked for the other places either: a person waits for it once', async () => {
    await bench.haveCenters(grid(12));
    const workOnFoot = { ...WORK_BY_BIKE, transport_mode: 'walking', max_travel_minutes: 40 };
    await bench.haveFamily({ home: HOME, preferences: [wish(HOME_ON_FOOT, workOnFoot), wish(workOnFoot)] });
    const failing = new MadeUpTravelTimes({ batchSize: 24, failsAfter: 0 });
    asked = failing;
    const { results } = await bench.match();
    // The two wishes are asked for side by side.
    expect(failing.requests.length).toBeLessThanOrEqual(2);
    const fields = results.processingDetails.warnings.filter(({ code }) => code === 'provider_unavailable');
    expect(fields.map(({ field }) => field)).toEqual(['home_location', 'work_location']);
  });

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

/** The ways that were asked for more often than there are centers at their end and legs that may ask for them. */
function askedAgain(
  ways: readonly string[],
  centers: readonly BenchCenter[],
  preferences: BenchFamily['preferences'],
): string[] {
  const legs = preferences.flatMap(({ payload }) => (payload as { locations?: object[] }).locations ?? []).length;
  const counts = Map.groupBy(ways, (way) => way);
  return [...counts].flatMap(([way, times]) => {
    const there = centers.filter(({ location }) => way.endsWith(` ${location.longitude} ${location.latitude}`));
    return times.length > there.length * legs ? [way] : [];
  });
}

/** The preferences with their places by coordinates, where there are any. */
function placed(preferences: BenchFamily['preferences'], at: { work: Point | null; gym: Point | null }) {
  return preferences.map((preference) => {
    const { locations } = preference.payload as { locations?: { name: string }[] };
    if (!locations) return preference;
    const known = locations.map((one) => ({ ...one, ...at[one.name as keyof typeof at] }));
    return { ...preference, payload: { ...(preference.payload as object), locations: known } };
  });
}
