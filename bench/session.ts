// How long a session that needs no answer takes, with 5,000 centers around home, and what that is made of.
//
//   npm run bench -- [--centers 5000] [--sessions 60]
//
// Floors in the same run: the one database read that a session cannot do without, and a bare Node server that streams
// the very same bytes. Prints medians, the 95th percentiles and ratios; asserts nothing.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { startApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { centersWithin } from '../src/db/centers.ts';
import { openDatabase } from '../src/db/database.ts';
import { migrate } from '../src/db/migrations/migrate.ts';
import { loadDemoData } from '../src/db/seed/demo-data.ts';
import { seedCenters } from '../src/db/seed/bulk.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { values } = parseArgs({
  options: { centers: { type: 'string', default: '5000' }, sessions: { type: 'string', default: '60' } },
});
const [CENTERS, SESSIONS] = [Number(values.centers), Number(values.sessions)];
const WARM_UP = 10;
/** Home, work by coordinates and free places; and home, hours, a language and a concept: neither asks anything. */
const PARENTS = ['0003', '0006'] as const;
const RADIUS_KM = 100;

const folder = await mkdtemp(join(tmpdir(), 'matching-bench-'));
try {
  await prepare();
  const quiet = { info() {}, debug() {}, warn() {}, error() {} };
  // All sessions are one caller's, and more than a caller may start.
  const config = loadConfig({ DATA_DIR: folder, PORT: '0', RATE_STARTS_PER_MINUTE: '1000000' });
  const measured: Measured[] = [];
  {
    await using app = await startApp({ config, log: quiet });
    for (const parent of PARENTS) measured.push(await measureParent(app.address.url, parent));
  }
  // Last: it would warm up what the first session is to find cold.
  const floorMs = await measureFloor();
  console.table(measured.flatMap((one) => rowsOf(one, floorMs)));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function prepare(): Promise<void> {
  console.log(`Filling a database with ${CENTERS} centers …`);
  await using database = await openDatabase({ url: null, dataDir: folder });
  await migrate(database);
  await loadDemoData(database);
  await seedCenters(database, CENTERS, {});
  // Every center takes every child: all of them are candidates.
  await sql`update centers set min_age_months = null, max_age_months = null`.execute(database.kysely);
  await sql`analyze centers`.execute(database.kysely);
}

async function measureFloor(): Promise<readonly number[]> {
  await using database = await openDatabase({ url: null, dataDir: folder });
  const origin = { longitude: 13.4596, latitude: 52.5107 };
  const columns = ['openingHours', 'languages', 'pedagogy'] as const;
  // Awaited here: the database is closed at the end of the block.
  return await timed(async () => {
    await centersWithin(database, { origin, radiusKm: RADIUS_KM, ageMonths: 29, columns });
  });
}

interface Measured {
  readonly parent: string;
  readonly centers: number;
  /** The first of all, before anything is warm; of the second parent, only what the first had no use for is cold. */
  readonly firstMs: number;
  readonly processingMs: readonly number[];
  readonly wallMs: readonly number[];
  readonly bareMs: readonly number[];
}

async function measureParent(url: string, parent: string): Promise<Measured> {
  const all: number[] = [];
  let bytes = '';
  let centers = 0;
  const wallMs = await timed(async () => {
    bytes = await session(`${url}/graphql/stream`, parent);
    const details = /"centersEvaluated":(\d+),"processingTimeMs":(\d+)/.exec(bytes);
    if (!details) throw new Error(`no results for parent ${parent}`);
    centers = Number(details[1]);
    all.push(Number(details[2]));
  });
  const bareMs = await measureBareServer(bytes);
  return { parent, centers, firstMs: all[0] ?? Number.NaN, processingMs: all.slice(WARM_UP), wallMs, bareMs };
}

function rowsOf(
  { parent, centers, firstMs, processingMs, wallMs, bareMs }: Measured,
  floorMs: readonly number[],
): object[] {
  const row = (what: string, ms: readonly number[], floor: readonly number[], floorName: string): object => ({
    parent,
    centers,
    what,
    'median ms': round(quantile(ms, 0.5)),
    'p95 ms': round(quantile(ms, 0.95)),
    floor: floorName,
    'floor ms': round(quantile(floor, 0.5)),
    ratio: round(quantile(ms, 0.5) / quantile(floor, 0.5)),
  });
  return [
    { parent, centers, what: 'processing time, first session', 'median ms': firstMs },
    row('processing time', processingMs, floorMs, 'reading the centers'),
    row('whole session over HTTP', wallMs, bareMs, 'bare Node, same bytes'),
  ];
}

async function session(url: string, parent: string): Promise<string> {
  const query = `subscription { matchingSession(input: { parentId: "550e8400-e29b-41d4-a716-44665544${parent}", maxDistanceKm: ${RADIUS_KM} }) {
    ... on SessionEvent { sequence } ... on ProcessingUpdate { stage progress details }
    ... on MatchResults { offers { centerId centerName score preferenceMatches { complexPreferences { details score satisfied } simplePreferences { details score } } } processingDetails { centersEvaluated processingTimeMs } }
    ... on Error { errorCode message } } }`;
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return response.text();
}

/** Streams what a session streamed, event by event, out of nothing but node:http. */
async function measureBareServer(bytes: string): Promise<readonly number[]> {
  const events = bytes.split('\n\n').map((event) => `${event}\n\n`);
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of events) response.write(event);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const ms = await timed(async () => {
    await session(`http://127.0.0.1:${port}/`, '0003');
  });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return ms;
}

async function timed(work: () => Promise<void>): Promise<readonly number[]> {
  const all: number[] = [];
  for (let run = 0; run < WARM_UP + SESSIONS; run += 1) {
    const begun = performance.now();
    await work();
    all.push(performance.now() - begun);
  }
  return all.slice(WARM_UP);
}

function quantile(ms: readonly number[], share: number): number {
  const sorted = ms.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
