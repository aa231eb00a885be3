import type { Point, TransportMode } from '../../../src/protocol.ts';
import { snapped, type Waypoint, type Ways } from './ways.ts';

/** What a table is asked for. */
export interface TableRequest {
  readonly mode: TransportMode;
  readonly sources: readonly Point[];
  readonly destinations: readonly Point[];
  readonly annotations: ReadonlySet<string>;
}

/** Seconds and metres, a row a source; null where there is no way. */
export interface Table {
  readonly durations?: readonly (readonly (number | null)[])[];
  readonly distances?: readonly (readonly (number | null)[])[];
  readonly sources: readonly Waypoint[];
  readonly destinations: readonly Waypoint[];
}

export const ANNOTATIONS: ReadonlySet<string> = new Set(['duration', 'distance']);

/** Only what the annotations ask for is in it, to 0.1 s and 0.1 m. */
export function tableOf({ mode, sources, destinations, annotations }: TableRequest, ways: Ways): Table {
  const rows = sources.map((from) => destinations.map((to) => ways(from, to, mode)));
  const cells = (of: 'seconds' | 'metres') => rows.map((row) => row.map((way) => way && Math.round(way[of] * 10) / 10));
  return {
    ...(annotations.has('duration') && { durations: cells('seconds') }),
    ...(annotations.has('distance') && { distances: cells('metres') }),
    sources: sources.map(snapped),
    destinations: destinations.map(snapped),
  };
}

/** The same with every cell made anew. */
export function mapCells(table: Table, cell: (value: number | null) => number | null): Table {
  const { durations, distances, ...ends } = table;
  return {
    ...(durations && { durations: durations.map((row) => row.map(cell)) }),
    ...(distances && { distances: distances.map((row) => row.map(cell)) }),
    ...ends,
  };
}

/** Whether no source has a way to any destination. */
export function hasNoWay({ durations, distances }: Table): boolean {
  return (durations ?? distances ?? []).flat().every((cell) => cell === null);
}

/** The points of `lon,lat;lon,lat`; null where one is none or is not on earth. */
export function pointsIn(text: string): readonly Point[] | null {
  const points = text.split(';').map(pointIn);
  return points.includes(null) ? null : points.filter((point) => point !== null);
}

/** The point of `lon,lat`, in plain decimals; null where it is none or is not on earth. */
export function pointIn(text: string): Point | null {
  const found = /^(-?\d{1,3}(?:\.\d+)?),(-?\d{1,2}(?:\.\d+)?)$/u.exec(text);
  if (found === null) return null;
  const [longitude, latitude] = [Number(found[1]), Number(found[2])];
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? { longitude, latitude } : null;
}

/** What `sources` or `destinations` picks; `all`, or nothing said, is every point. */
export function picked(points: readonly Point[], text: string | null): readonly Point[] | 'malformed' | 'beyond' {
  if (text === null || text === 'all') return points;
  if (!/^\d+(?:;\d+)*$/u.test(text)) return 'malformed';
  const found = text.split(';').map((index) => points[Number(index)]);
  const known = found.filter((point) => point !== undefined);
  return known.length === found.length ? known : 'beyond';
}
