import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { CENTER_COLUMNS, type CandidateCenter, type CenterColumn, centersWithin } from '../../src/db/centers.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';
import { createDatabase, type FreshDatabase } from '../support/services/databases.ts';
import { type PreparedStatement, statementOf } from './prepared-statements.ts';

const COUNT = 500_000;
const MITTE = { longitude: 13.405, latitude: 52.52 };

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await createDatabase({ url: inject('postgresUrl') });
  database = await openDatabase({ url: fresh.url, dataDir: 'memory' });
  await migrate(database);
  await database.kysely.transaction().execute(async (transaction) => {
    // Pages count as visible to all only when what wrote them is on disk.
    await sql`set local synchronous_commit = on`.execute(transaction);
    // Evenly over Berlin: half as long as by seedCenters.
    await sql`
      insert into centers (id, name, address, location, languages, opening_hours, free_places, min_age_months)
      select gen_random_uuid(), 'Kita ' || n, n || ' Berlin', point(13.1 + 0.6 * random(), 52.38 + 0.27 * random()),
        array['de', 'en'], 'Mo-Fr 07:00-17:00', n % 5, n % 24
      from generate_series(1, ${COUNT}::integer) as n
    `.execute(transaction);
  });
  await vi.waitFor(vacuumWholly, { timeout: 20_000 });
}, 60_000);

afterAll(async () => {
  await database.close();
  await fresh.drop();
});

describe.each<readonly [string, readonly CenterColumn[], number | null]>([
  ['nothing more', [], null],
  ['an age', [], 20],
  ['every column and an age', CENTER_COLUMNS, 20],
])('a search among 500,000 centers for %s', (_, columns, ageMonths) => {
  let found: readonly CandidateCenter[] = [];
  let prepared: PreparedStatement;

  beforeAll(async () => {
    const query = { origin: MITTE, radiusKm: 1, ageMonths, columns };
    prepared = await statementOf(database, async () => {
      found = await centersWithin(database, query);
    });
  });

  // Postgres plans a prepared statement for its parameters at first, and once and for all later.
  test.each(['force_custom_plan', 'force_generic_plan'])('goes by the index, under %s', async (mode) => {
    const nodes = nodesOf(await planOf(prepared, { mode, ageMonths }));
    const scans = nodes.filter((node) => node['Node Type']?.endsWith('Scan'));
    expect(scans.map((node) => node['Index Name']).filter((name) => name !== undefined)).toEqual(['centers_location']);
    expect(scans.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    // The box is a little wider than the circle: 4 / π times its area.
    const rows = Math.max(...scans.map((node) => node['Actual Rows'] ?? 0));
    expect(rows).toBeGreaterThanOrEqual(found.length);
    expect(rows).toBeLessThan(found.length * 2);
  });

  test('finds what is there', () => {
    expect(found.length).toBeGreaterThan(500);
  });
});

test('a search that needs no free places is answered from the index alone', async () => {
  const query = { origin: MITTE, radiusKm: 1, ageMonths: 30, columns: ['languages', 'openingHours'] } as const;
  const prepared = await statementOf(database, () => centersWithin(database, query));
  const nodes = nodesOf(await planOf(prepared, { mode: 'force_generic_plan', ageMonths: 30 }));
  expect(nodes.map((node) => node['Node Type'])).toContain('Index Only Scan');
  expect(nodes.map((node) => node['Heap Fetches'] ?? 0)).toEqual(nodes.map(() => 0));
});

/** As autovacuum and seedCenters do it. Rejects while somebody else still looks at older rows. */
async function vacuumWholly(): Promise<void> {
  await sql`vacuum analyze centers`.execute(database.kysely);
  const { rows } = await sql<{ hidden: number }>`
    select relpages - relallvisible as hidden from pg_class where relname = 'centers'
  `.execute(database.kysely);
  expect(rows).toEqual([{ hidden: 0 }]);
}

interface PlanNode {
  readonly 'Node Type'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Heap Fetches'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How the very statement that was prepared is run, on a box of about 1 km around the middle. */
async function planOf(
  { name }: PreparedStatement,
  { mode, ageMonths }: { readonly mode: string; readonly ageMonths: number | null },
): Promise<PlanNode> {
  const box = ['13.390', '52.511', '13.420', '52.529'];
  const values = [...box, ...(ageMonths === null ? [] : [String(ageMonths), String(ageMonths)])];
  return database.kysely.connection().execute(async (connection) => {
    await sql`set plan_cache_mode = ${sql.raw(mode)}`.execute(connection);
    const { rows } = await sql<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>`
      explain (analyze, format json) execute ${sql.id(name)} (${sql.raw(values.join(', '))})
    `.execute(connection);
    await sql`reset plan_cache_mode`.execute(connection);
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    if (plan === undefined) throw new Error('there is no plan');
    return plan;
  });
}

function nodesOf(plan: PlanNode): readonly PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
