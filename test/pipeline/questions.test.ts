import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Geocoder, GeocoderUnavailable } from '../../src/geo/geocoder.ts';
import type { MatchResults, UserInteraction } from '../../src/protocol.ts';
import { type BenchAnswer, type BenchCenter, MatchingBench } from '../support/matching-bench.ts';

const HOME = { longitude: 13.417, latitude: 52.5363 };
const POTSDAMER_PLATZ = { longitude: 13.3765, latitude: 52.5096 };

const center = (number: number, longitude: number, latitude: number, more: Partial<BenchCenter> = {}): BenchCenter => ({
  id: `00000000-0000-4000-8000-00000000000${number}`,
  location: { longitude, latitude },
  ...more,
});
const NEAR_HOME = center(1, 13.42, 52.537);
const NEAR_WORK = center(2, 13.378, 52.512);
const FAR = center(3, 13.3, 52.47);

const workByBike = { name: 'work', max_travel_minutes: 15, transport_mode: 'bike' };
const wish = (...locations: object[]) => ({ type: 'location_distance', payload: { locations } });

/** Answers in the order asked; declines what is asked beyond them. */
function inOrder(...answers: readonly unknown[]): BenchAnswer {
  const left = [...answers];
  return () => left.shift() ?? { decline: true };
}

const byAddress = (address: string) => ({ location: { address } });
const kinds = (questions: readonly UserInteraction[]): string[] =>
  questions.map(({ interactionType, context }) => `${interactionType} ${context.reason} ${context.attempt}`);
const codes = ({ processingDetails }: MatchResults): string[] =>
  processingDetails.warnings.map(({ code, field }) => `${code} ${field}`).filter((one) => !one.startsWith('estimated'));

let bench: MatchingBench;
beforeAll(async () => {
  bench = await MatchingBench.open();
});
afterAll(async () => bench[Symbol.asyncDispose]());

describe('a place that is missing', () => {
  beforeEach(async () => {
    await bench.haveCenters([NEAR_HOME, NEAR_WORK, FAR]);
    const dates = { childBirthMonth: '2025-03-01', careFrom: '2027-08-01' };
    await bench.haveFamily({ home: HOME, ...dates, preferences: [wish(workByBike)] });
  });

  test('is asked for, and an address that is clear is taken', async () => {
    const { questions, offered, results } = await bench.match({}, inOrder(byAddress('Potsdamer Platz 1, Berlin')));
    expect(kinds(questions)).toEqual(['location_input missing 1']);
    expect(offered[0]).toBe(NEAR_WORK.id);
    expect(codes(results)).toEqual([]);
  });

  test('may be answered by coordinates', async () => {
    const { offered } = await bench.match({}, inOrder({ location: { coordinates: POTSDAMER_PLATZ } }));
    expect(offered[0]).toBe(NEAR_WORK.id);
  });

  test('that is declined is left out, with a warning, and nothing satisfies the wish', async () => {
    const { questions, results } = await bench.match({}, inOrder({ decline: true }));
    expect(kinds(questions)).toEqual(['location_input missing 1']);
    expect(codes(results)).toEqual(['location_declined work_location', 'nothing_satisfies null']);
    const match = results.offers[0]?.preferenceMatches.complexPreferences[0];
    expect(match).toMatchObject({
      satisfied: false,
      score: 0.5,
      details: 'work: not known',
      facts: { legs: [{ rating: 'unknown', score: null, travelMinutes: null, distanceKm: null }] },
    });
  });

  test('whose address cannot be found is asked for once more, and then left out with a warning', async () => {
    const { questions, results, events } = await bench.match(
      {},
      inOrder(byAddress('Quxstraße 99, Hamburg'), byAddress('zzzzzzzzzz')),
    );
    expect(kinds(questions)).toEqual(['location_input missing 1', 'location_input not_found 2']);
    expect(codes(results)).toEqual(['location_not_found work_location', 'nothing_satisfies null']);
    const failed = events.filter((event) => event.type === 'error');
    expect(failed).toMatchObject([{ errorCode: 'geocoding_failed', fatal: false }]);
    expect(JSON.stringify(events.filter(({ type }) => type !== 'user_interaction'))).not.toContain('Qux');
  });

  test('is found at the second attempt', async () => {
    const { questions, results } = await bench.match(
      {},
      inOrder(byAddress('zzzzzzzzzz'), byAddress('Potsdamer Platz 1, Berlin')),
    );
    expect(questions).toHaveLength(2);
    expect(codes(results)).toEqual([]);
  });

  test('whose address is several places becomes a choice; none of them, a second attempt', async () => {
    const { questions, results } = await bench.match(
      {},
      inOrder(byAddress('Hauptstraße 5'), { choice: { value: 'none' } }, byAddress('Potsdamer Platz 1')),
    );
    expect(kinds(questions)).toEqual(['location_input missing 1', 'choice ambiguous 1', 'location_input not_found 2']);
    expect(questions[1]?.options?.at(-1)).toEqual({ value: 'none', label: 'None of these' });
    expect(codes(results)).toEqual([]);
  });

  test('whose one match is imprecise becomes a confirmation; a no, a second attempt', async () => {
    const yes = await bench.match({}, inOrder(byAddress('10785 Berlin'), { confirmation: { confirmed: true } }));
    expect(kinds(yes.questions)).toEqual(['location_input missing 1', 'confirmation imprecise 1']);
    expect(yes.offered[0]).toBe(NEAR_WORK.id);
    const no = await bench.match({}, inOrder(byAddress('10785 Berlin'), { confirmation: { confirmed: false } }));
    expect(kinds(no.questions)).toEqual([
      'location_input missing 1',
      'confirmation imprecise 1',
      'location_input not_found 2',
    ]);
  });

  test('is asked for once, however many wishes name it, under its own field', async () => {
    const twice = [
      wish(workByBike),
      wish({ name: 'Work', max_distance_km: 3 }, { name: 'Tante Änne', max_distance_km: 2 }),
    ];
    await bench.haveFamily({ home: HOME, preferences: twice });
    const { questions } = await bench.match();
    expect(questions.map(({ fieldName }) => fieldName)).toEqual(['work_location', 'tante_anne_location']);
    expect(new Set(questions.map(({ expiresAt }) => expiresAt)).size).toBe(1);
  });
});

