import { type InsertObject, type Kysely, sql } from 'kysely';
import type { Database } from '../database.ts';
import { pointColumn } from '../point-column.ts';
import type { Tables } from '../tables.ts';
import { demoCenters } from './demo-centers.ts';
import { DEMO_PARENTS, type DemoParent } from './demo-parents.ts';
import { insertCenters } from './insert-centers.ts';

/** Of no meaning, as long as no other lock in this database has it. */
const LOCK_KEY = 748_120_553;

/**
 * Loads the demo data when no parent, preference or center is there yet, all of it or nothing, and says whether it
 * did. Safe when many processes start at once: one loads, and the others wait and find it done.
 */
export async function loadDemoData(database: Database): Promise<boolean> {
  return database.kysely.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${LOCK_KEY})`.execute(transaction);
    if (!(await isEmpty(transaction))) return false;
    await insertCenters(transaction, demoCenters());
    await insertParents(transaction);
    return true;
  });
}

async function isEmpty(kysely: Kysely<Tables>): Promise<boolean> {
  // A preference has a parent, so that two tables tell of all three.
  const { rows } = await sql<{ empty: boolean }>`
    select not exists (select from parents) and not exists (select from centers) as empty
  `.execute(kysely);
  return rows[0]?.empty ?? false;
}

async function insertParents(kysely: Kysely<Tables>): Promise<void> {
  const preferences = DEMO_PARENTS.flatMap((parent) =>
    parent.preferences.map(({ payload, ...row }) => ({
      ...row,
      parent_id: parent.id,
      payload: JSON.stringify(payload),
    })),
  );
  await kysely.insertInto('parents').values(DEMO_PARENTS.map(parentRow)).execute();
  await kysely.insertInto('preferences').values(preferences).execute();
}

function parentRow(parent: DemoParent): InsertObject<Tables, 'parents'> {
  return {
    id: parent.id,
    account_id: parent.account,
    home_address: parent.homeAddress,
    home_location: parent.homeLocation === null ? null : pointColumn(parent.homeLocation),
    child_birth_month: parent.childBirthMonth,
    care_from: parent.careFrom,
  };
}
