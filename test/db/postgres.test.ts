import { expect, inject, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { createDatabase } from '../support/services/databases.ts';
import { databaseContract } from './contract/database-contract.ts';

databaseContract('Postgres', async () => {
  const fresh = await createDatabase({ url: inject('postgresUrl') });
  const database = await openDatabase({ url: fresh.url, dataDir: 'memory' });
  const dispose = async (): Promise<void> => {
    await database.close();
    await fresh.drop();
  };
  return { database, [Symbol.asyncDispose]: dispose };
});

test('a server says its version and where it is', async () => {
  await using database = await openDatabase({ url: inject('postgresUrl'), dataDir: 'memory' });
  expect(database.description).toMatch(/^PostgreSQL \d+(?:\.\d+)? on \S+$/u);
});
