import { createHash } from 'node:crypto';
import { distanceKmFrom } from '../../../src/geo/distance.ts';
import type { Point, TransportMode } from '../../../src/protocol.ts';

/** A way from one place to another. */
export interface Way {
  readonly seconds: number;
  readonly metres: number;
}

/** The way between two points; null: there is none. */
export type Ways = (from: Point, to: Point, mode: TransportMode) => Way | null;

/** Along the way, in km/h, and what is added to every way but none to where one is already. */
const PACES: Readonly<Record<TransportMode, { readonly speedKmh: number; readonly extraSeconds: number }>> = {
  walking: { speedKmh: 4.8, extraSeconds: 0 },
  bike: { speedKmh: 15, extraSeconds: 0 },
  car: { speedKmh: 25, extraSeconds: 0 },
  public_transport: { speedKmh: 20, extraSeconds: 360 },
};

const LEAST_DETOUR = 1.2;
const DETOUR_RANGE = 0.3;
/** A place is snapped to a road at most this far off. */
const FARTHEST_SNAP_METRES = 20;
const METRES_A_DEGREE = 111_195;

/**
 * A made-up street network: the straight line times a detour of 1.2 to 1.5, which the two points and the mode decide,
 * at 4.8 km/h on foot, 15 by bike, 25 by car, and 20 by public transport with 6 minutes of waiting and walking. As in a
 * city, the way back takes another time. So it is always slower than the straight line at 6.5, 25, 90 and 60 km/h, the
 * bounds that a client may rely on.
 */
export const madeUpWays: Ways = (from, to, mode) => {
  const straightKm = distanceKmFrom(from)(to);
  if (straightKm === 0) return { seconds: 0, metres: 0 };
  const detour = LEAST_DETOUR + DETOUR_RANGE * share(from, to, mode);
  const { speedKmh, extraSeconds } = PACES[mode];
  const km = straightKm * detour;
  return { seconds: roundedUp((km / speedKmh) * 3600 + extraSeconds), metres: roundedUp(km * 1000) };
};

/** A place as a router gives it back: on the nearest road. */
export interface Waypoint {
  readonly name: string;
  /** Longitude, latitude. */
  readonly location: readonly [number, number];
  /** Metres from what was asked for. */
  readonly distance: number;
}

/** The same for the same place, up to 20 m to its north. */
export function snapped(point: Point): Waypoint {
  const distance = roundedUp(FARTHEST_SNAP_METRES * share(point, point, 'snap'));
  const latitude = point.latitude + distance / METRES_A_DEGREE;
  return { name: '', location: [degrees(point.longitude), degrees(latitude)], distance };
}

/** As services write degrees: to 0.000001. */
export function degrees(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** To 0.1, as routers answer, and never below what it was. */
function roundedUp(value: number): number {
  return Math.ceil(value * 10) / 10;
}

/** 0 to 1, spread evenly over all pairs of points. */
function share(from: Point, to: Point, salt: string): number {
  const text = [from.longitude, from.latitude, to.longitude, to.latitude, salt].join(' ');
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 0xff_ff_ff_ff;
}
