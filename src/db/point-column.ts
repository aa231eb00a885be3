import { type RawBuilder, sql } from 'kysely';
import type { Point } from '../protocol.ts';
import type { PointColumn } from './tables.ts';

/** A place as it is written into a `point` column. */
export function pointColumn({ longitude, latitude }: Point): RawBuilder<PointColumn> {
  return sql<PointColumn>`point(${longitude}::float8, ${latitude}::float8)`;
}

/** A `point` column as a place. */
export function pointOf({ x, y }: PointColumn): Point {
  return { longitude: x, latitude: y };
}
