import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { startHttpTestServer, type HttpTestServer } from '../support/http-test-server.ts';
import { MatchingSession, SessionEvents, SessionStatus } from '../support/operations.ts';

const STREAM = 'text/event-stream';
const STATUS = { query: print(SessionStatus), variables: { sessionId: 'some-session' } };
const START = { query: print(MatchingSession), variables: { input: { parentId: 'p' } } };
const ATTACH = { query: print(SessionEvents), variables: { sessionId: 'some-session' } };

/** How each of the two paths is asked for a stream; whatever it answers must not depend on the path. */
const PATHS = [
  ['/graphql', STREAM],
  ['/graphql', '*/*'],
  ['/graphql/stream', STREAM],
  ['/graphql/stream', '*/*'],
] as const;

function post(server: HttpTestServer, path: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function get(server: HttpTestServer, path: string, body: { query: string; variables?: object }, accept = STREAM) {
  const query = new URLSearchParams({ query: body.query, variables: JSON.stringify(body.variables ?? {}) });
  return fetch(`${server.url}${path}?${query}`, { headers: { accept } });
}

describe('queries at /graphql', () => {
  it.each([
    [undefined, 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['application/graphql-response+json, application/json', 'application/graphql-response+json; charset=utf-8'],
    ['application/json, text/event-stream', 'application/json; charset=utf-8'],
  ])('accepting %s are answered with %s', async (accept, type) => {
    await using server = await startHttpTestServer();
    const answer = await post(server, '/graphql', STATUS, accept === undefined ? {} : { accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(await answer.json()).toMatchObject({ data: { sessionStatus: { __typename: 'SessionStatus' } } });
  });

  it('are answered by GET too', async () => {
    await using server = await startHttpTestServer();
    const answer = await get(server, '/graphql', STATUS, 'application/json');
    expect(await answer.json()).toMatchObject({ data: { sessionStatus: { sessionId: 'session-of-a-test' } } });
  });

  it('that fail as expected are data with status 200', async () => {
    await using server = await startHttpTestServer();
    server.service.refuse('session_not_found');
    const answer = await post(server, '/graphql', STATUS);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ data: { sessionStatus: { errorCode: 'SESSION_NOT_FOUND' } } });
  });

  it('have a status of their own where the caller or the service is the trouble', async () => {
    await using server = await startHttpTestServer();
    server.service.refuse('unavailable', { retryAfterMs: 2001 });
    const answer = await post(server, '/graphql', STATUS);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3']);
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAVAILABLE', retryAfterMs: 2001 } }],
    });
  });

  it.each([
    ['application/graphql-response+json', 'application/graphql-response+json'],
    ['application/graphql-response+json, application/json', 'application/graphql-response+json'],
    ['text/event-stream, application/graphql-response+json', 'application/graphql-response+json'],
    ['text/event-stream', 'application/json'],
    ['*/*', 'application/json'],
  ])('that cannot be executed are refused, for a caller who accepts %s, as %s', async (accept, type) => {
    await using server = await startHttpTestServer();
    const answer = await post(server, '/graphql', { query: '{ nothing }' }, { accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, `${type}; charset=utf-8`]);
  });

  it('may not be sent in batches', async () => {
    await using server = await startHttpTestServer();
    expect((await post(server, '/graphql', [STATUS, STATUS])).status).toBe(400);
    expect(server.service.calls).toEqual([]);
  });
});

