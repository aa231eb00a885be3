import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceKmFrom } from '../../src/geo/distance.ts';
import { estimatedTime } from '../../src/geo/estimated-travel-times.ts';
import { leastMinutesAtHighestSpeed } from '../../src/geo/highest-speeds.ts';
import { MapServiceUnavailable } from '../../src/geo/map-service.ts';
import { createOtpTravelTimes } from '../../src/geo/otp-travel-times.ts';
import { TravelTimesUnavailable } from '../../src/geo/travel-times.ts';
import type { Point } from '../../src/protocol.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type Asked, type ScriptedMapService, scriptMapService } from './scripted-map-service.ts';
import { expectToKeep } from './secrets.ts';
import { destination, destinations, ORIGIN } from './street-network.ts';

const { signal } = new AbortController();
/** A Friday evening. */
const NOW = Date.parse('2026-03-27T18:00:00+01:00');

interface Variables {
  readonly origin: { readonly location: { readonly coordinate: Point } };
  readonly destination: { readonly location: { readonly coordinate: Point } };
  readonly latestArrival: string;
}

function variablesOf({ body }: Asked): Variables {
  return (body as { readonly variables: Variables }).variables;
}

/** Which of the destinations was asked for. */
function numberOf(asked: Asked): number {
  return Math.round((variablesOf(asked).destination.location.coordinate.longitude - ORIGIN.longitude) * 100);
}

function source(service: ScriptedMapService) {
  return createOtpTravelTimes({
    service,
    baseUrl: 'http://otp.test',
    arriveBy: { hour: 8, minute: 30 },
    timeZone: 'Europe/Berlin',
    clock: new ManualClock(NOW),
  });
}

function plan(edges: readonly unknown[], codes: readonly string[] = []) {
  const routingErrors = codes.map((code) => ({ code, description: 'near 13.37,52.51' }));
  return { data: { planConnection: { routingErrors, edges } } };
}

function way(duration: number, ...distances: readonly (number | null)[]) {
  return { node: { duration, legs: distances.map((distance) => ({ mode: 'BUS', duration: 1, distance })) } };
}

function ask(service: ScriptedMapService, count: number) {
  return source(service).travelTimes({ origin: ORIGIN, destinations: destinations(count), signal });
}

async function failureOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => expect.fail('it was answered'),
    (error: unknown) => error,
  );
}

