import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createDatabase } from '../support/services/databases.ts';
import { connectPostgres, type PostgresLink } from '../support/services/postgres-link.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

const stack = new AsyncDisposableStack();
let page: string;
let app: TestApp;
let link: PostgresLink;
beforeAll(async () => {
  page = await readFile('docs/data.md', 'utf8');
  const { url } = stack.use(await createDatabase({ url: inject('postgresUrl') }));
  app = stack.use(await startTestApp({ DATABASE_URL: url }));
  link = stack.use(await connectPostgres(url));
});
afterAll(() => stack.disposeAsync());

describe('the page about the tables', () => {
  test.each(['parents', 'preferences', 'centers'])('has every column of %s, and no other', async (table) => {
    const columns = await link.ask(
      `select string_agg(column_name, ', ' order by ordinal_position) from information_schema.columns where table_name = '${table}'`,
    );
    const [, rows = ''] = page.split(`**${table}**\n\n| column | type | | bounds |\n| --- | --- | --- | --- |\n`);
    const [named = ''] = rows.split('\n\n', 1);
    expect([...named.matchAll(/^\| ([\w, ]+) \|/gmu)].map(([, name]) => name).join(', ')).toBe(columns);
  });

  test('has rows that the tables take as they stand, and a parent for whom a search then finds the center', async () => {
    const rows = /^```sql\n(.*?);\n^```/msu.exec(page)?.[1] ?? '';
    const parentId = /^npm run match -- --parent (\S+)$/mu.exec(page)?.[1] ?? '';
    for (const statement of rows.split(';\n')) await link.ask(statement);
    const { offers, processingDetails } = await app.match({ parentId }).results();
    expect(offers).toMatchObject([{ centerName: 'Kita Sonnenblume' }]);
    expect(offers[0]?.preferenceMatches.complexPreferences).toMatchObject([{ satisfied: true }]);
    expect(processingDetails.warnings.map(({ code }) => code)).toEqual(['ESTIMATED_TRAVEL_TIME']);
  });
});
