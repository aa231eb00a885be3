import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from '../database.ts';
import { tablesOfIntegrators } from './tables-of-integrators.ts';

/** Every migration, in the order of their names, which are never changed once they were released. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_tables_of_integrators': tablesOfIntegrators,
};

/**
 * Brings the tables up to date and says which migrations it applied: none when they were. Safe when many processes
 * start at once: one applies them and the others wait for it. When one fails, nothing of it stays, and this rejects.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  const migrator = new Migrator({
    db: database.kysely,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
}
