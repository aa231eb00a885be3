import type { LocationLeg } from '../../../src/pipeline/preferences/location-distance/location-facts.ts';
import type { WishedLocation } from '../../../src/pipeline/preferences/location-distance/location-payload.ts';
import type { TravelTimeSource } from '../../../src/protocol.ts';

export type Limits = Pick<WishedLocation, 'max_travel_minutes' | 'transport_mode' | 'max_distance_km'>;

/** A way to one center; NaN minutes where it cannot be reached. */
export interface Way {
  readonly km: number;
  readonly minutes?: number;
}

export const byBike = (minutes: number): Limits => ({ max_travel_minutes: minutes, transport_mode: 'bike' });
export const within = (km: number): Limits => ({ max_distance_km: km });

/** A leg as a match shows it; without a way its place is not known. */
export function legOf(limits: Limits, way?: Way, location = 'work', source: TravelTimeSource = 'routed'): LocationLeg {
  const minutes = Number.isNaN(way?.minutes) ? null : (way?.minutes ?? null);
  return {
    location,
    transportMode: limits.transport_mode ?? null,
    distanceKm: way?.km ?? null,
    routeKm: null,
    travelMinutes: minutes,
    maxDistanceKm: limits.max_distance_km ?? null,
    maxTravelMinutes: limits.max_travel_minutes ?? null,
    rating: way ? ratingOf(shareOf(limits, way.km, minutes)) : 'unknown',
    source,
    score: null,
  };
}

function shareOf(limits: Limits, km: number, minutes: number | null): number {
  const { max_travel_minutes: mostMinutes, max_distance_km: mostKm } = limits;
  return Math.max(
    mostMinutes === undefined ? 0 : (minutes ?? Infinity) / mostMinutes,
    mostKm === undefined ? 0 : km / mostKm,
  );
}

function ratingOf(share: number): LocationLeg['rating'] {
  if (share > 1) return 'too_far';
  return share <= 0.6 ? 'ideal' : 'acceptable';
}
