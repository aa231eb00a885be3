import { openDatabase } from '../../src/db/database.ts';
import { databaseContract } from './contract/database-contract.ts';

databaseContract('PGlite', async () => {
  const database = await openDatabase({ url: null, dataDir: 'memory' });
  return { database, [Symbol.asyncDispose]: () => database.close() };
});
