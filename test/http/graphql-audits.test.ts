import { auditServer } from 'graphql-http';
import { expect, it } from 'vitest';
import { startHttpTestServer } from '../support/http-test-server.ts';

/**
 * What is recommended and not done: a document or variables that cannot be executed are 400, as the error table has it,
 * to a caller who takes application/json too. The specification recommends 200 there for the sake of clients older than
 * it, and 400 for application/graphql-response+json, which the audits find.
 */
const OTHERWISE = [
  'SHOULD use 200 status code on document parsing failure when accepting application/json',
  'SHOULD use 200 status code on document validation failure when accepting application/json',
  'SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
];

it('what GraphQL over HTTP asks of a server is given, and what it recommends but for three statuses', async () => {
  await using server = await startHttpTestServer();
  const results = await auditServer({ url: `${server.url}/graphql` });
  expect(results.length).toBeGreaterThan(50);
  const failed = results.filter(({ status }) => status !== 'ok');
  expect(failed.map(({ name }) => name).toSorted()).toEqual(OTHERWISE.toSorted());
  // What the audits call an error is something that must be.
  expect(failed.map(({ status }) => status)).toEqual(OTHERWISE.map(() => 'warn'));
});
