import type { TransportMode } from '../protocol.ts';
import { distanceKmFrom } from './distance.ts';
import type { TravelTime, TravelTimeSource } from './travel-times.ts';

/** What a way by one mode is made of. */
interface ModeEstimate {
  /** While moving, stops and lights included. */
  readonly speedKmh: number;
  /** How much longer the way is than the straight line. */
  readonly detour: number;
  /** Minutes on top, whatever the distance: to the vehicle or the stop, and from it. */
  readonly accessMinutes: number;
  /** Minutes of waiting for a vehicle. */
  readonly waitingMinutes: number;
}

/**
 * The estimate by mode, for a large European city.
 *
 * - Detour: urban street networks are 1.2 to 1.4 times as long as the straight line (D. Levinson and A. El-Geneidy, "The
 *   minimum circuity frontier and the journey to work", Regional Science and Urban Economics 39, 2009; J. Huang and
 *   D. Levinson, "Circuity in urban transit networks", Journal of Transport Geography 48, 2015, for the higher one of
 *   public transport). Walkers find the shortest ways, cars meet one-way streets.
 * - Walking: 4.8 km/h, an adult's comfortable 1.34 m/s (R. W. Bohannon, "Comfortable and maximum walking speed of adults
 *   aged 20-79 years", Age and Ageing 26, 1997, about 1.3 to 1.4 m/s).
 * - Bike: 15 km/h from door to door while riding, as urban cyclists without a motor measure in naturalistic studies (K.
 *   Schleinitz et al., "The German Naturalistic Cycling Study", Safety Science 92, 2017: 15.3 km/h); 2 minutes to unlock
 *   and to lock.
 * - Public transport: 22 km/h, between the 19 km/h of buses and trams and the 31 km/h of the underground that Berlin's
 *   operator publishes; a walk of 4 minutes at each end and half of a 10 minutes' headway to wait. Never slower than
 *   walking all the way.
 * - Car: 22 km/h, the order that traffic surveys give for the inner city at peak hours; 5 minutes to the car, to park
 *   and to walk on.
 *
 * Speeds, walks and waits are round figures chosen within what these sources give: an estimate, and called one wherever
 * it is shown.
 */
const ESTIMATES: Record<TransportMode, ModeEstimate> = {
  walking: { speedKmh: 4.8, detour: 1.25, accessMinutes: 0, waitingMinutes: 0 },
  bike: { speedKmh: 15, detour: 1.25, accessMinutes: 2, waitingMinutes: 0 },
  public_transport: { speedKmh: 22, detour: 1.35, accessMinutes: 8, waitingMinutes: 5 },
  car: { speedKmh: 22, detour: 1.35, accessMinutes: 5, waitingMinutes: 0 },
};

/**
 * Minutes from door to door over a straight-line distance: access + waiting + distance × detour / speed. Strictly
 * increasing in the distance; 0 km by public transport is 0 minutes, as one would walk.
 */
export function estimatedMinutes(mode: TransportMode, distanceKm: number): number {
  const minutes = minutesBy(ESTIMATES[mode], distanceKm);
  return mode === 'public_transport' ? Math.min(minutes, minutesBy(ESTIMATES.walking, distanceKm)) : minutes;
}

/** The straight-line distance that takes exactly `minutes`: the inverse of estimatedMinutes, at least 0. */
export function estimatedReachKm(mode: TransportMode, minutes: number): number {
  const reach = reachBy(ESTIMATES[mode], minutes);
  return mode === 'public_transport' ? Math.max(reach, reachBy(ESTIMATES.walking, minutes)) : reach;
}

/**
 * Travel times by one mode from distance, speed and fixed times: no service is asked, and every place can be reached.
 * Rejects with nothing but the reason of an aborted signal.
 */
export function createEstimatedSource(mode: TransportMode): TravelTimeSource {
  return {
    name: 'estimate',
    batchSize: Number.POSITIVE_INFINITY,
    async travelTimes({ origin, destinations, signal }) {
      signal.throwIfAborted();
      const distanceKm = distanceKmFrom(origin);
      return destinations.map((destination) => estimatedTime(mode, distanceKm(destination)));
    },
    leastMinutes: (distanceKm) => estimatedMinutes(mode, distanceKm),
  };
}

/** One estimate, as a source of travel times gives it. */
export function estimatedTime(mode: TransportMode, distanceKm: number): TravelTime {
  return { minutes: estimatedMinutes(mode, distanceKm), routeKm: null, source: 'estimated' };
}

function minutesBy({ speedKmh, detour, accessMinutes, waitingMinutes }: ModeEstimate, distanceKm: number): number {
  return accessMinutes + waitingMinutes + (distanceKm * detour * 60) / speedKmh;
}

function reachBy({ speedKmh, detour, accessMinutes, waitingMinutes }: ModeEstimate, minutes: number): number {
  return Math.max(0, ((minutes - accessMinutes - waitingMinutes) * speedKmh) / (detour * 60));
}
