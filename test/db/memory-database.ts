import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';

/** A database that keeps nothing, with its tables. */
export async function memoryDatabase(): Promise<Database> {
  const database = await openDatabase({ url: null, dataDir: 'memory' });
  await migrate(database);
  return database;
}