describe('a place that several wishes name', () => {
  beforeEach(async () => {
    await bench.haveCenters([NEAR_HOME, NEAR_WORK, FAR]);
  });

  test('is where one of them says it is', async () => {
    const said = wish({ name: 'work', address: 'Potsdamer Platz 1, Berlin', max_distance_km: 3 });
    await bench.haveFamily({ home: HOME, preferences: [wish(workByBike), said] });
    const { questions, offered } = await bench.match();
    expect(questions).toEqual([]);
    expect(offered[0]).toBe(NEAR_WORK.id);
  });

  test('is each its own where they say different things', async () => {
    const elsewhere = {
      name: 'work',
      max_distance_km: 5,
      longitude: FAR.location.longitude,
      latitude: FAR.location.latitude,
    };
    const atHome = { name: 'work', max_distance_km: 5, ...HOME };
    await bench.haveFamily({ home: HOME, preferences: [wish(atHome), wish(elsewhere)] });
    const { results } = await bench.match();
    const near = results.offers.find(({ centerId }) => centerId === NEAR_HOME.id);
    const legs = near?.preferenceMatches.complexPreferences.map(
      ({ facts }) => facts['legs'] as { distanceKm: number }[],
    );
    expect(legs?.[0]?.[0]?.distanceKm).toBeLessThan(1);
    expect(legs?.[1]?.[0]?.distanceKm).toBeGreaterThan(5);
  });

  test("is the parent's own where it is home, whatever a wish says of it", async () => {
    const elsewhere = { name: 'Home', max_distance_km: 2, address: 'Alexanderplatz, Berlin' };
    await bench.haveFamily({ preferences: [wish(elsewhere)] });
    const { results } = await bench.match({}, inOrder({ decline: true }));
    expect(results).toMatchObject({ success: false, offers: [] });
    expect(codes(results)).toEqual(
      expect.arrayContaining(['location_declined home_location', 'home_unknown home_location']),
    );
  });
});

