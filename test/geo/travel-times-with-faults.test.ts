import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createMemoryCallBudget } from '../../src/geo/budget/memory-call-budget.ts';
import { distanceKmFrom } from '../../src/geo/distance.ts';
import { createHttpMapService } from '../../src/geo/http-map-service.ts';
import { createMapboxTravelTimes } from '../../src/geo/mapbox-travel-times.ts';
import type { MapService } from '../../src/geo/map-service.ts';
import { createOsrmTravelTimes } from '../../src/geo/osrm-travel-times.ts';
import { createOtpTravelTimes } from '../../src/geo/otp-travel-times.ts';
import { type TravelTimeSource, TravelTimesUnavailable } from '../../src/geo/travel-times.ts';
import type { Point, TransportMode } from '../../src/protocol.ts';
import {
  type Fault,
  madeUpWays,
  type MapServices,
  startMapServices,
  type StubService,
} from '../support/map-services/index.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { expectToKeep } from './secrets.ts';

const TOKEN = 'pk.kept-to-itself';
const ORIGIN: Point = { longitude: 13.3765, latitude: 52.5096 };
/** No way leads here. */
const ISLAND: Point = { longitude: 13.2871, latitude: 52.4318 };

/** The first `count` of a walk around Berlin. */
function around(count: number): Point[] {
  return Array.from({ length: count }, (_, index) => ({
    longitude: (13_310 + ((index * 37) % 100)) / 1000,
    latitude: (52_460 + ((index * 53) % 100)) / 1000,
  }));
}

let maps: MapServices;
let log: RecordingLog;

beforeAll(async () => {
  const ways = (from: Point, to: Point, mode: TransportMode) =>
    to.longitude === ISLAND.longitude ? null : madeUpWays(from, to, mode);
  maps = await startMapServices({ token: TOKEN, ways });
});

afterAll(() => maps[Symbol.asyncDispose]());

function service(name: string): MapService {
  return createHttpMapService({
    name,
    limit: null,
    budget: createMemoryCallBudget(systemClock),
    clock: systemClock,
    log,
    timeoutMs: 250,
    mostWaitMs: 100,
    retryDelays: { firstMs: 1, mostMs: 2 },
    breaker: { failures: 1000, restMs: 1000 },
  });
}

function mapbox(mode: 'walking' | 'bike' | 'car'): TravelTimeSource {
  const { url: baseUrl } = maps.matrix;
  return createMapboxTravelTimes({ service: service('mapbox-matrix'), baseUrl, accessToken: TOKEN, mode });
}

function osrm(mode: 'walking' | 'bike' | 'car'): TravelTimeSource {
  return createOsrmTravelTimes({ service: service('osrm'), baseUrl: maps.osrm[mode].url, mode });
}

function otp(): TravelTimeSource {
  return createOtpTravelTimes({
    service: service('otp'),
    baseUrl: maps.otp.url,
    arriveBy: { hour: 8, minute: 30 },
    timeZone: 'Europe/Berlin',
    clock: systemClock,
  });
}

interface Provider {
  readonly name: string;
  readonly mode: TransportMode;
  readonly create: () => TravelTimeSource;
  readonly stub: () => StubService;
}

const PROVIDERS: readonly Provider[] = [
  ...(['walking', 'bike', 'car'] as const).flatMap((mode) => [
    { name: 'mapbox', mode, create: () => mapbox(mode), stub: () => maps.matrix },
    { name: 'osrm', mode, create: () => osrm(mode), stub: () => maps.osrm[mode] },
  ]),
  { name: 'otp', mode: 'public_transport', create: otp, stub: () => maps.otp },
];

/** One mode each is enough for what does not depend on it. */
const EACH = PROVIDERS.filter(({ mode }) => mode === 'walking' || mode === 'public_transport');
const TABLES = EACH.filter(({ name }) => name !== 'otp');

