import { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import type { CallerLimits } from '../../src/http/caller-limits.ts';
import { startHttpTestServer, type HttpTestServer } from '../support/http-test-server.ts';

const PATHS = ['/graphql', '/graphql/stream'] as const;
const STREAM = 'text/event-stream';

async function post(server: HttpTestServer, path: string, query: string): Promise<Response> {
  const accept = path === '/graphql' ? `application/json, ${STREAM}` : STREAM;
  const headers = { 'content-type': 'application/json', accept };
  return fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify({ query }) });
}

describe.each(PATHS)('what %s says of a wrong document', (path) => {
  test('is never much longer than the document, however long a name it repeats', async () => {
    await using server = await startHttpTestServer();
    const operations = Array.from({ length: 100 }, (_, number) => `query q${number} { ...f }`);
    const query = `${operations.join(' ')} fragment f on Query { x(y: $${'b'.repeat(60_000)}) }`;
    const answer = await post(server, path, query);
    expect(answer.status).toBe(400);
    expect((await answer.text()).length).toBeLessThan(10_000);
  });

  test('stops at the fifth error', async () => {
    await using server = await startHttpTestServer();
    const fields = Array.from({ length: 200 }, (_, number) => `f${number}`);
    const answer = await post(server, path, `{ ${fields.join(' ')} }`);
    const { errors } = (await answer.json()) as { readonly errors: readonly { readonly message: string }[] };
    expect(errors.map(({ message }) => message)).toEqual([
      ...Array.from({ length: 5 }, (_, number) => `Cannot query field "f${number}" on type "Query".`),
      expect.stringMatching(/^Too many validation errors/u),
    ]);
  });
});

describe.each(PATHS)('a subscription at %s of which nothing may be left', (path) => {
  test.each([
    'subscription { sessionEvents(sessionId: "x") @skip(if: true) { __typename } }',
    'subscription { sessionEvents(sessionId: "x") @include(if: false) { __typename } }',
    'subscription { ... @skip(if: true) { sessionEvents(sessionId: "x") { __typename } } }',
    'subscription { ...f @include(if: false) } fragment f on Subscription { sessionEvents(sessionId: "x") { __typename } }',
    'subscription { ...f } fragment f on Subscription { sessionEvents(sessionId: "x") @skip(if: true) { __typename } }',
  ])('is refused: %s', async (query) => {
    await using server = await startHttpTestServer();
    const answer = await post(server, path, query);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      errors: [
        {
          message: 'At the root of a subscription neither @skip nor @include is taken: a stream is of something.',
          extensions: { code: 'INVALID_REQUEST' },
        },
      ],
    });
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('may leave out what is below its root', async () => {
    await using server = await startHttpTestServer();
    const query = 'subscription { sessionEvents(sessionId: "none") { __typename ... @skip(if: true) { __typename } } }';
    expect((await post(server, path, query)).status).toBe(200);
  });
});

describe('what is no GraphQL request', () => {
  /** Reads alone, and so many of them. */
  function readsUpTo(most: number): CallerLimits {
    let left = most;
    return {
      async spend(kind) {
        expect(kind).toBe('reads');
        left -= 1;
        if (left < 0) throw new SessionFailure('rate_limited', { retryAfterMs: 1000 });
      },
    };
  }

  const ODD = [
    ['POST', '', '{', 'application/json'],
    ['POST', '', '{}', 'text/plain'],
    ['POST', '', '{"query":"{ __typename }","more":1}', 'application/json'],
    ['GET', '?query=a&query=b', null, 'application/json'],
    ['GET', `?query=a${Array.from({ length: 2000 }, (_, number) => `&p${number}`).join('')}`, null, 'application/json'],
  ] as const;

  test.each(PATHS.flatMap((path) => ODD.map((odd) => [path, ...odd] as const)))(
    'counts as a read, and none is read beyond the rate: %s %s %.20s %s %s',
    async (path, ...[method, search, body, type]) => {
      await using server = await startHttpTestServer({ limits: readsUpTo(2) });
      const headers = { 'content-type': type, accept: STREAM };
      const sent: RequestInit = body === null ? { method, headers } : { method, headers, body };
      const send = async () => (await fetch(`${server.url}${path}${search}`, sent)).status;
      const refused = type === 'text/plain' ? 415 : 400;
      expect([await send(), await send(), await send()]).toEqual([refused, refused, 429]);
    },
  );

  test.each(PATHS)('counts as a read where %s has no answer that its caller takes', async (path) => {
    await using server = await startHttpTestServer({ limits: readsUpTo(1) });
    const headers = { 'content-type': 'application/json', accept: 'image/png' };
    const send = async () => (await fetch(server.url + path, { method: 'POST', headers, body: '{}' })).status;
    expect([await send(), await send()]).toEqual([406, 429]);
  });
});

test('the page of GraphiQL is held once, however many ask for it', async () => {
  await using server = await startHttpTestServer({ graphiql: true });
  using end = vi.spyOn(ServerResponse.prototype, 'end');
  for (const _time of [1, 2]) {
    const answer = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await answer.text()).toContain('Childcare matching');
  }
  const [first, second, ...others] = end.mock.calls.map(([chunk]) => chunk as unknown);
  expect([first instanceof Buffer, others]).toEqual([true, []]);
  expect(second === first).toBe(true);
});
