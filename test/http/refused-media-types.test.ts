import { describe, expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';

const RESPONSE_JSON = 'application/graphql-response+json';

/** What a caller accepts, and the JSON that a refusal then comes as. */
const ACCEPTED: readonly (readonly [accept: string, type: string])[] = [
  // Apollo Client, which reads errors out of a refusal of this type alone.
  [`${RESPONSE_JSON},application/json;q=0.9`, RESPONSE_JSON],
  // urql.
  [`${RESPONSE_JSON}, application/graphql+json, application/json, text/event-stream, multipart/mixed`, RESPONSE_JSON],
  [RESPONSE_JSON, RESPONSE_JSON],
  ['application/json', 'application/json'],
  ['text/event-stream', 'application/json'],
  ['*/*', 'application/json'],
  ['image/png', 'application/json'],
];

describe.each(ACCEPTED)('a caller of /graphql that accepts %s', (accept, type) => {
  const headers = { accept, 'content-type': 'application/json' };

  test('has a token refused in the type that it takes', async () => {
    const authenticate = () => Promise.reject(new SessionFailure('unauthenticated'));
    await using server = await startHttpTestServer({ authenticate });
    const answer = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: '{"query":"{__typename}"}' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, `${type}; charset=utf-8`]);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  test('has a request that is none refused in the same', async () => {
    await using server = await startHttpTestServer();
    const answer = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: '{"query":1}' });
    expect(answer.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'INVALID_REQUEST' } }] });
  });
});
