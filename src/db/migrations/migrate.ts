import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from '../database.ts';
import { tablesOfIntegrators } from './tables-of-integrators.ts';

/** Every migration, in the order of their names, which are never changed once they were released. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_tables_of_integrators': tablesOfIntegrators,
};

/** Of no meaning, as long as no other lock in this database has it. */
const LOCK_KEY = 748_120_554;

/**
 * Brings the tables up to date and says which migrations it applied: none when they were. Safe when many processes
 * start at once: one applies them and the others wait for it. When one fails, nothing of any stays, and this rejects.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  return database.kysely.transaction().execute(async (transaction) => {
    // Held until the commit, so that who comes next sees everything; and gone with this process, should it die.
    await sql`select pg_advisory_xact_lock(${LOCK_KEY})`.execute(transaction);
    const migrator = new Migrator({
      db: transaction,
      provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
    });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
  });
}
