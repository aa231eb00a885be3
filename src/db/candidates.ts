import CheapRuler from 'cheap-ruler';
import { sql } from 'kysely';
import type { Point } from '../protocol.ts';
import type { Database } from './database.ts';

export const CENTER_COLUMNS = ['languages', 'pedagogy', 'openingHours', 'freePlaces'] as const;
/** What a scorer may need to know of every candidate. Only what was asked for is read. */
export type CenterColumn = (typeof CENTER_COLUMNS)[number];

/** A center within the radius, as scorers see it. */
export interface CandidateCenter {
  /** A UUID. */
  readonly id: string;
  readonly name: string;
  readonly location: Point;
  /** In a straight line from the origin of the search. */
  readonly distanceKm: number;
  /** Null when not asked for. */
  readonly languages: readonly string[] | null;
  /** Null when not asked for, or not known. */
  readonly pedagogy: string | null;
  /** OpenStreetMap opening_hours syntax. Null when not asked for, or not known. */
  readonly openingHours: string | null;
  /** 0 or more. Null when not asked for, or not known. */
  readonly freePlaces: number | null;
}

/** Which centers are looked for, and what is read of them. */
export interface CandidateQuery {
  readonly origin: Point;
  /** Above 0. */
  readonly radiusKm: number;
  /** The child's age when care begins, in whole months; null: every age. */
  readonly ageMonths: number | null;
  readonly columns: readonly CenterColumn[];
}

/** One list a column, all of the same length and order. What was not asked for is missing. */
interface Columns {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly longitudes: readonly number[];
  readonly latitudes: readonly number[];
  readonly languages?: readonly (readonly (string | null)[])[];
  readonly pedagogy?: readonly (string | null)[];
  readonly openingHours?: readonly (string | null)[];
  readonly freePlaces?: readonly (number | null)[];
}

const NO_ROWS: Columns = { ids: [], names: [], longitudes: [], latitudes: [] };

const LIST_OF = {
  languages: sql`json_agg(languages) as languages`,
  pedagogy: sql`json_agg(pedagogy) as pedagogy`,
  openingHours: sql`json_agg(opening_hours) as "openingHours"`,
  freePlaces: sql`json_agg(free_places) as "freePlaces"`,
} as const satisfies Record<CenterColumn, unknown>;

/**
 * The centers within the radius that take a child of that age, the nearest first; of two that are equally near the
 * lower id. A center that does not say which ages it takes is one of them.
 */
export async function centersWithin(database: Database, query: CandidateQuery): Promise<readonly CandidateCenter[]> {
  const ruler = new CheapRuler(query.origin.latitude, 'kilometers');
  const columns = await readBox(database, query, boxAround(ruler, query));
  return withinRadius(ruler, query, columns).toSorted(nearestFirst);
}

/** West, south, east, north: a little wider than the circle, whose rim is decided exactly afterwards. */
type Box = readonly [number, number, number, number];

function boxAround(ruler: CheapRuler, { origin, radiusKm }: CandidateQuery): Box {
  const margin = 1.001;
  return ruler.bufferPoint([origin.longitude, origin.latitude], radiusKm * margin);
}

/**
 * One row with a JSON list a column: 5,000 centers as 5,000 rows take five times as long on PGlite. Aggregates that
 * ask for no order of their own all see the rows in the order of the one scan.
 */
async function readBox(database: Database, { ageMonths, columns }: CandidateQuery, box: Box): Promise<Columns> {
  const [west, south, east, north] = box;
  const takesAge =
    ageMonths === null
      ? sql``
      : sql`and coalesce(min_age_months <= ${ageMonths}, true) and coalesce(max_age_months >= ${ageMonths}, true)`;
  const lists = [...new Set(columns)].map((column) => sql`, ${LIST_OF[column]}`);
  const query = sql<Columns | Readonly<Record<keyof Columns, null>>>`
    select
      json_agg(id) as ids,
      json_agg(name) as names,
      json_agg(location[0]) as longitudes,
      json_agg(location[1]) as latitudes
      ${sql.join(lists, sql``)}
    from centers
    where location <@ box(point(${west}::float8, ${south}::float8), point(${east}::float8, ${north}::float8))
    ${takesAge}
  `.compile(database.kysely);
  const [row] = await database.read(query);
  // An aggregate over no rows is null.
  return row === undefined || row.ids === null ? NO_ROWS : row;
}

function withinRadius(ruler: CheapRuler, { origin, radiusKm }: CandidateQuery, columns: Columns): CandidateCenter[] {
  const from = [origin.longitude, origin.latitude] as const;
  const centers: CandidateCenter[] = [];
  for (const [row, id] of columns.ids.entries()) {
    const longitude = columns.longitudes[row] ?? Number.NaN;
    const latitude = columns.latitudes[row] ?? Number.NaN;
    const distanceKm = ruler.distance(from, [longitude, latitude]);
    if (!(distanceKm <= radiusKm)) continue;
    centers.push({
      id,
      name: columns.names[row] ?? '',
      location: { longitude, latitude },
      distanceKm,
      languages: knownOf(columns.languages?.[row]),
      pedagogy: columns.pedagogy?.[row] ?? null,
      openingHours: columns.openingHours?.[row] ?? null,
      freePlaces: columns.freePlaces?.[row] ?? null,
    });
  }
  return centers;
}

/** Without the nulls that a list of the integrator's may hold. */
function knownOf(languages: readonly (string | null)[] | undefined): readonly string[] | null {
  return languages?.filter((language) => language !== null) ?? null;
}

function nearestFirst(one: CandidateCenter, other: CandidateCenter): number {
  return one.distanceKm - other.distanceKm || (one.id < other.id ? -1 : 1);
}
