// How many travel times a search asks a routing service for, against asking for all of them, and whether the offers are
// the same.
//
//   npm run bench:ways -- [--centers 300,5000] [--limit 10]
//
// The real adapters, against servers on loopback that answer as Mapbox and OpenTripPlanner do. The floor is the same
// search with every time known at once. Prints counts and ratios; ends with 1 where an offer differs.
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { openDatabase, type Database } from '../src/db/database.ts';
import { migrate } from '../src/db/migrations/migrate.ts';
import { seedCenters } from '../src/db/seed/bulk.ts';
import { loadDemoData } from '../src/db/seed/demo-data.ts';
import { createMemoryCallBudget } from '../src/geo/budget/memory-call-budget.ts';
import { createGazetteerGeocoder } from '../src/geo/gazetteer-geocoder.ts';
import { createHttpMapService } from '../src/geo/http-map-service.ts';
import { leastMinutesAtHighestSpeed } from '../src/geo/highest-speeds.ts';
import { createMapboxTravelTimes } from '../src/geo/mapbox-travel-times.ts';
import { createOtpTravelTimes } from '../src/geo/otp-travel-times.ts';
import type { TravelTimes } from '../src/geo/travel-times.ts';
import { createTravelTimesByMode } from '../src/geo/travel-times-by-mode.ts';
import { PREFERENCE_TYPES } from '../src/pipeline/preferences/registry.ts';
import { runMatching } from '../src/pipeline/run-matching.ts';
import type { Answer, MatchingInput, MatchResultsBody } from '../src/protocol.ts';
import { systemClock } from '../src/clock.ts';
import { type MapServices, madeUpWays, startMapServices, type Ways } from '../test/support/map-services/index.ts';
import { plainRun } from './ways/plain-run.ts';

const { values } = parseArgs({
  options: { centers: { type: 'string', default: '300,5000' }, limit: { type: 'string', default: '10' } },
});
const LIMIT = Number(values.limit);
/** What each of the demo parents asks for: the first is the typical one. */
const PARENTS = {
  '0001': 'home 15 min on foot, work 20 min by bike',
  '0002': 'home 5 km, grandparents 8 km, work 25 min by public transport',
  '0003': 'home 15 min on foot, work 25 min by bike, a free place',
  '0004': 'home 20 min on foot, work 40 min by bike',
  '0006': 'home 20 min on foot, hours, a language, a concept',
};
const MATRIX_DESTINATIONS = 24;
const QUIET = { info() {}, debug() {}, warn() {}, error() {} };

const differing: string[] = [];
await using services = await startMapServices({ ways: inWholeSeconds });
for (const centers of values.centers.split(',').map(Number)) {
  await using database = await filled(centers);
  const rows = [];
  for (const parent of Object.keys(PARENTS)) rows.push(await compared(database, parent));
  console.log(`\n${centers} centers, the best ${LIMIT}:`);
  console.table(rows);
}
if (differing.length > 0) process.exitCode = 1;

async function filled(centers: number): Promise<Database> {
  const database = await openDatabase({ url: null, dataDir: 'memory' });
  await migrate(database);
  await loadDemoData(database);
  await sql`truncate centers`.execute(database.kysely);
  await seedCenters(database, centers, {});
  // Every center takes every child: all of them are candidates.
  await sql`update centers set min_age_months = null, max_age_months = null`.execute(database.kysely);
  return database;
}

async function compared(database: Database, parent: string): Promise<Record<string, unknown>> {
  const all = countingAll();
  const expected = await search(database, parent, all.travelTimes);
  services.matrix.reset();
  services.otp.reset();
  const found = await search(database, parent, routed(services));
  const requests = [...services.matrix.requests, ...services.otp.requests];
  const asked = requests.reduce((sum, { elements }) => sum + elements, 0);
  const isSame = offersOf(expected.results) === offersOf(found.results);
  if (!isSame) differing.push(parent);
  return {
    parent,
    wish: PARENTS[parent as keyof typeof PARENTS],
    'ways in all': all.count(),
    asked,
    share: `${((100 * asked) / all.count()).toFixed(1)} %`,
    requests: requests.length,
    'requests for all': all.requests(),
    'same offers': isSame,
    ms: Math.round(found.ms),
    'ms, all known': Math.round(expected.ms),
  };
}

