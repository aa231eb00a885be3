import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type Fault, type MapServices, startMapServices } from '../support/map-services/index.ts';
import { createDatabase, type FreshDatabase } from '../support/services/databases.ts';
import { demoParent, type EventOf, startTestApp, type TestApp } from '../support/test-app.ts';

const POTSDAMER_PLATZ = { location: { address: 'Potsdamer Platz 1, Berlin' } };
/** Short, for a service that hangs. */
const TIMEOUT_MS = '250';
const BY_SERVICE = 'walking=osrm,bike=mapbox,public_transport=otp,car=osrm';

/** Each as it is met with, and how often: it may be tried again. */
const FAULTS: readonly Fault[] = [
  { kind: 'rate_limited', resetInMs: 1000 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 401 },
  { kind: 'hang' },
  { kind: 'half_body' },
  { kind: 'cut' },
  { kind: 'html' },
  { kind: 'garbage' },
  { kind: 'out_of_range' },
];
const named = FAULTS.map((fault) => [Object.values(fault).join(' '), fault] as const);

let database: FreshDatabase;
let services: MapServices;
let app: TestApp;
beforeAll(async () => {
  database = await createDatabase({ url: inject('postgresUrl') });
});
afterAll(async () => database[Symbol.asyncDispose]());
// Each with an instance of its own: a service that failed for one would be left alone for the next.
beforeEach(async () => {
  services = await startMapServices();
  app = await startApp({ TRAVEL_TIMES: BY_SERVICE, MAPBOX_TIMEOUT_MS: TIMEOUT_MS });
});
afterEach(async () => {
  await app[Symbol.asyncDispose]();
  await services[Symbol.asyncDispose]();
});

async function startApp(env: Readonly<Record<string, string>>): Promise<TestApp> {
  return startTestApp({ DATABASE_URL: database.url, DEMO_DATA: 'true', ...services.environment(), ...env });
}

function start(parent: number): ReturnType<TestApp['match']> {
  return app.match({ parentId: demoParent(parent), sessionId: randomUUID(), limit: 5 });
}

interface Leg {
  readonly location: string;
  readonly source: string;
  readonly travelMinutes?: number | null;
  readonly routeKm?: number | null;
}

function legsOf({ offers }: EventOf<'MatchResults'>): Leg[] {
  return offers.flatMap(({ preferenceMatches }) =>
    preferenceMatches.complexPreferences.flatMap((match) =>
      match.__typename === 'LocationDistanceMatch' ? match.legs : [],
    ),
  );
}

const warningsOf = ({ processingDetails }: EventOf<'MatchResults'>): string[] =>
  processingDetails.warnings.map(({ code, field }) => `${code} ${field ?? ''}`);

function resultsOf(events: readonly { readonly __typename: string }[]): EventOf<'MatchResults'> {
  const last = events.at(-1);
  if (last?.__typename !== 'MatchResults') throw new Error(`no results: ${JSON.stringify(last)}`);
  return last as EventOf<'MatchResults'>;
}

