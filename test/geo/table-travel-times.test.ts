import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastMinutesAtHighestSpeed } from '../../src/geo/highest-speeds.ts';
import { createMapboxTravelTimes } from '../../src/geo/mapbox-travel-times.ts';
import { MapServiceUnavailable, type MapService } from '../../src/geo/map-service.ts';
import { createOsrmTravelTimes } from '../../src/geo/osrm-travel-times.ts';
import { type TravelTimeSource, TravelTimesUnavailable } from '../../src/geo/travel-times.ts';
import { scriptMapService } from './scripted-map-service.ts';
import { expectToKeep } from './secrets.ts';
import { destinations, ORIGIN, pointsOf, type StreetNetwork, tableOver } from './street-network.ts';

const TOKEN = 'pk.secret&?';
const { signal } = new AbortController();

function mapbox(service: MapService, mode: 'walking' | 'bike' | 'car' = 'walking'): TravelTimeSource {
  return createMapboxTravelTimes({ service, baseUrl: 'http://maps.test', accessToken: TOKEN, mode });
}

function osrm(service: MapService, mode: 'walking' | 'bike' | 'car' = 'walking'): TravelTimeSource {
  return createOsrmTravelTimes({ service, baseUrl: 'http://maps.test', mode });
}

const PROVIDERS = [
  { name: 'mapbox', create: mapbox, failsWith: 200, least: 2 },
  { name: 'osrm', create: osrm, failsWith: 400, least: 1 },
] as const;

function ask(source: TravelTimeSource, count: number) {
  return source.travelTimes({ origin: ORIGIN, destinations: destinations(count), signal });
}

async function failureOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => expect.fail('it was answered'),
    (error: unknown) => error,
  );
}

