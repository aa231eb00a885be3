import { describe, expect, test, vi } from 'vitest';
import { errorBody } from '../../src/errors.ts';
import { type HttpTestServer, startHttpTestServer } from '../support/http-test-server.ts';
import { rawRequest } from '../support/raw-request.ts';

const JSON_POST = { method: 'POST', headers: { 'content-type': 'application/json', 'x-request-id': 'of-the-caller' } };
const STATUS = '/api/streaming/sessions/some-session/status';
const DETAILS = '... on Error { errorCode errorDetails { requestId } }';

/** Asks, and gives the answer with the id that its header has: that of the log line, and never the caller's. */
async function ask(server: HttpTestServer, ...request: [options: object, body?: string]) {
  const answer = await rawRequest(server.port, ...request);
  const requestId = String(answer.headers['x-request-id']);
  expect(requestId).toMatch(/^[\da-f-]{36}$/u);
  await vi.waitFor(() =>
    expect(server.logged()).toContainEqual(expect.objectContaining({ msg: 'request', requestId })),
  );
  return { ...answer, requestId };
}

async function graphql(server: HttpTestServer, query: string, path = '/graphql') {
  const headers = { ...JSON_POST.headers, accept: path === '/graphql' ? 'application/json' : 'text/event-stream' };
  return ask(server, { ...JSON_POST, headers, path }, JSON.stringify({ query }));
}

describe('what refuses a request repeats the id of its log line', () => {
  test.each([
    ['a path that is not there', { path: '/nothing' }],
    ['a session that is not there', { path: STATUS }],
    ['a method that is not taken', { path: '/healthz', method: 'DELETE' }],
    ['a Host that is not allowed', { path: STATUS, headers: { host: 'elsewhere.example' } }],
  ])('in REST, of %s', async (_, options) => {
    await using server = await startHttpTestServer();
    server.service.refuse('session_not_found');
    const { body, requestId } = await ask(server, options);
    expect(JSON.parse(body)).toMatchObject({ type: 'error', details: { request_id: requestId } });
  });

  test('in REST, of a stream that does not begin', async () => {
    await using server = await startHttpTestServer();
    server.service.refuse('session_not_found');
    const { status, body, requestId } = await ask(server, { path: '/api/streaming/sessions/some-session/events' });
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ details: { request_id: requestId } });
  });

  test('in REST, of a failure that nobody expected, whose cause is logged under it too', async () => {
    await using server = await startHttpTestServer();
    server.service.failWith(new Error('at Potsdamer Platz 1'));
    const { status, body, requestId } = await ask(server, { path: STATUS });
    expect(status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ details: { request_id: requestId } });
    expect(server.logged()).toContainEqual(expect.objectContaining({ msg: 'masked error', requestId }));
  });

  test.each([
    ['a document that is none', '{'],
    ['a field that is not there', '{ nothing }'],
    ['a failure that nobody expected', '{ sessionStatus(sessionId: "x") { __typename } }'],
  ])('in GraphQL, of %s', async (_, query) => {
    await using server = await startHttpTestServer();
    server.service.failWith(new Error('at Potsdamer Platz 1'));
    for (const path of ['/graphql', '/graphql/stream']) {
      const { body, requestId } = await graphql(server, query, path);
      const text = /\{.*\}/su.exec(body)?.[0] ?? '';
      expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { requestId } }] });
    }
  });

  test('in GraphQL, of what is expected, in its data and in a stream', async () => {
    await using server = await startHttpTestServer();
    server.service.refuse('session_not_found');
    const asked = await graphql(server, `{ sessionStatus(sessionId: "x") { ${DETAILS} } }`);
    expect(JSON.parse(asked.body)).toMatchObject({
      data: { sessionStatus: { errorCode: 'SESSION_NOT_FOUND', errorDetails: { requestId: asked.requestId } } },
    });
    const query = `subscription { sessionEvents(sessionId: "x") { ${DETAILS} } }`;
    const followed = await graphql(server, query, '/graphql/stream');
    expect(followed.body).toContain(`"requestId":"${followed.requestId}"`);
  });
});

test('an error in a log is of no request, whoever reads it', async () => {
  await using server = await startHttpTestServer();
  const at = { sessionId: 'x', timestamp: 1, sequence: 1 };
  server.service.feed.push({ ...errorBody('processing_error'), ...at });
  server.service.feed.end();
  const query = `subscription { sessionEvents(sessionId: "x") { ${DETAILS} } }`;
  const { body } = await graphql(server, query, '/graphql/stream');
  expect(body).toContain('"requestId":null');
});