/** What no retry helps against while it lasts. */
const LASTING: readonly Fault[] = [
  { kind: 'rate_limited' },
  { kind: 'status', status: 401 },
  { kind: 'status', status: 403 },
  { kind: 'status', status: 404 },
  { kind: 'status', status: 422 },
  { kind: 'status', status: 400, code: 'InvalidValue' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'hang' },
  { kind: 'slow', ms: 2000 },
  { kind: 'half_body' },
  { kind: 'cut' },
  { kind: 'html' },
  { kind: 'garbage' },
  { kind: 'out_of_range' },
];

/** What a second try helps against. */
const PASSING: readonly Fault[] = [
  { kind: 'status', status: 503 },
  { kind: 'hang' },
  { kind: 'half_body' },
  { kind: 'cut' },
  { kind: 'html' },
  { kind: 'out_of_range' },
];

function ask(source: TravelTimeSource, destinations: readonly Point[]) {
  return source.travelTimes({ origin: ORIGIN, destinations, signal: new AbortController().signal });
}

async function failureOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => expect.fail('it was answered'),
    (error: unknown) => error,
  );
}

beforeEach(() => {
  log = new RecordingLog();
  for (const { stub } of PROVIDERS) stub().reset();
});

describe.each(PROVIDERS)('$name for $mode', ({ mode, create, stub }) => {
  test('gives the minutes of its whole batch in order, the unreachable among them, and none below its bound', async () => {
    const source = create();
    const destinations = around(source.batchSize).with(1, ISLAND);
    const times = await ask(source, destinations);
    expect(times).toHaveLength(destinations.length);
    const ways = destinations.map((to) => (to === ISLAND ? null : madeUpWays(ORIGIN, to, mode)));
    // A service may round to a second.
    expect(times.map(({ minutes }) => minutes && Math.ceil(Math.round(minutes * 600) / 10))).toEqual(
      ways.map((way) => way && Math.ceil(way.seconds)),
    );
    expect(times.map(({ routeKm }) => routeKm && Math.round(routeKm * 1000))).toEqual(
      ways.map((way) => way && Math.round(way.metres)),
    );
    const distanceKm = distanceKmFrom(ORIGIN);
    const bounds = destinations.map((to) => source.leastMinutes(distanceKm(to)));
    expect(times.filter(({ minutes }, index) => minutes !== null && minutes < (bounds[index] ?? 0))).toEqual([]);
    expect(new Set(times.map(({ source: from }) => from))).toEqual(new Set(['routed']));
    expect(stub().requests.every(({ status }) => status === 200)).toBe(true);
  });

  test('gives the minutes to a single destination', async () => {
    const [to = ORIGIN] = around(1);
    const [time] = await ask(create(), [to]);
    expect(time?.minutes).toBeCloseTo((madeUpWays(ORIGIN, to, mode)?.seconds ?? 0) / 60, 1);
  });
});

describe.each(EACH)('travel times by $name', ({ create, stub }) => {
  test.each(LASTING)('cannot be had during %o, and no error nor log line tells a place or the token', async (fault) => {
    stub().failAlways(fault);
    const thrown = await failureOf(ask(create(), around(3)));
    expect(thrown).toBeInstanceOf(TravelTimesUnavailable);
    for (const told of [thrown, log.lines]) expectToKeep(told, { places: [ORIGIN, ...around(3)], token: TOKEN });
  });

  test('cannot be had where nothing listens', async () => {
    const gone = await startMapServices();
    const { url } = gone.otp;
    await gone[Symbol.asyncDispose]();
    const source = createOsrmTravelTimes({ service: service('osrm'), baseUrl: url, mode: 'walking' });
    await expect(ask(source, around(2))).rejects.toThrow(TravelTimesUnavailable);
  });

  test.each(PASSING)('are there after %o that passes', async (fault) => {
    stub().fail(fault);
    const times = await ask(create(), around(1));
    expect(times.map(({ source }) => source)).toEqual(['routed']);
    expect(stub().requests).toHaveLength(2);
  });

  test('are unreachable where the answer is empty', async () => {
    stub().failAlways({ kind: 'empty' });
    const times = await ask(create(), around(2));
    expect(times.map(({ minutes }) => minutes)).toEqual([null, null]);
    expect(times.map(({ source }) => source)).toEqual(['routed', 'routed']);
  });

  test('stop at once when they are no longer wanted', async () => {
    stub().failAlways({ kind: 'hang' });
    const stop = new AbortController();
    const answer = create().travelTimes({ origin: ORIGIN, destinations: around(2), signal: stop.signal });
    stop.abort(new Error('no longer wanted'));
    await expect(answer).rejects.toThrow('no longer wanted');
  });
});

