import { describe, expect, test } from 'vitest';
import type { Leg, Ways } from '../../../src/pipeline/preferences/location-distance/leg.ts';
import type { WishedLocation } from '../../../src/pipeline/preferences/location-distance/location-payload.ts';
import {
  assessLegs,
  describeLeg,
  shareAt,
} from '../../../src/pipeline/preferences/location-distance/location-scorer.ts';
import { locationLimits } from '../../../src/pipeline/preferences/location-distance/location-limits.ts';

const AT = { longitude: 13.4, latitude: 52.5 };
const WORK: WishedLocation = { name: 'work', max_travel_minutes: 20, transport_mode: 'bike', max_distance_km: 5 };
const ROUTED: Ways = {
  distancesKm: Float64Array.of(2, 4.5, 3),
  minutes: Float64Array.of(16, 10, Number.NaN),
  routesKm: Float64Array.of(2.6, 5.8, Number.NaN),
  routed: true,
};
const NONE: Ways = {
  distancesKm: new Float64Array(),
  minutes: new Float64Array(),
  routesKm: new Float64Array(),
  routed: false,
};

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
  expect(assessLegs([leg(NONE)], 0)).toEqual([]);
  expect(describeLeg(leg(NONE), 0)).toMatchObject({ distanceKm: null, rating: 'unknown', score: null });
});

describe('a wish of which a leg is not known', () => {
  const declined = leg(null, { status: 'unknown', reason: 'declined' });

  test('is unknown where every leg that is known is met, and not met where one is not', () => {
    const [met, , unreachable] = assessLegs([leg(ROUTED), declined], 3);
    expect(met).toMatchObject({ satisfied: false, canSatisfy: false, unknown: true });
    expect(unreachable).toMatchObject({ satisfied: false, canSatisfy: false, unknown: false });
    expect(assessLegs([leg(ROUTED)], 3)[0]).toMatchObject({ satisfied: true, unknown: false });
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
