import type { Point } from '../protocol.ts';
import type { Database } from './database.ts';
import { pointOf } from './point-column.ts';

/** Who searches; null where nothing is known. */
export interface Parent {
  /** A UUID. */
  readonly id: string;
  readonly homeAddress: string | null;
  readonly homeLocation: Point | null;
  /** The first day of the month of birth, `YYYY-MM-DD`. */
  readonly childBirthMonth: string | null;
  /** The day from which care is wanted, `YYYY-MM-DD`. */
  readonly careFrom: string | null;
}

/** The account's parent. One of another account looks like none. `parentId` is a UUID. */
export async function findParent(database: Database, account: string, parentId: string): Promise<Parent | undefined> {
  const query = database.kysely
    .selectFrom('parents')
    .select(['id', 'home_address', 'home_location', 'child_birth_month', 'care_from'])
    .where('id', '=', parentId)
    .where('account_id', '=', account);
  const [row] = await database.read(query.compile());
  if (row === undefined) return undefined;
  return {
    id: row.id,
    homeAddress: row.home_address,
    homeLocation: row.home_location === null ? null : pointOf(row.home_location),
    childBirthMonth: row.child_birth_month,
    careFrom: row.care_from,
  };
}
