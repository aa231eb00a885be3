import type { TransportMode } from '../../../protocol.ts';
import type { LocationLeg } from './location-facts.ts';

/** A way by time and its limit, in minutes; infinite where there is no way. */
export interface TimedWay {
  readonly kind: 'time';
  readonly mode: TransportMode;
  readonly minutes: number;
  readonly most: number;
}

/** A way by distance and its limit, in kilometres. */
export interface MeasuredWay {
  readonly kind: 'distance';
  readonly km: number;
  readonly most: number;
}

/**
 * The way that a leg's rating goes by: of two limits the one of which the way takes the greater share. Null where the
 * place is not known, or the time to it.
 */
export function decisiveWay(leg: LocationLeg): TimedWay | MeasuredWay | null {
  if (leg.rating === 'unknown') return null;
  const [timed, measured] = [timedWay(leg), measuredWay(leg)];
  if (timed && (!measured || timed.minutes / timed.most >= measured.km / measured.most)) return timed;
  return measured;
}

/** Minutes beyond the limit, rounded up to whole ones and at least 1; for a way that is beyond it. */
export function minutesOver({ minutes, most }: TimedWay): number {
  return Math.max(1, Math.ceil(withoutNoise(minutes - most)));
}

/** Kilometres beyond the limit, rounded up to a tenth and at least one tenth; for a way that is beyond it. */
export function kilometresOver({ km, most }: MeasuredWay): number {
  return Math.max(1, Math.ceil(withoutNoise((km - most) * 10))) / 10;
}

/** The last bits of a difference of doubles would make 1 km out of 0.9. */
function withoutNoise(difference: number): number {
  return Math.round(difference * 1e9) / 1e9;
}

function timedWay({ distanceKm, transportMode: mode, travelMinutes, maxTravelMinutes }: LocationLeg): TimedWay | null {
  if (distanceKm === null || mode === null || maxTravelMinutes === null) return null;
  return { kind: 'time', mode, minutes: travelMinutes ?? Infinity, most: maxTravelMinutes };
}

function measuredWay({ distanceKm, maxDistanceKm }: LocationLeg): MeasuredWay | null {
  return distanceKm === null || maxDistanceKm === null
    ? null
    : { kind: 'distance', km: distanceKm, most: maxDistanceKm };
}
