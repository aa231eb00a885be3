import { sql } from 'kysely';
import type { Center } from '../protocol.ts';
import type { Database } from './database.ts';
import { pointOf } from './point-column.ts';
import type { CentersTable } from './tables.ts';

export { CENTER_COLUMNS, type CandidateCenter, type CenterColumn, centersWithin } from './candidates.ts';

/** The centers of these ids (UUIDs), by id. One that is not there is missing from the map. */
export async function centersByIds(database: Database, ids: readonly string[]): Promise<ReadonlyMap<string, Center>> {
  const rows = await database.kysely
    .selectFrom('centers')
    .selectAll()
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, centerOf(row)]));
}

/** Whether there is any center at all. */
export async function anyCenter(database: Database): Promise<boolean> {
  const row = await database.kysely.selectFrom('centers').select('id').limit(1).executeTakeFirst();
  return row !== undefined;
}

function centerOf(row: Readonly<CentersTable>): Center {
  return {
    id: row.id,
    name: row.name,
    address: row.address,
    district: row.district,
    ...pointOf(row.location),
    languages: row.languages,
    pedagogy: row.pedagogy,
    openingHours: row.opening_hours,
    capacity: row.capacity,
    freePlaces: row.free_places,
    freePlacesUpdatedAt: row.free_places_updated_at?.getTime() ?? null,
    minAgeMonths: row.min_age_months,
    maxAgeMonths: row.max_age_months,
    website: row.website,
    phone: row.phone,
  };
}