describe.each(TABLES)('a table of $name', ({ create, stub }) => {
  test.each(['NoRoute', 'NoTable'])('that says %s leaves all unreachable', async (code) => {
    stub().failAlways({ kind: 'code', code });
    const times = await ask(create(), around(2));
    expect(times.map(({ minutes }) => minutes)).toEqual([null, null]);
    expect(stub().requests).toHaveLength(1);
  });

  test.each([
    { kind: 'code', code: 'NoSegment' },
    { kind: 'status', status: 400, code: 'NoSegment' },
  ] as const)('that cannot put the origin on a street says so in two requests: %o', async (fault) => {
    stub().failAlways(fault);
    await expect(ask(create(), around(20))).rejects.toThrow(TravelTimesUnavailable);
    expect(stub().requests).toHaveLength(2);
  });

  test('that cannot put one destination on a street is asked for in parts', async () => {
    const fault = { kind: 'status', status: 400, code: 'NoSegment' } as const;
    const good = { kind: 'slow', ms: 0 } as const;
    const whole = await ask(create(), around(4));
    // The whole, the origin alone, the first half, its first destination.
    stub().fail(fault, good, fault, fault);
    const parts = await ask(create(), around(4));
    expect(parts.map(({ minutes }) => minutes)).toEqual(
      whole.map(({ minutes }, index) => (index === 0 ? null : minutes)),
    );
  });

  test('that is too big is asked for in halves', async () => {
    const whole = await ask(create(), around(5));
    stub().reset();
    stub().fail({ kind: 'status', status: 400, code: 'TooBig' });
    expect(await ask(create(), around(5))).toEqual(whole);
    expect(stub().requests.map(({ path }) => path.split(';').length - 1)).toEqual([5, 3, 2]);
  });

  test.each(['ProfileNotFound', 'InvalidInput'])('cannot be had where it says %s', async (code) => {
    stub().failAlways({ kind: 'code', code });
    await expect(ask(create(), around(2))).rejects.toThrow(code);
    expect(log.lines.map(({ message, fields }) => [message, 'code' in fields && fields.code])).toEqual([
      [expect.stringMatching(/ refuses what it is asked$/u), code],
    ]);
  });
});

describe('a plan of otp', () => {
  test.each([
    ['NO_TRANSIT_CONNECTION', 'routed'],
    ['NO_STOPS_IN_RANGE', 'routed'],
    ['WALKING_BETTER_THAN_TRANSIT', 'estimated'],
    ['OUTSIDE_BOUNDS', 'estimated'],
    ['LOCATION_NOT_FOUND', 'estimated'],
  ])('that says %s gives a time that is %s', async (code, from) => {
    maps.otp.failAlways({ kind: 'code', code });
    const [time] = await ask(otp(), around(1));
    expect([time?.source, time?.minutes === null]).toEqual([from, from === 'routed']);
  });

  test('cannot be had outside of the timetable', async () => {
    maps.otp.failAlways({ kind: 'code', code: 'OUTSIDE_SERVICE_PERIOD' });
    await expect(ask(otp(), around(1))).rejects.toThrow(TravelTimesUnavailable);
    expect(log.lines).toMatchObject([
      { message: 'otp refuses what it is asked', fields: { code: 'OUTSIDE_SERVICE_PERIOD' } },
    ]);
  });

  test('that finds no way is no refusal', async () => {
    maps.otp.failAlways({ kind: 'code', code: 'NO_STOPS_IN_RANGE' });
    await ask(otp(), around(1));
    expect(log.lines).toEqual([]);
  });
});
