import { sql } from 'kysely';
import type { Center } from '../protocol.ts';
import type { Database } from './database.ts';
import { pointOf } from './point-column.ts';
import type { CentersTable } from './tables.ts';

export { CENTER_COLUMNS, type CandidateCenter, type CenterColumn, centersWithin } from './candidates.ts';

/** By name, so that a column which somebody adds is neither read nor makes a prepared statement void. */
const COLUMNS = [
  'id',
  'name',
  'address',
  'district',
  'location',
  'languages',
  'pedagogy',
  'opening_hours',
  'capacity',
  'free_places',
  'free_places_updated_at',
  'min_age_months',
  'max_age_months',
  'website',
  'phone',
] as const satisfies readonly (keyof CentersTable)[];

/** The centers of these ids (UUIDs), by id. One that is not there is missing from the map. */
export async function centersByIds(database: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Center>> {
  const query = database.kysely
    .selectFrom('centers')
    .select(COLUMNS)
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`);
  const rows = await database.read(query.compile());
  return new Map(rows.map((row) => [row.id, centerOf(row)]));
}

/** Whether there is any center at all. */
export async function anyCenter(database: Database): Promise<boolean> {
  const rows = await database.read(database.kysely.selectFrom('centers').select('id').limit(1).compile());
  return rows.length > 0;
}

function centerOf(row: Readonly<CentersTable>): Center {
  return {
    id: row.id,
    name: row.name,
    address: row.address,
    district: row.district,
    ...pointOf(row.location),
    languages: row.languages.filter((language) => language !== null),
    pedagogy: row.pedagogy,
    openingHours: row.opening_hours,
    capacity: row.capacity,
    freePlaces: row.free_places,
    freePlacesUpdatedAt: timeOf(row.free_places_updated_at),
    minAgeMonths: row.min_age_months,
    maxAgeMonths: row.max_age_months,
    website: row.website,
    phone: row.phone,
  };
}

/** Null for a time that is none, such as `infinity`, which Postgres takes and the drivers give as a number. */
function timeOf(at: Date | number | null): number | null {
  const time = at instanceof Date ? at.getTime() : Number.NaN;
  return Number.isFinite(time) ? time : null;
}