describe('with services for places and ways', () => {
  test('every time is routed, nothing is warned of, and each service is asked for its mode', async () => {
    const results = resultsOf(await start(1).toEnd({ work_location: POTSDAMER_PLATZ }));
    expect(new Set(legsOf(results).map(({ source }) => source))).toEqual(new Set(['ROUTED']));
    expect(legsOf(results).every(({ travelMinutes, routeKm }) => travelMinutes !== null && routeKm !== null)).toBe(
      true,
    );
    expect(warningsOf(results)).toEqual([]);
    expect(services.geocoding.requests.map(({ query }) => query.get('q'))).toEqual(['Potsdamer Platz 1, Berlin']);
    expect(services.osrm.walking.requests.length).toBeGreaterThan(0);
    expect(services.matrix.requests.length).toBeGreaterThan(0);
    expect(services.osrm.bike.requests.length + services.osrm.car.requests.length).toBe(0);
  });

  test('public transport arrives on a working day', async () => {
    const results = resultsOf(await start(2).toEnd({ work_location: POTSDAMER_PLATZ }));
    const work = legsOf(results).filter(({ location }) => location === 'work');
    expect(work.length).toBe(5);
    expect(new Set(work.map(({ source }) => source))).toEqual(new Set(['ROUTED']));
    expect(JSON.stringify(services.otp.requests[0]?.body)).toMatch(/"20\d\d-\d\d-\d\dT08:30:00\+0[12]:00"/u);
  });

  test('the ways from home are asked for while the person says where work is, and no way twice', async () => {
    const session = start(1);
    await session.question();
    await expect.poll(() => services.osrm.walking.requests.length).toBeGreaterThan(0);
    const before = services.osrm.walking.requests.map(({ path }) => path);
    const question = session.events.find((event): event is EventOf<'UserInteraction'> => {
      return event.__typename === 'UserInteraction';
    });
    if (question) await session.answer(question, POTSDAMER_PLATZ);
    await session.results();
    const paths = services.osrm.walking.requests.map(({ path }) => path);
    expect(paths.slice(0, before.length)).toEqual(before);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('an address that is two places is a choice, and one that is a guess a confirmation', async () => {
    const choice = await start(4).question();
    expect(choice).toMatchObject({ interactionType: 'CHOICE', context: { reason: 'AMBIGUOUS' } });
    const session = start(1);
    const question = await session.question();
    await session.answer(question, { location: { address: '10115' } });
    expect(await session.question()).toMatchObject({
      interactionType: 'CONFIRMATION',
      context: { reason: 'IMPRECISE' },
    });
  });
});

describe.each(named)('a geocoder that answers with %s', (_, fault) => {
  test('is stood in for by the gazetteer, with a warning', async () => {
    services.geocoding.failAlways(fault);
    const results = resultsOf(await start(1).toEnd({ work_location: POTSDAMER_PLATZ }));
    expect(warningsOf(results)).toEqual(['PROVIDER_UNAVAILABLE work_location']);
    expect(results.offers.length).toBe(5);
  });

  test('and an address that the gazetteer does not know leads to a question for coordinates', async () => {
    services.geocoding.failAlways(fault);
    const session = start(1);
    const first = await session.question();
    await session.answer(first, { location: { address: 'Quxgasse 77, Berlin' } });
    const second = await session.question();
    expect(second).toMatchObject({ interactionType: 'LOCATION_INPUT', context: { reason: 'PROVIDER_UNAVAILABLE' } });
    await session.answer(second, { location: { coordinates: { latitude: 52.5096, longitude: 13.3765 } } });
    expect(warningsOf(await session.results())).toEqual([]);
  });
});

describe.each(named)('services for travel times that answer with %s', (_, fault) => {
  // The servers of one's own have the time limit of the default: how they hang is in test/geo.
  const mayHang = fault.kind === 'hang';

  test('leave estimates, with a warning for each place', async () => {
    services.matrix.failAlways(fault);
    if (!mayHang) services.osrm.walking.failAlways(fault);
    const results = resultsOf(await start(1).toEnd({ work_location: POTSDAMER_PLATZ }));
    const estimated = (name: string) => [`PROVIDER_UNAVAILABLE ${name}`, `ESTIMATED_TRAVEL_TIME ${name}`];
    expect(warningsOf(results).filter((warning) => !warning.startsWith('NOTHING'))).toEqual([
      ...(mayHang ? [] : estimated('home_location')),
      ...estimated('work_location'),
    ]);
    expect(results.offers.length).toBe(5);
    const sources = new Set(
      legsOf(results)
        .filter(({ location }) => location === 'work')
        .map(({ source }) => source),
    );
    expect(sources).toEqual(new Set(['ESTIMATED']));
  });
});

describe('a way that there is not', () => {
  test.each(['empty', 'NoRoute'])('is unreachable, not estimated: %s', async (kind) => {
    services.matrix.failAlways(kind === 'empty' ? { kind } : { kind: 'code', code: kind });
    const events = await start(1).toEnd({ work_location: POTSDAMER_PLATZ });
    const work = legsOf(resultsOf(events)).filter(({ location }) => location === 'work');
    expect(work.length).toBe(5);
    expect(work.every(({ source, travelMinutes }) => source === 'ROUTED' && travelMinutes === null)).toBe(true);
    expect(warningsOf(resultsOf(events))).toEqual(['NOTHING_SATISFIES ']);
  });
});

describe('a month that is used up', () => {
  test('leaves the gazetteer, and the service is not asked', async () => {
    await using spent = await startApp({ MAPBOX_MONTHLY_LIMIT: '1' });
    const match = () => spent.match({ parentId: demoParent(1), sessionId: randomUUID(), limit: 5 });
    expect(warningsOf(resultsOf(await match().toEnd({ work_location: POTSDAMER_PLATZ })))).toEqual([]);
    const asked = services.geocoding.requests.length;
    const later = resultsOf(await match().toEnd({ work_location: POTSDAMER_PLATZ }));
    expect(warningsOf(later)).toEqual(['PROVIDER_UNAVAILABLE work_location']);
    expect(services.geocoding.requests.length).toBe(asked);
  });
});
