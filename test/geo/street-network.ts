import { MapServiceUnavailable } from '../../src/geo/map-service.ts';
import type { Point } from '../../src/protocol.ts';
import type { Asked } from './scripted-map-service.ts';

/** The origin of all tables here; destination n lies n hundredths of a degree to its east. */
export const ORIGIN: Point = { longitude: 13.37, latitude: 52.51 };

/** Destination n, 0 to 200. */
export function destination(n: number): Point {
  return { longitude: ORIGIN.longitude + n / 100, latitude: ORIGIN.latitude };
}

/** Destinations 1 to `count`. */
export function destinations(count: number): Point[] {
  return Array.from({ length: count }, (_, index) => destination(index + 1));
}

/** The way to destination n takes n minutes and is n km long. */
export interface StreetNetwork {
  /** Mapbox says a failure with a status of 200, OSRM with one of 400. */
  readonly failsWith: 200 | 400;
  /** The destinations that cannot be put on a street, 0 for the origin. */
  readonly offStreet?: readonly number[];
  /** The destinations that are on another island. */
  readonly islands?: readonly number[];
  /** The least elements of one table. */
  readonly least?: number;
  /** The most destinations of one table. */
  readonly most?: number;
}

/** What such a network answers to a table, in the shape of both services. */
export function tableOver(network: StreetNetwork): (asked: Asked) => unknown {
  const { failsWith, offStreet = [], islands = [], least = 1, most = 1000 } = network;
  return ({ url }) => {
    const points = pointsOf(url);
    const ways = (url.searchParams.get('destinations') ?? '')
      .split(';')
      .map((index) => points[Number(index)] ?? Number.NaN);
    if (ways.length < least) return failure(failsWith, 'InvalidInput');
    if (points.length - 1 > most) return failure(failsWith, 'TooBig');
    if (points.some((n) => offStreet.includes(n))) return failure(failsWith, 'NoSegment');
    const cells = (each: number) => [ways.map((n) => (islands.includes(n) ? null : n * each))];
    return { code: 'Ok', durations: cells(60), distances: cells(1000) };
  };
}

/** The numbers of the points in a table's URL. */
export function pointsOf(url: URL): number[] {
  const points = url.pathname.split('/').at(-1)?.split(';') ?? [];
  return points.map((point) => Math.round((Number(point.split(',')[0]) - ORIGIN.longitude) * 100));
}

function failure(status: 200 | 400, code: string): unknown {
  if (status === 200) return { code, message: 'Could not find a matching segment' };
  throw new MapServiceUnavailable('scripted', 'status', { status, code });
}
