import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { startHttpTestServer, type HttpTestServer } from '../support/http-test-server.ts';
import { CancelSession, MatchingSession } from '../support/operations.ts';
import { rawRequest } from '../support/raw-request.ts';

const CANCEL = JSON.stringify({ query: print(CancelSession), variables: { sessionId: 'some-session' } });
const START = JSON.stringify({ query: print(MatchingSession), variables: { input: { parentId: 'p' } } });
const JSON_TYPE = 'application/json';

/** What asks for a change, and how each path is told that the caller takes its answer. */
const CHANGES = [
  { path: '/graphql', accept: JSON_TYPE, body: CANCEL },
  { path: '/graphql', accept: 'text/event-stream', body: START },
  { path: '/graphql/stream', accept: 'text/event-stream', body: CANCEL },
  { path: '/graphql/stream', accept: 'text/event-stream', body: START },
];

type Change = (typeof CHANGES)[number];

/** Headers as they are sent, one after the other: a name may come twice. */
function post(server: HttpTestServer, change: Change, ...more: string[]) {
  const { path, accept, body } = change;
  const headers = ['Host', '127.0.0.1', 'Accept', accept, 'Content-Length', String(Buffer.byteLength(body)), ...more];
  return rawRequest(server.port, { method: 'POST', path, headers }, body);
}

describe.each(CHANGES)('a change at $path for $accept', (change) => {
  it.each([
    ['a text', ['text/plain']],
    ['a text that says it were JSON', ['text/plain; charset=utf-8; application/json']],
    ['a form', ['application/x-www-form-urlencoded']],
    ['a form of parts', ['multipart/form-data; boundary=x']],
    ['nothing', []],
    ['an empty type', ['']],
    ['JSON of another kind', ['application/json-patch+json']],
    ['two types in one header', ['application/json, text/plain']],
    ['JSON in a header before another', ['application/json', 'text/plain']],
    ['JSON in a header after another', ['text/plain', 'application/json']],
    ['JSON twice', ['application/json', 'application/json']],
    ['JSON in another encoding', ['application/json; charset=utf-16']],
    ['JSON in two encodings', ['application/json; charset=utf-8; charset=utf-7']],
    ['what answers are', ['application/graphql-response+json']],
    ['a longer name', ['application/jsonx']],
  ])('is not made by a body that is said to be %s: 415', async (_name, types) => {
    await using server = await startHttpTestServer();
    const answer = await post(server, change, ...types.flatMap((type) => ['Content-Type', type]));
    expect(answer.status).toBe(415);
    expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ extensions: { code: 'INVALID_REQUEST' } }] });
    expect(server.service.calls).toEqual([]);
  });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'Application/JSON; charset=UTF8',
  ])('is made by %s', async (type) => {
    await using server = await startHttpTestServer();
    server.service.feed.end();
    expect((await post(server, change, 'Content-Type', type)).status).toBe(200);
    expect(server.service.calls).toHaveLength(1);
  });

  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    'is not made by a GET that says %s: POST',
    async (name) => {
      await using server = await startHttpTestServer();
      const { query, variables } = JSON.parse(change.body) as { query: string; variables: unknown };
      const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
      const headers = { accept: change.accept, [name]: 'POST' };
      const answer = await rawRequest(server.port, { path: `${change.path}?${search}`, headers });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
      expect(server.service.calls).toEqual([]);
    },
  );

  it('is not made by the body of a GET', async () => {
    await using server = await startHttpTestServer();
    const headers = {
      accept: change.accept,
      'content-type': JSON_TYPE,
      'content-length': Buffer.byteLength(change.body),
    };
    const answer = await rawRequest(server.port, { method: 'GET', path: change.path, headers }, change.body);
    expect(answer.status).toBe(400);
    expect(server.service.calls).toEqual([]);
  });

  it('is not made by what a GET says twice, whichever is taken', async () => {
    await using server = await startHttpTestServer();
    const { query } = JSON.parse(change.body) as { query: string };
    const harmless = 'query=%7B__typename%7D';
    for (const search of [
      `${harmless}&query=${encodeURIComponent(query)}`,
      `query=${encodeURIComponent(query)}&${harmless}`,
    ]) {
      const answer = await rawRequest(server.port, {
        path: `${change.path}?${search}`,
        headers: { accept: change.accept },
      });
      expect(answer.status).toBe(400);
    }
    expect(server.service.calls).toEqual([]);
  });

  it.each(['HEAD', 'PUT', 'PATCH', 'DELETE'])('is not made by %s', async (method) => {
    await using server = await startHttpTestServer();
    const headers = {
      accept: change.accept,
      'content-type': JSON_TYPE,
      'content-length': Buffer.byteLength(change.body),
    };
    const answer = await rawRequest(server.port, { method, path: change.path, headers }, change.body);
    expect(answer.status).toBe(405);
    expect(server.service.calls).toEqual([]);
  });

  it('is not made by a batch', async () => {
    await using server = await startHttpTestServer();
    for (const body of [`[${change.body}]`, `[${change.body},${change.body}]`, '[]']) {
      const answer = await post(server, { ...change, body }, 'Content-Type', JSON_TYPE);
      expect(answer.status).toBe(400);
    }
    expect(server.service.calls).toEqual([]);
  });
});