describe.each(PATHS)('before the first byte, at %s accepting %s', (path, accept) => {
  it.each([
    ['unauthenticated', 401],
    ['rate_limited', 429],
    ['unavailable', 503],
  ] as const)('%s is HTTP %i with Retry-After, and JSON', async (code, status) => {
    await using server = await startHttpTestServer();
    server.service.refuse(code, { retryAfterMs: 400 });
    for (const body of [START, ATTACH]) {
      const answer = await post(server, path, body, { accept });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '1']);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(answer.headers.get('www-authenticate')).toBe(code === 'unauthenticated' ? 'Bearer' : null);
      const requestId = answer.headers.get('x-request-id');
      expect(requestId).not.toBeNull();
      expect(await answer.json()).toEqual({
        errors: [
          { message: expect.any(String), extensions: { code: code.toUpperCase(), retryAfterMs: 400, requestId } },
        ],
      });
    }
  });

  it('an unknown cause is 500 under an id', async () => {
    await using server = await startHttpTestServer();
    server.service.failWith(new TypeError('Hauptstr 5'));
    const answer = await post(server, path, START, { accept });
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({
      errors: [{ extensions: { code: 'PROCESSING_ERROR', errorId: expect.any(String) } }],
    });
    expect(text + server.logText()).not.toContain('Hauptstr');
  });

  it.each([
    ['a document that is none', { query: '{' }],
    ['a field that does not exist', { query: '{ nothing }' }],
    ['a variable that does not fit', { ...START, variables: { input: { parentId: 'p', limit: 'many' } } }],
    ['no query', { variables: {} }],
    ['a query that is no text', { query: 5 }],
    ['variables that are no object', { ...STATUS, variables: [1] }],
    ['something else beside', { ...STATUS, id: 'x' }],
    ['no JSON', '{"query":'],
    ['JSON that is no object', '"query"'],
    ['an empty body', ''],
  ])('%s is 400 with INVALID_REQUEST', async (_name, body) => {
    await using server = await startHttpTestServer();
    const answer = await post(server, path, body, { accept });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'INVALID_REQUEST' } }] });
    expect(server.service.calls).toEqual([]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    '',
  ])('a body of type "%s" is 415', async (type) => {
    await using server = await startHttpTestServer();
    const answer = await post(server, path, STATUS, { accept, 'content-type': type });
    expect(answer.status).toBe(415);
    expect(server.service.calls).toEqual([]);
  });

  it('JSON nested as deep as a body can hold is refused, and the server goes on', async () => {
    await using server = await startHttpTestServer();
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    for (const variables of [`{"sessionId":${deep}}`, `{"sessionId":"some-session","unused":${deep}}`, deep]) {
      const answer = await post(server, path, `{"query":${JSON.stringify(ATTACH.query)},"variables":${variables}}`, {
        accept,
      });
      await answer.body?.cancel();
      expect(answer.status).toBe(400);
    }
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('a document nested deeper than it may be is refused, and the server goes on', async () => {
    await using server = await startHttpTestServer();
    const answer = await post(server, path, { query: '{a'.repeat(20_000) }, { accept });
    expect(answer.status).toBe(400);
  });

  it('GET starts nothing: 405, and POST is allowed', async () => {
    await using server = await startHttpTestServer();
    const answer = await get(server, path, START, accept);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    const mutation = await get(
      server,
      path,
      { query: 'mutation { cancelSession(sessionId: "x") { __typename } }' },
      accept,
    );
    expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST']);
    expect(server.service.calls).toEqual([]);
  });

  it('GET of variables that are no JSON is 400', async () => {
    await using server = await startHttpTestServer();
    const answer = await fetch(`${server.url}${path}?query={__typename}&variables={`, { headers: { accept } });
    expect(answer.status).toBe(400);
  });
});

describe('what is accepted', () => {
  it.each([
    ['/graphql', 'text/plain'],
    ['/graphql', 'multipart/mixed'],
    ['/graphql/stream', 'application/json'],
    ['/graphql/stream', 'text/plain'],
  ])('%s does not answer with %s', async (path, accept) => {
    await using server = await startHttpTestServer();
    expect((await post(server, path, STATUS, { accept })).status).toBe(406);
    expect(server.service.calls).toEqual([]);
  });

  it('a subscription is not started for a caller who takes JSON alone', async () => {
    await using server = await startHttpTestServer();
    expect((await post(server, '/graphql', START, { accept: 'application/json' })).status).toBe(406);
    expect(server.service.calls).toEqual([]);
  });
});

describe('GraphiQL', () => {
  const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

  it('subscribes by POST: a session is never started by GET', async () => {
    await using server = await startHttpTestServer({ graphiql: true });
    const answer = await fetch(`${server.url}/graphql`, { headers: page });
    expect(await answer.text()).toMatch(/"subscriptionsProtocol":"SSE","method":"POST"/u);
  });

  it('is shown to a browser', async () => {
    await using server = await startHttpTestServer({ graphiql: true });
    const answer = await fetch(`${server.url}/graphql`, { headers: page });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('Childcare matching');
  });

  it('is not shown where it is off', async () => {
    await using server = await startHttpTestServer({ graphiql: false, introspection: false });
    const answer = await fetch(`${server.url}/graphql`, { headers: page });
    expect(answer.status).toBe(400);
  });

  it('finds no schema where introspection is off', async () => {
    await using server = await startHttpTestServer({ introspection: false });
    const answer = await post(server, '/graphql', { query: '{ __schema { queryType { name } } }' });
    expect(answer.status).toBe(400);
  });
});