describe('a question that could change nothing', () => {
  const preferences = [wish(workByBike)];

  test('is not asked where there is one center, and the warning says why', async () => {
    await bench.haveCenters([NEAR_HOME]);
    await bench.haveFamily({ home: HOME, preferences });
    const { questions, results, offered } = await bench.match();
    expect(questions).toEqual([]);
    expect(offered).toEqual([NEAR_HOME.id]);
    expect(codes(results)).toContain('location_not_asked work_location');
    expect(results.offers[0]?.preferenceMatches.complexPreferences[0]?.satisfied).toBe(false);
  });

  test('is not asked where there is none', async () => {
    await bench.haveCenters([]);
    await bench.haveFamily({ home: HOME, preferences });
    const { questions, results } = await bench.match();
    expect(questions).toEqual([]);
    expect(results).toMatchObject({ success: false, offers: [] });
  });

  test('is not asked where other wishes outweigh it', async () => {
    await bench.haveCenters([
      { ...NEAR_HOME, languages: ['en'], pedagogy: 'montessori' },
      { ...NEAR_WORK, languages: ['de'], pedagogy: 'waldorf' },
    ]);
    const heavy = [
      { type: 'language', weight: 5, payload: { language: 'en' } },
      { type: 'pedagogy', weight: 5, payload: { concept: 'montessori' } },
    ];
    await bench.haveFamily({ home: HOME, preferences: [...preferences, ...heavy] });
    expect((await bench.match()).questions).toEqual([]);
    await bench.haveFamily({ home: HOME, preferences: [{ ...wish(workByBike), weight: 20 }, ...heavy] });
    expect((await bench.match()).questions).toHaveLength(1);
  });

  test('is asked where the answer decides whether a loosening is offered that would change the offers', async () => {
    await bench.haveCenters([
      { ...NEAR_HOME, freePlaces: 10, location: { longitude: 13.4172, latitude: 52.5364 } },
      { ...NEAR_WORK, freePlaces: 9, location: { longitude: 13.4171, latitude: 52.5363 } },
    ]);
    await bench.haveFamily({
      home: HOME,
      preferences: [
        { ...wish({ name: 'home', max_distance_km: 0.005 }), weight: 10 },
        { type: 'free_places', payload: { at_least: 10 } },
        { ...wish(workByBike), weight: 0.01 },
      ],
    });
    expect((await bench.match()).questions.map(({ fieldName }) => fieldName)).toContain('work_location');
  });

  test('about a loosening is not asked where a yes would leave the offers as they are', async () => {
    await bench.haveCenters([NEAR_HOME, NEAR_WORK]);
    const strict = [wish({ name: 'home', max_travel_minutes: 1, transport_mode: 'walking' })];
    await bench.haveFamily({ home: HOME, preferences: strict });
    const { questions, results } = await bench.match();
    expect(questions).toEqual([]);
    expect(results.processingDetails.warnings.find(({ code }) => code === 'nothing_satisfies')?.message).toMatch(
      /4 instead of 1 minutes on foot from home/,
    );
  });
});

