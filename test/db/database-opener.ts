import { openDatabase } from '../../src/db/database.ts';

/** Opens the database in a folder, asks it something, closes it, and has nothing more to do. */
const [dataDir = 'memory'] = process.argv.slice(2);
const database = await openDatabase({ url: null, dataDir });
await database.ping();
await database.close();
process.stdout.write('closed\n');
