import type { Database } from './database.ts';

export interface PreferenceRow {
  /** A UUID. */
  readonly id: string;
  /** Such as `location_distance`; integrators may write any. */
  readonly type: string;
  /** Above 0. */
  readonly weight: number;
  /** As it was written: nothing has checked it. */
  readonly payload: unknown;
}

/** A parent's preferences, by id, so that every run sees them in one order. */
export async function preferencesOf(database: Database, parentId: string): Promise<readonly PreferenceRow[]> {
  const query = database.kysely
    .selectFrom('preferences')
    .select(['id', 'type', 'weight', 'payload'])
    .where('parent_id', '=', parentId)
    .orderBy('id');
  return database.read(query.compile());
}