describe('a home that is unknown', () => {
  const preferences = [wish({ name: 'home', max_distance_km: 2 }, { ...workByBike, ...POTSDAMER_PLATZ })];
  beforeEach(async () => {
    await bench.haveCenters([NEAR_HOME, NEAR_WORK, FAR]);
  });

  test('is asked for first, and the search is around it', async () => {
    await bench.haveFamily({ preferences });
    const { questions, offered, results } = await bench.match(
      { maxDistanceKm: 2 },
      inOrder(byAddress('Kollwitzplatz, Berlin')),
    );
    expect(questions[0]).toMatchObject({
      fieldName: 'home_location',
      question: 'Where is your home located?',
      context: { preferenceId: null, requiredFor: 'finding_centers' },
    });
    expect(offered).toEqual([NEAR_HOME.id]);
    expect(codes(results)).not.toContain('home_unknown home_location');
  });

  test('is asked for together with the other places that are missing, with one deadline', async () => {
    const gym = { ...workByBike, name: 'gym' };
    await bench.haveFamily({ preferences: [wish({ name: 'home', max_distance_km: 2 }, workByBike, gym)] });
    const together: string[] = [];
    const { questions, events, results } = await bench.match({}, inOrder(byAddress('Kollwitzplatz, Berlin')));
    for (const event of events.slice(events.findIndex(({ type }) => type === 'user_interaction'))) {
      if (event.type !== 'user_interaction') break;
      together.push(event.fieldName);
    }
    expect(together).toEqual(['home_location', 'work_location', 'gym_location']);
    expect(new Set(questions.map(({ expiresAt }) => expiresAt)).size).toBe(1);
    expect(codes(results)).not.toContain('home_unknown home_location');
  });

  test('does not have those asked for that are known by an address, nor where there is no center', async () => {
    const gym = { ...workByBike, name: 'gym', address: 'Hauptstraße 5, Berlin' };
    await bench.haveFamily({ preferences: [wish(gym)] });
    const { questions } = await bench.match({}, inOrder(byAddress('Kollwitzplatz, Berlin')));
    expect(questions[0]?.fieldName).toBe('home_location');
    expect(questions[1]?.context.reason).toBe('ambiguous');
    await bench.haveCenters([]);
    await bench.haveFamily({ preferences: [wish(workByBike)] });
    expect((await bench.match()).questions).toEqual([]);
  });

  test('is found by its address, without a question', async () => {
    await bench.haveFamily({ homeAddress: 'Kollwitzplatz, 10435 Berlin', preferences });
    const { questions, offered } = await bench.match({ maxDistanceKm: 2 });
    expect(questions.filter(({ fieldName }) => fieldName === 'home_location')).toEqual([]);
    expect(offered).toEqual([NEAR_HOME.id]);
  });

  test('and declined: the search is around the first place that is known', async () => {
    await bench.haveFamily({ preferences });
    const { offered, results } = await bench.match({ maxDistanceKm: 2 }, inOrder({ decline: true }));
    expect(offered).toEqual([NEAR_WORK.id]);
    expect(codes(results)).toContain('home_unknown home_location');
  });

  test('and declined, with work to be asked for: the search is around work', async () => {
    await bench.haveFamily({ preferences: [wish(workByBike)] });
    const { questions, offered, results } = await bench.match(
      { maxDistanceKm: 2 },
      inOrder({ decline: true }, byAddress('Potsdamer Platz 1, Berlin')),
    );
    expect(questions.map(({ fieldName }) => fieldName)).toEqual(['home_location', 'work_location']);
    expect(offered).toEqual([NEAR_WORK.id]);
    expect(codes(results)).toContain('home_unknown home_location');
  });

  test('with no place known at all: no success, and no question beyond the two', async () => {
    await bench.haveFamily({ preferences: [wish(workByBike)] });
    const { questions, results } = await bench.match();
    expect(questions).toHaveLength(2);
    expect(results).toMatchObject({ success: false, offers: [] });
    expect(codes(results)).toContain('home_unknown home_location');
  });
});

describe('where nothing meets every wish', () => {
  const nothing = ({ processingDetails }: MatchResults): string | undefined =>
    processingDetails.warnings.find(({ code }) => code === 'nothing_satisfies')?.message;

  test('because something is not known, the warning says that', async () => {
    await bench.haveCenters([NEAR_HOME, NEAR_WORK]);
    await bench.haveFamily({ home: HOME, preferences: [wish(workByBike)] });
    expect(nothing((await bench.match()).results)).toMatch(/because not everything is known/);
  });

  test('because there is no center, the warning says within which distance', async () => {
    await bench.haveCenters([FAR]);
    await bench.haveFamily({ home: HOME, preferences: [wish(workByBike)] });
    expect(nothing((await bench.match({ maxDistanceKm: 1.5 })).results)).toMatch(/no suitable center within 1\.5 km/);
  });

  test('because nowhere was searched, no warning says more than that', async () => {
    await bench.haveCenters([NEAR_HOME]);
    await bench.haveFamily({ preferences: [wish({ name: 'home', max_distance_km: 90 })] });
    const { results } = await bench.match();
    expect(codes(results)).toEqual([
      'home_unknown home_location',
      'child_age_unknown null',
      'location_declined home_location',
    ]);
  });
});