describe('a plan is asked for', () => {
  test('to arrive in time on the next working day, with both places in variables alone', async () => {
    const service = scriptMapService(() => plan([way(60, 100)]));
    await ask(service, 1);
    expect(service.asked.map(({ url }) => url.href)).toEqual(['http://otp.test/otp/gtfs/v1']);
    expect(service.asked.map(variablesOf)[0]).toEqual({
      origin: { location: { coordinate: ORIGIN } },
      destination: { location: { coordinate: destination(1) } },
      latestArrival: '2026-03-30T08:30:00+02:00',
    });
    const [query] = service.asked.map(({ body }) => (body as { readonly query: string }).query);
    expect(query).not.toMatch(/\d\d\.\d/u);
    // The first may be a walk, whatever the connections.
    expect(query).toMatch(/first: [3-9]/u);
  });

  test('for one destination a call, four at once', async () => {
    const service = scriptMapService(() => plan([way(60, 100)]));
    expect(source(service).batchSize).toBe(8);
    await ask(service, 8);
    expect(service.asked.map(numberOf).toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(service.mostAtOnce).toBe(4);
  });

  test('of nobody where there is no destination', async () => {
    const service = scriptMapService(() => plan([]));
    expect(await ask(service, 0)).toEqual([]);
    expect(service.asked).toEqual([]);
  });
});

describe('travel times by public transport', () => {
  test('are minutes and kilometres of all legs, in the order of the destinations', async () => {
    const service = scriptMapService((asked) => plan([way(numberOf(asked) * 60, 400, 600, numberOf(asked) * 1000)]));
    expect(await ask(service, 8)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({ minutes: n, routeKm: n + 1, source: 'routed' })),
    );
  });

  test('are those of the quickest connection, as a walk all the way is listed before them', async () => {
    const service = scriptMapService(() => plan([way(3300, 4400), way(1500, 300, 4000), way(1620, 200, 4100)]));
    expect(await ask(service, 1)).toEqual([{ minutes: 25, routeKm: 4.3, source: 'routed' }]);
  });

  test('are those of the walk where there is nothing better', async () => {
    const service = scriptMapService(() => plan([way(300, 400)], ['WALKING_BETTER_THAN_TRANSIT']));
    expect(await ask(service, 1)).toEqual([{ minutes: 5, routeKm: 0.4, source: 'routed' }]);
  });

  test('have no length where a leg has none', async () => {
    const service = scriptMapService(() => plan([way(600, 400, null)]));
    expect(await ask(service, 1)).toEqual([{ minutes: 10, routeKm: null, source: 'routed' }]);
  });

  test.each([
    [['NO_TRANSIT_CONNECTION']],
    [['NO_TRANSIT_CONNECTION_IN_SEARCH_WINDOW']],
    [['NO_STOPS_IN_RANGE', 'NO_TRANSIT_CONNECTION']],
    [[]],
  ])('are none where no way is planned, with the errors %j', async (codes) => {
    const service = scriptMapService(() => plan([], codes));
    expect(await ask(service, 1)).toEqual([{ minutes: null, routeKm: null, source: 'routed' }]);
  });

  test.each([
    [['WALKING_BETTER_THAN_TRANSIT'], 'walking'],
    [['OUTSIDE_BOUNDS'], 'public_transport'],
    [['LOCATION_NOT_FOUND', 'WALKING_BETTER_THAN_TRANSIT'], 'public_transport'],
  ] as const)('are estimated for that one place with the errors %j, by %s', async (codes, mode) => {
    const service = scriptMapService((asked) => (numberOf(asked) === 2 ? plan([], codes) : plan([way(600, 1000)])));
    const times = await ask(service, 3);
    expect(times.map(({ source: from }) => from)).toEqual(['routed', 'estimated', 'routed']);
    expect(times[1]).toEqual(estimatedTime(mode, distanceKmFrom(ORIGIN)(destination(2))));
  });

  test.each([
    ['OUTSIDE_SERVICE_PERIOD', plan([], ['OUTSIDE_SERVICE_PERIOD'])],
    ['SYSTEM_ERROR', plan([], ['NO_STOPS_IN_RANGE', 'SYSTEM_ERROR'])],
    ['toString', plan([], ['toString'])],
    ['an error of its own', plan([], ['near 13.37,52.51'])],
    ['GraphQL', { errors: [{ message: 'near 13.37,52.51' }] }],
    ['GraphQL', { errors: [{ message: 'no' }], data: null }],
    ['GraphQL', { errors: [{ message: 'no' }], data: { planConnection: { routingErrors: [], edges: [] } } }],
    ['garbled', { data: { planConnection: null } }],
    ['garbled', plan([way(-1, 10)])],
    ['garbled', plan([way(60, -10)])],
    ['garbled', plan([{ node: { duration: null, legs: [] } }])],
    ['garbled', 'near 13.37,52.51'],
  ])('cannot be had where it says %s', async (word, answer) => {
    const failure = await failureOf(
      ask(
        scriptMapService(() => answer),
        1,
      ),
    );
    expect(failure).toBeInstanceOf(TravelTimesUnavailable);
    expect(String(failure)).toContain(word);
    expectToKeep(failure, { places: [ORIGIN, ...destinations(1)] });
  });

  test.each(['busy', 'timeout', 'network', 'status', 'resting'] as const)(
    'cannot be had while the service is not to be asked, which ends the other calls: %s',
    async (failure) => {
      const service = scriptMapService((asked) => {
        if (numberOf(asked) === 2) throw new MapServiceUnavailable('scripted', failure);
        return plan([way(60, 100)]);
      });
      const thrown = await failureOf(ask(service, 8));
      expect(thrown).toBeInstanceOf(TravelTimesUnavailable);
      expect(String(thrown)).toContain(failure);
      expectToKeep(thrown, { places: [ORIGIN, ...destinations(8)] });
      const { length } = service.asked;
      await new Promise((resolve) => setImmediate(resolve));
      expect([length, service.asked.length].map((calls) => calls < 8)).toEqual([true, true]);
    },
  );

  test('end with the reason of the signal', async () => {
    const stop = new AbortController();
    const service = scriptMapService(() => {
      stop.abort(new Error('no longer wanted'));
      return plan([way(60, 100)]);
    });
    const request = { origin: ORIGIN, destinations: destinations(8), signal: stop.signal };
    await expect(source(service).travelTimes(request)).rejects.toThrow('no longer wanted');
    expect(service.asked).toHaveLength(4);
  });

  test('say that they wait', async () => {
    const waits: number[] = [];
    const service = scriptMapService(() => plan([way(60, 100)]));
    const onWait = async (waitMs: number) => void waits.push(waitMs);
    await source(service).travelTimes({ origin: ORIGIN, destinations: destinations(2), signal, onWait });
    expect(waits).toEqual([250, 250]);
  });

  test('have the bound of the highest speed', () => {
    const otp = source(scriptMapService(() => plan([])));
    expect(otp.leastMinutes(5)).toBe(leastMinutesAtHighestSpeed('public_transport', 5));
  });

  test('are one for each destination, in order, whatever the plans say', async () => {
    const metres = fc.double({ min: 0, max: 1e6, noNaN: true });
    const edge = fc
      .tuple(fc.nat(100_000), fc.array(metres, { maxLength: 3 }))
      .map(([seconds, legs]) => way(seconds, ...legs));
    const codes = fc.subarray(['NO_TRANSIT_CONNECTION', 'NO_STOPS_IN_RANGE']);
    const plans = fc.array(fc.tuple(fc.array(fc.option(edge), { maxLength: 4 }), codes), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(plans, async (planned) => {
        const service = scriptMapService((asked) => {
          const found = planned[numberOf(asked) - 1];
          return found && plan(...found);
        });
        const right = planned.map(([edges]) => {
          const seconds = edges.flatMap((one) => (one === null ? [] : [one.node.duration]));
          return seconds.length === 0 ? null : Math.min(...seconds) / 60;
        });
        expect((await ask(service, planned.length)).map(({ minutes }) => minutes)).toEqual(right);
      }),
      { numRuns: 60 },
    );
  });
});