async function search(
  database: Database,
  parent: string,
  travelTimes: TravelTimes,
): Promise<{ readonly results: MatchResultsBody; readonly ms: number }> {
  const input: MatchingInput = {
    parentId: `550e8400-e29b-41d4-a716-44665544${parent}`,
    limit: LIMIT,
    maxDistanceKm: 15,
    includeFullCenters: false,
    includeExplanations: true,
    locale: 'en',
  };
  const startedAt = performance.now();
  const geocoder = createGazetteerGeocoder();
  const run = plainRun(input, answer);
  const results = await runMatching(run, { database, geocoder, travelTimes, preferenceTypes: PREFERENCE_TYPES });
  return { results, ms: performance.now() - startedAt };
}

function answer({ interactionType }: { readonly interactionType: string }): Answer {
  if (interactionType === 'choice') return { kind: 'choice', value: 'option_1' };
  if (interactionType === 'confirmation') return { kind: 'confirmation', confirmed: true };
  return { kind: 'coordinates', longitude: 13.3765, latitude: 52.5096 };
}

/** The adapters as an instance has them, without a budget. */
function routed({ matrix, otp }: MapServices): TravelTimes {
  const clock = systemClock;
  const common = { limit: null, budget: createMemoryCallBudget(clock), clock, log: QUIET };
  const service = createHttpMapService({ name: 'mapbox-matrix', ...common });
  const mapbox = { service, baseUrl: matrix.url, accessToken: 'pk.stub' };
  return createTravelTimesByMode({
    walking: createMapboxTravelTimes({ ...mapbox, mode: 'walking' }),
    bike: createMapboxTravelTimes({ ...mapbox, mode: 'bike' }),
    car: createMapboxTravelTimes({ ...mapbox, mode: 'car' }),
    public_transport: createOtpTravelTimes({
      service: createHttpMapService({ name: 'otp', ...common }),
      baseUrl: otp.url,
      arriveBy: { hour: 8, minute: 30 },
      timeZone: 'Europe/Berlin',
      clock,
    }),
  });
}

/** OpenTripPlanner says whole seconds. */
function inWholeSeconds(...way: Parameters<Ways>): ReturnType<Ways> {
  const found = madeUpWays(...way);
  return found && { ...found, seconds: Math.ceil(found.seconds) };
}

interface CountedTravelTimes {
  readonly travelTimes: TravelTimes;
  readonly count: () => number;
  /** How many requests the services would take for them. */
  readonly requests: () => number;
}

/** The same ways, all of them known at once. */
function countingAll(): CountedTravelTimes {
  let [count, requests] = [0, 0];
  const travelTimes: TravelTimes = {
    name: 'all',
    by: (mode) => ({
      name: 'all',
      batchSize: Infinity,
      leastMinutes: (distanceKm) => leastMinutesAtHighestSpeed(mode, distanceKm),
      async travelTimes({ origin, destinations }) {
        count += destinations.length;
        requests += Math.ceil(destinations.length / (mode === 'public_transport' ? 1 : MATRIX_DESTINATIONS));
        return destinations.map((to) => {
          const way = inWholeSeconds(origin, to, mode);
          return {
            minutes: way && way.seconds / 60,
            routeKm: way && way.metres / 1000,
            source: 'routed' as const,
          };
        });
      },
    }),
  };
  return { travelTimes, count: () => count, requests: () => requests };
}

/** Ids and scores, in order. */
function offersOf({ offers }: MatchResultsBody): string {
  return JSON.stringify(offers.map(({ centerId, score }) => [centerId, score]));
}
