import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEstimatedSource, estimatedMinutes, estimatedReachKm } from '../../src/geo/estimated-travel-times.ts';
import { TRANSPORT_MODES } from '../../src/protocol.ts';

const mode = fc.constantFrom(...TRANSPORT_MODES);
const distanceKm = fc.double({ min: 0, max: 200, noNaN: true });

describe('the estimate', () => {
  test('a kilometre takes a quarter of an hour on foot and seven minutes by bike', () => {
    expect(estimatedMinutes('walking', 1)).toBeCloseTo(15.6, 1);
    expect(estimatedMinutes('bike', 1)).toBeCloseTo(7, 1);
  });

  test('a longer way always takes longer', () => {
    fc.assert(
      fc.property(mode, distanceKm, fc.double({ min: 0.001, max: 50, noNaN: true }), (by, km, more) => {
        expect(estimatedMinutes(by, km + more)).toBeGreaterThan(estimatedMinutes(by, km));
      }),
    );
  });

  test('the reach is the inverse of the minutes', () => {
    fc.assert(
      fc.property(mode, distanceKm, (by, km) => {
        expect(estimatedReachKm(by, estimatedMinutes(by, km))).toBeCloseTo(km, 6);
      }),
    );
  });

  test('minutes that do not even pay for getting to the car reach nothing', () => {
    expect(estimatedReachKm('car', 4)).toBe(0);
  });

  test('public transport is never slower than walking all the way', () => {
    fc.assert(
      fc.property(distanceKm, (km) => {
        expect(estimatedMinutes('public_transport', km)).toBeLessThanOrEqual(estimatedMinutes('walking', km));
      }),
    );
  });
});

describe('the source of estimates', () => {
  const origin = { longitude: 13.3765, latitude: 52.5096 };
  const { signal } = new AbortController();

  test('gives times in the order of the destinations, estimated, without a route', async () => {
    const destinations = [{ longitude: 13.4, latitude: 52.5096 }, origin];
    const times = await createEstimatedSource('walking').travelTimes({ origin, destinations, signal });
    expect(times.map(({ source, routeKm }) => [source, routeKm])).toEqual([
      ['estimated', null],
      ['estimated', null],
    ]);
    expect(times[0]?.minutes).toBeCloseTo(24.9, 0);
    expect(times[1]?.minutes).toBe(0);
  });

  test('gives each mode its own times', async () => {
    const destinations = [{ longitude: 13.4, latitude: 52.5096 }];
    const minutes = await Promise.all(
      TRANSPORT_MODES.map(async (by) => {
        const [time] = await createEstimatedSource(by).travelTimes({ origin, destinations, signal });
        return time?.minutes;
      }),
    );
    expect(new Set(minutes).size).toBe(TRANSPORT_MODES.length);
  });

  test('takes any number of destinations at once', () => {
    expect(createEstimatedSource('car').batchSize).toBe(Number.POSITIVE_INFINITY);
  });

  test('has a bound that is the estimate itself', () => {
    fc.assert(
      fc.property(mode, distanceKm, (by, km) => {
        expect(createEstimatedSource(by).leastMinutes(km)).toBe(estimatedMinutes(by, km));
      }),
    );
  });

  test('stops when the times are no longer wanted', async () => {
    const aborted = AbortSignal.abort(new Error('no longer wanted'));
    const request = { origin, destinations: [origin], signal: aborted };
    await expect(createEstimatedSource('car').travelTimes(request)).rejects.toThrow('no longer wanted');
  });
});
