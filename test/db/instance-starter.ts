import { once } from 'node:events';
import { openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';
import { loadDemoData } from '../../src/db/seed/demo-data.ts';

/** Opens a server's database, waits for a word, prepares it as an instance that starts does, and says what it did. */
const [url = ''] = process.argv.slice(2);
await using database = await openDatabase({ url, dataDir: 'memory' });
process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.pause();
const migrations = await migrate(database);
const loaded = await loadDemoData(database);
process.stdout.write(`${[...migrations, loaded ? 'demo data' : 'no demo data'].join(', ')}\n`);