describe('a table is asked for', () => {
  const seen = scriptMapService(tableOver({ failsWith: 200 }));
  const walked = '13.370000,52.510000;13.380000,52.510000;13.390000,52.510000';
  const query = 'sources=0&destinations=1;2&annotations=duration,distance';

  test.each([
    ['walking', 'walking'],
    ['bike', 'cycling'],
    ['car', 'driving'],
  ] as const)('of Mapbox for %s by the profile %s, with the token', async (mode, profile) => {
    await ask(mapbox(seen, mode), 2);
    const url = `http://maps.test/directions-matrix/v1/mapbox/${profile}/${walked}?${query}&access_token=pk.secret%26%3F`;
    expect(seen.asked.at(-1)).toEqual({ url: new URL(url), body: undefined });
  });

  test.each([
    ['walking', 'foot'],
    ['bike', 'bike'],
    ['car', 'driving'],
  ] as const)('of OSRM for %s by the profile %s', async (mode, profile) => {
    await ask(osrm(seen, mode), 2);
    expect(seen.asked.at(-1)?.url.href).toBe(`http://maps.test/table/v1/${profile}/${walked}?${query}`);
  });

  test('with as many destinations as the service takes beside the origin', () => {
    expect([mapbox(seen).batchSize, osrm(seen).batchSize]).toEqual([24, 99]);
  });

  test('of Mapbox, which gives no table of one element, with the origin before a single destination', async () => {
    await ask(mapbox(seen), 1);
    expect(seen.asked.at(-1)?.url.pathname).toMatch(/\/13\.370000,52\.510000;13\.380000,52\.510000$/u);
    expect(seen.asked.at(-1)?.url.searchParams.get('destinations')).toBe('0;1');
    await ask(osrm(seen), 1);
    expect(seen.asked.at(-1)?.url.searchParams.get('destinations')).toBe('1');
  });

  test('under the path that the base URL may have', async () => {
    const source = createOsrmTravelTimes({ service: seen, baseUrl: 'http://maps.test/routers/foot', mode: 'walking' });
    await ask(source, 1);
    expect(seen.asked.at(-1)?.url.pathname).toMatch(/^\/routers\/foot\/table\/v1\//u);
  });
});

describe.each(PROVIDERS)('travel times by $name', ({ name, create, failsWith, least }) => {
  function over(network: Omit<StreetNetwork, 'failsWith' | 'least'>) {
    const service = scriptMapService(tableOver({ failsWith, least, ...network }));
    return { service, source: create(service) };
  }

  /** The row of a table that was asked for, with the origin before a single destination where it takes two. */
  function row<Cell>(...cells: Cell[]): [(Cell | 0)[]] {
    return [cells.length < least ? [0, ...cells] : cells];
  }

  test('are minutes and kilometres along the way, in the order of the destinations', async () => {
    const times = await ask(over({}).source, 3);
    expect(times).toEqual([1, 2, 3].map((n) => ({ minutes: n, routeKm: n, source: 'routed' })));
  });

  test('are those of the router, with nothing added', async () => {
    const service = scriptMapService(() => ({ code: 'Ok', durations: row(0), distances: row(0) }));
    expect(await ask(create(service), 1)).toEqual([{ minutes: 0, routeKm: 0, source: 'routed' }]);
  });

  test('have the bound of the highest speed of their mode', () => {
    expect(create(over({}).service, 'bike').leastMinutes(5)).toBe(leastMinutesAtHighestSpeed('bike', 5));
  });

  test('for no destination ask for nothing', async () => {
    const { source, service } = over({});
    expect(await ask(source, 0)).toEqual([]);
    expect(service.asked).toEqual([]);
  });

  test('leave unreachable what no way leads to', async () => {
    const times = await ask(over({ islands: [2] }).source, 3);
    expect(times.map(({ minutes, routeKm, source }) => [minutes, routeKm, source])).toEqual([
      [1, 1, 'routed'],
      [null, null, 'routed'],
      [3, 3, 'routed'],
    ]);
  });

  test.each(['NoRoute', 'NoTable'])('leave all unreachable where it says %s', async (code) => {
    const service = scriptMapService(() => {
      if (failsWith === 200) return { code, message: 'no way' };
      throw new MapServiceUnavailable('scripted', 'status', { status: 400, code });
    });
    const times = await ask(create(service), 2);
    expect(times.map(({ minutes }) => minutes)).toEqual([null, null]);
    expect(service.asked).toHaveLength(1);
  });

  test('have no length where the table has none', async () => {
    const service = scriptMapService(() => ({ code: 'Ok', durations: row(60), distances: row(null) }));
    expect(await ask(create(service), 1)).toEqual([{ minutes: 1, routeKm: null, source: 'routed' }]);
  });

  test('are asked for in halves where a destination lies off the streets, and it alone is unreachable', async () => {
    const { source, service } = over({ offStreet: [3] });
    const times = await ask(source, 8);
    expect(times.map(({ minutes }) => minutes)).toEqual([1, 2, null, 4, 5, 6, 7, 8]);
    expect(service.asked.map(({ url }) => pointsOf(url).slice(1))).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8],
      [0],
      [1, 2, 3, 4],
      [1, 2],
      [3, 4],
      [3],
      [4],
      [5, 6, 7, 8],
    ]);
    expect(service.mostAtOnce).toBe(1);
  });

  test('leave every destination off the streets unreachable, and a single one too', async () => {
    const times = await ask(over({ offStreet: [1, 2, 4] }).source, 4);
    expect(times.map(({ minutes }) => minutes)).toEqual([null, null, 3, null]);
    expect((await ask(over({ offStreet: [1] }).source, 1))[0]?.minutes).toBeNull();
  });

  test('cannot be had from an origin off the streets, which two calls find out', async () => {
    const { source, service } = over({ offStreet: [0] });
    await expect(ask(source, 24)).rejects.toThrow(TravelTimesUnavailable);
    expect(service.asked).toHaveLength(2);
  });

  test('are asked for in halves where the table is too big', async () => {
    const { source, service } = over({ most: 3, offStreet: [5] });
    const times = await ask(source, 10);
    expect(times.map(({ minutes }) => minutes)).toEqual([1, 2, 3, 4, null, 6, 7, 8, 9, 10]);
    expect(service.asked.filter(({ url }) => pointsOf(url)[1] === 0)).toEqual([]);
  });

  test('cannot be had where even one destination is too big a table', async () => {
    await expect(ask(over({ most: 0 }).source, 3)).rejects.toThrow(TravelTimesUnavailable);
  });

  test.each(['ProfileNotFound', 'InvalidInput', 'InvalidValue', 'toString', 'near 13.37,52.51'])(
    'cannot be had where it says %s',
    async (code) => {
      const failure = await failureOf(ask(create(scriptMapService(() => ({ code, message: '13.37,52.51' }))), 2));
      expect(failure).toBeInstanceOf(TravelTimesUnavailable);
      expectToKeep(failure, { places: [ORIGIN, ...destinations(2)], token: TOKEN });
    },
  );

  test.each(['spent', 'busy', 'timeout', 'network', 'status', 'garbled', 'resting'] as const)(
    'cannot be had while the service is not to be asked: %s',
    async (failure) => {
      const service = scriptMapService(() => {
        throw new MapServiceUnavailable('scripted', failure, { status: failure === 'status' ? 500 : null });
      });
      const thrown = await failureOf(ask(create(service), 2));
      expect(thrown).toBeInstanceOf(TravelTimesUnavailable);
      expect(String(thrown)).toContain(`${name} could not be asked for travel times: ${failure}`);
      expectToKeep(thrown, { places: [ORIGIN, ...destinations(2)], token: TOKEN });
      expect(service.asked).toHaveLength(1);
    },
  );

  test('cannot be had from a server that has an error of its own, whatever code it gives', async () => {
    const service = scriptMapService(() => {
      throw new MapServiceUnavailable('scripted', 'status', { status: 500, code: 'NoRoute' });
    });
    await expect(ask(create(service), 1)).rejects.toThrow(TravelTimesUnavailable);
  });

  test('cannot be had where the service fails between two halves', async () => {
    const table = tableOver({ failsWith, least, offStreet: [1] });
    const service = scriptMapService((asked) => {
      if (service.asked.length > 3) throw new MapServiceUnavailable('scripted', 'timeout');
      return table(asked);
    });
    await expect(ask(create(service), 4)).rejects.toThrow(TravelTimesUnavailable);
  });

  test.each([
    ['a row too few', { durations: [], distances: [] }],
    ['a cell too few', { durations: [[60]], distances: [[60]] }],
    ['a negative duration', { durations: [[60, -1]], distances: [[1, 1]] }],
    ['a negative distance', { durations: [[60, 1]], distances: [[1, -1]] }],
    ['an endless duration', { durations: [[60, Number.POSITIVE_INFINITY]], distances: [[1, 1]] }],
    ['a duration in words', { durations: [[60, '1 min']], distances: [[1, 1]] }],
    ['no distances', { durations: [[60, 60]] }],
    ['nothing but its code', {}],
  ])('cannot be had from a table with %s', async (_, table) => {
    const service = scriptMapService(() => ({ code: 'Ok', ...table }));
    await expect(ask(create(service), 2)).rejects.toThrow('garbled');
  });

  test('say that they wait, in every part', async () => {
    const waits: number[] = [];
    const { source } = over({ offStreet: [1] });
    const onWait = async (waitMs: number) => void waits.push(waitMs);
    await source.travelTimes({ origin: ORIGIN, destinations: destinations(2), signal, onWait });
    expect(waits).toEqual([250, 250, 250, 250]);
  });

  test('end with the reason of the signal, between two halves too', async () => {
    const stop = new AbortController();
    const table = tableOver({ failsWith, least, offStreet: [1] });
    const service = scriptMapService((asked) => {
      if (service.asked.length === 3) stop.abort(new Error('no longer wanted'));
      return table(asked);
    });
    const answer = create(service).travelTimes({
      origin: ORIGIN,
      destinations: destinations(8),
      signal: stop.signal,
    });
    await expect(answer).rejects.toThrow('no longer wanted');
    expect(service.asked.length).toBeLessThanOrEqual(4);
  });

  test('are right for whatever destinations lie off the streets, on islands or in too big a table', async () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 24 }));
    const network = fc.record({ offStreet: some, islands: some, most: fc.integer({ min: 1, max: 30 }) });
    await fc.assert(
      fc.asyncProperty(network, fc.integer({ min: 1, max: 24 }), async ({ offStreet, islands, most }, count) => {
        const times = await ask(over({ offStreet, islands, most }).source, count);
        const unreachable = new Set([...offStreet, ...islands]);
        const right = destinations(count).map((_, index) => (unreachable.has(index + 1) ? null : index + 1));
        expect(times.map(({ minutes }) => minutes)).toEqual(right);
      }),
      { numRuns: 60 },
    );
  });

  test('are one for each destination, in order, whatever a table of the right shape says', async () => {
    const cell = fc.option(fc.double({ min: 0, max: 1e7, noNaN: true }));
    const cells = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(cells, async (pairs) => {
        const durations = row(...pairs.map(([duration]) => duration));
        const distances = row(...pairs.map(([, distance]) => distance));
        const times = await ask(create(scriptMapService(() => ({ code: 'Ok', durations, distances }))), pairs.length);
        const right = pairs.map(([seconds, metres]) => ({
          minutes: seconds === null ? null : seconds / 60,
          routeKm: seconds === null || metres === null ? null : metres / 1000,
          source: 'routed',
        }));
        expect(times).toEqual(right);
      }),
      { numRuns: 60 },
    );
  });
});
