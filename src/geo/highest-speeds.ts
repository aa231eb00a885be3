import type { TransportMode } from '../protocol.ts';

/**
 * The highest plausible speed of each mode over the straight line, from door to door, km/h. No way is shorter than the
 * straight line, so a router would have to move faster than this all the way to go below the bound.
 *
 * - Walking 6: routers walk at 5.0 to 5.1 (OSRM's foot profile 5, Mapbox 5.1 by default); 6 is a brisk walk.
 * - Bike 25: the assistance of an e-bike ends at 25 km/h (Regulation (EU) No 168/2013, Article 2); OSRM's bike profile
 *   rides at 15 on ordinary streets.
 * - Public transport 60: the average of an express train within a metropolitan area, with the walks and the wait.
 * - Car 90: the average on an urban motorway that is empty, with the streets at both ends.
 */
const HIGHEST_SPEEDS_KMH: Readonly<Record<TransportMode, number>> = {
  walking: 6,
  bike: 25,
  public_transport: 60,
  car: 90,
};

/** Routers begin and end at the nearest street, and do not count the way to it: two times half a block at most. */
const SNAPPED_KM = 0.1;

/**
 * The least minutes that a router plausibly needs over a straight-line distance in km, 0 or more: a lower bound
 * that is below the estimate of every mode.
 */
export function leastMinutesAtHighestSpeed(mode: TransportMode, distanceKm: number): number {
  return (Math.max(0, distanceKm - SNAPPED_KM) * 60) / HIGHEST_SPEEDS_KMH[mode];
}
