import { describe, expect, test } from 'vitest';
import type { TravelTime } from '../../../src/geo/travel-times.ts';
import type { Assessment } from '../../../src/pipeline/preferences/preference-type.ts';
import { LegTimes } from '../../../src/pipeline/preferences/location-distance/leg-times.ts';
import type { Leg, Ways } from '../../../src/pipeline/preferences/location-distance/leg.ts';
import type { WishedLocation } from '../../../src/pipeline/preferences/location-distance/location-payload.ts';
import {
  assessLegs,
  describeLeg,
  legScore,
  outlookOf,
  shareAt,
} from '../../../src/pipeline/preferences/location-distance/location-scorer.ts';
import { locationLimits } from '../../../src/pipeline/preferences/location-distance/location-limits.ts';

const AT = { longitude: 13.4, latitude: 52.5 };
const WORK: WishedLocation = { name: 'work', max_travel_minutes: 20, transport_mode: 'bike', max_distance_km: 5 };
const ROUTED = waysOf(
  [2, 4.5, 3],
  [
    { minutes: 16, routeKm: 2.6 },
    { minutes: 10, routeKm: 5.8 },
    { minutes: null, routeKm: null },
  ],
);
const NONE = waysOf([], []);

/** Times that are routed; those that are not given are open, with the least that they can be. */
function waysOf(distancesKm: readonly number[], routed: readonly Omit<TravelTime, 'source'>[], least = 0): Ways {
  const times = new LegTimes(Float64Array.from(distancesKm, () => least));
  for (const [index, time] of routed.entries()) times.put(index, { ...time, source: 'routed' });
  return { distancesKm: Float64Array.from(distancesKm), times };
}

/** What a wish of these legs says of the first candidates. */
function assess(legs: readonly Leg[], candidates: number): Assessment[] {
  const outlook = outlookOf(legs);
  return Array.from({ length: candidates }, (_, index) => assessLegs(outlook, index));
}

function leg(ways: Ways | null, place: Leg['place'] = { status: 'known', location: AT }): Leg {
  const request = { name: 'work', preferenceId: 'p', requiredFor: 'distance_calculation', address: null, location: AT };
  return { wished: WORK, request, place, ways };
}

describe('a leg with routed travel times', () => {
  test('goes by the time or the straight line, never by the kilometres along the way', () => {
    expect([shareAt(leg(ROUTED), 0), shareAt(leg(ROUTED), 1)]).toEqual([0.8, 0.9]);
    expect(describeLeg(leg(ROUTED), 1)).toMatchObject({
      distanceKm: 4.5,
      routeKm: 5.8,
      travelMinutes: 10,
      rating: 'acceptable',
      source: 'routed',
    });
  });

  test('that cannot be reached is too far, with no time and no route', () => {
    expect(describeLeg(leg(ROUTED), 2)).toMatchObject({
      distanceKm: 3,
      routeKm: null,
      travelMinutes: null,
      rating: 'too_far',
      score: 0,
    });
  });
});

test('a leg without candidates has nothing to assess, and nothing is known of a candidate that is none', () => {
  expect(assess([leg(NONE)], 0)).toEqual([]);
  expect(describeLeg(leg(NONE), 0)).toMatchObject({ distanceKm: null, rating: 'unknown', score: null });
});

describe('a wish of which a leg is not known', () => {
  const declined = leg(null, { status: 'unknown', reason: 'declined' });

  test('is unknown where every leg that is known is met, and not met where one is not', () => {
    const [met, , unreachable] = assess([leg(ROUTED), declined], 3);
    expect(met).toMatchObject({ satisfied: false, canSatisfy: false, unknown: true });
    expect(unreachable).toMatchObject({ satisfied: false, canSatisfy: false, unknown: false });
    expect(assess([leg(ROUTED)], 3)[0]).toMatchObject({ satisfied: true, unknown: false });
  });

  test('is met by no loosening of what is known', () => {
    const strict = { ...leg(ROUTED), wished: { ...WORK, max_travel_minutes: 15 } };
    const needed = (legs: readonly Leg[]): (number | null)[] => {
      const withLegs = (): never => {
        throw new Error('nothing is loosened here');
      };
      const center = { id: 'c', name: 'c', location: AT, distanceKm: 1 };
      const unsaid = { languages: null, pedagogy: null, openingHours: null, freePlaces: null };
      return locationLimits({ legs, indexOf: () => 0, withLegs }).map((limit) =>
        limit.neededFor({ ...center, ...unsaid }),
      );
    };
    expect(needed([strict])).toEqual([16, null]);
    expect(needed([strict, declined])).toEqual([null, null]);
  });
});

describe('a leg whose time was not asked for', () => {
  const open = leg(waysOf([2, 2], [{ minutes: 16, routeKm: 2.6 }], 5));

  test('is known by the least that it can be: the best is scored by it, and the worst is nothing', () => {
    const [known, unknown] = assess([open], 2);
    expect(known).toMatchObject({ isExact: true, satisfied: true, lowest: known?.score, highest: known?.score });
    // 2 of 5 km is more of its limit than 5 of 20 minutes.
    const best = legScore(2 / 5);
    const expected = { isExact: false, satisfied: false, canSatisfy: true, lowest: 0, highest: best, score: best };
    expect(unknown).toMatchObject(expected);
  });

  test('shows no time, no rating and no score', () => {
    const shown = { travelMinutes: null, routeKm: null, rating: 'unknown', score: null, distanceKm: 2 };
    expect(describeLeg(open, 1)).toMatchObject(shown);
  });

  test('becomes an estimate where the service cannot be asked, and what was routed stays', () => {
    const { times } = open.ways ?? {};
    times?.degrade(() => 12);
    expect([describeLeg(open, 0), describeLeg(open, 1)]).toMatchObject([
      { travelMinutes: 16, source: 'routed' },
      { travelMinutes: 12, source: 'estimated', routeKm: null },
    ]);
    expect(times?.isDegraded).toBe(true);
  });
});
