import { parseArgs } from 'node:util';
import { readEnvFile } from '../src/config/env-file.ts';
import { ConfigError, loadConfig } from '../src/config.ts';
import { type Database, DatabaseUnavailableError, openDatabase } from '../src/db/database.ts';
import { FolderLockedError } from '../src/db/folder-lock.ts';
import { migrate } from '../src/db/migrations/migrate.ts';
import { seedCenters } from '../src/db/seed/bulk.ts';
import { loadDemoData } from '../src/db/seed/demo-data.ts';
import { progressDisplay } from './progress-display.ts';

const USAGE = `Fills a database with made-up centers, for load.

  npm run seed -- --centers N

  --centers N   how many centers, 1 to 50,000,000; those that are there from an earlier run count
  --help        this text

The database is the one that the service would use: DATABASE_URL, or PGlite in DATA_DIR (.data). The service must not
run on PGlite at the same time. The demo data goes in first, where DEMO_DATA asks for it.`;

const MOST_CENTERS = 50_000_000;

/** The command was not typed as it should be. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What needs no stack: the message says what to do. */
const EXPECTED = [UsageError, ConfigError, FolderLockedError, DatabaseUnavailableError];

async function main(): Promise<void> {
  const count = centersAskedFor(process.argv.slice(2));
  if (count === null) {
    console.log(USAGE);
    return;
  }
  readEnvFile();
  const { url, dataDir, demoData } = loadConfig(process.env).database;
  if (url === null && dataDir === 'memory') {
    throw new UsageError('DATA_DIR is memory, which would forget the centers at once. Set a folder, or DATABASE_URL.');
  }
  await using database = await openDatabase({ url, dataDir, onProgress: (line) => console.log(line) });
  console.log(`Seeding ${database.description}.`);
  await migrate(database);
  if (demoData && (await loadDemoData(database))) console.log('Loaded the demo data.');
  await seed(database, count);
}

async function seed(database: Database, count: number): Promise<void> {
  const display = progressDisplay(process.stdout, () => performance.now());
  const written = await seedCenters(database, count, { onProgress: display.show });
  display.end();
  const before = count - written;
  console.log(`${written} centers written${before === 0 ? '' : `, ${before} were there already`}.`);
}

/** Null when help was asked for. */
function centersAskedFor(args: readonly string[]): number | null {
  const { centers, help } = readArgs(args);
  if (help) return null;
  if (centers === undefined) throw new UsageError('--centers is missing.');
  const count = /^\d{1,9}$/u.test(centers) ? Number(centers) : 0;
  if (count >= 1 && count <= MOST_CENTERS) return count;
  throw new UsageError(`--centers is ${JSON.stringify(centers)}; allowed: a whole number from 1 to ${MOST_CENTERS}.`);
}

function readArgs(args: readonly string[]): { centers?: string; help: boolean } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { centers: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the arguments cannot be read', { cause: error });
  }
}

try {
  await main();
} catch (error) {
  const isExpected = EXPECTED.some((kind) => error instanceof kind);
  console.error(isExpected && error instanceof Error ? error.message : error);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = 1;
}