describe('a geocoder that cannot be asked', () => {
  test('leads to a question for coordinates, and then on without the place, with a warning', async () => {
    const away: Geocoder = {
      name: 'away',
      geocode: async () => Promise.reject(new GeocoderUnavailable('away')),
    };
    await using lonely = await MatchingBench.open({ geocoder: away });
    await lonely.haveCenters([NEAR_HOME, NEAR_WORK]);
    await lonely.haveFamily({ home: HOME, preferences: [wish(workByBike)] });
    const byText = await lonely.match({}, inOrder(byAddress('Potsdamer Platz 1'), byAddress('Potsdamer Platz 1')));
    expect(kinds(byText.questions)).toEqual(['location_input missing 1', 'location_input provider_unavailable 2']);
    expect(codes(byText.results)).toContain('provider_unavailable work_location');
    const coordinates = { location: { coordinates: POTSDAMER_PLATZ } };
    const byNumbers = await lonely.match({}, inOrder(byAddress('Potsdamer Platz 1'), coordinates));
    expect(byNumbers.offered[0]).toBe(NEAR_WORK.id);
  });
});

describe('warnings', () => {
  test('come once, however many wishes give them', async () => {
    await bench.haveCenters([NEAR_HOME]);
    const hours = { type: 'care_hours', payload: { days: ['mo'], from: '08:00', to: '12:00' } };
    const near = wish({ name: 'home', max_travel_minutes: 10, transport_mode: 'bike' });
    await bench.haveFamily({ home: HOME, preferences: [hours, hours, near, near] });
    const { warnings } = (await bench.match()).results.processingDetails;
    expect(new Set(warnings.map((warning) => JSON.stringify(warning))).size).toBe(warnings.length);
    expect(warnings.filter(({ code }) => code === 'opening_hours_unknown')).toHaveLength(1);
  });

  test('tell of a child whose age is unknown, a wish wider than the radius, hours that are unknown', async () => {
    await bench.haveCenters([{ ...NEAR_HOME, openingHours: null }]);
    const hours = { type: 'care_hours', payload: { days: ['mo'], from: '08:00', to: '12:00' } };
    await bench.haveFamily({ home: HOME, preferences: [wish({ name: 'home', max_distance_km: 9 }), hours] });
    const { results } = await bench.match({ maxDistanceKm: 5 });
    const given = codes(results);
    expect(given).toContain('child_age_unknown null');
    expect(given).toContain('wish_wider_than_radius home_location');
    expect(given).toContain('opening_hours_unknown care_hours');
  });

  test('tell of a preference that is not valid, or of a type that is not known, and the run goes on', async () => {
    await bench.haveCenters([NEAR_HOME]);
    const broken = [
      { type: 'language', payload: { tongue: 'en' } },
      { type: 'astrology', payload: {} },
      { type: 'location_distance', payload: { locations: [{ name: 'work', max_travel_minutes: 5 }] } },
    ];
    await bench.haveFamily({ home: HOME, preferences: broken });
    const { results, offered } = await bench.match();
    expect(offered).toEqual([NEAR_HOME.id]);
    expect(codes(results).filter((one) => one.startsWith('preference_ignored'))).toEqual([
      'preference_ignored language',
      'preference_ignored astrology',
      'preference_ignored location_distance',
    ]);
  });
});

test('a child decides by its age at the wanted date who is a candidate', async () => {
  await bench.haveCenters([
    { ...NEAR_HOME, minAgeMonths: 12, maxAgeMonths: 28 },
    { ...NEAR_WORK, minAgeMonths: 29, maxAgeMonths: 29 },
    { ...FAR, minAgeMonths: 30 },
  ]);
  const dates = { childBirthMonth: '2025-03-01', careFrom: '2027-08-15' };
  await bench.haveFamily({ home: HOME, ...dates, preferences: [] });
  expect((await bench.match()).offered).toEqual([NEAR_WORK.id]);
});
