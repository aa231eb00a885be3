import { anyCenter, CENTER_COLUMNS, type CenterColumn, centersByIds, centersWithin } from '../../../src/db/centers.ts';
import type { Database } from '../../../src/db/database.ts';
import { findParent } from '../../../src/db/parents.ts';
import { preferencesOf } from '../../../src/db/preferences.ts';
import { demoCenters } from '../../../src/db/seed/demo-centers.ts';

const PARENT = '550e8400-e29b-41d4-a716-446655440006';
const MITTE = { longitude: 13.405, latitude: 52.52 };
const SOME_IDS: readonly string[] = demoCenters()
  .slice(0, 10)
  .map(({ id }) => id);

/** Everything that a session reads, of the demo data. */
export const READS: readonly (readonly [string, (database: Database) => Promise<unknown>])[] = [
  ['findParent', (database) => findParent(database, 'demo', PARENT)],
  ['preferencesOf', (database) => preferencesOf(database, PARENT)],
  ['anyCenter', anyCenter],
  ['centersByIds', (database) => centersByIds(database, SOME_IDS)],
  ['centersWithin', (database) => searchAround(database, CENTER_COLUMNS, 30)],
  ['ping', (database) => database.ping()],
];

/** What is within 5 km of Berlin's middle. */
export async function searchAround(
  database: Database,
  columns: readonly CenterColumn[],
  ageMonths: number | null,
): Promise<unknown> {
  return centersWithin(database, { origin: MITTE, radiusKm: 5, ageMonths, columns });
}
