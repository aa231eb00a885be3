import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { rawRequest } from '../support/raw-request.ts';

const LIMIT = 65_536;
const JSON_POST = { method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json' } };
const STATUS_QUERY = '{ sessionStatus(sessionId: "some-session") { __typename } }';

/** A GraphQL request whose body has exactly this many bytes. */
function bodyOf(bytes: number): string {
  const empty = JSON.stringify({ query: STATUS_QUERY, extensions: { padding: '' } });
  return JSON.stringify({ query: STATUS_QUERY, extensions: { padding: 'x'.repeat(bytes - empty.length) } });
}

describe('the Host header', () => {
  it.each(['localhost', 'LOCALHOST:8001', '127.0.0.1', '127.9.9.9:1', '[::1]:8001', '[::1]'])(
    '%s is a loopback name',
    async (host) => {
      await using server = await startHttpTestServer();
      expect((await rawRequest(server.port, { path: '/healthz', headers: { host } })).status).toBe(200);
    },
  );

  it.each(['example.org', 'localhost.example.org', '127.0.0.1.nip.io:8001', '10.0.0.1', '[::2]:8001', '::1'.repeat(2)])(
    '"%s" is not, and is refused on every path in the error shape',
    async (host) => {
      await using server = await startHttpTestServer();
      for (const path of ['/graphql', '/graphql/stream', '/healthz', '/', '/nothing']) {
        const { status, headers, body } = await rawRequest(server.port, { path, headers: { host } });
        expect([status, headers['content-type']]).toEqual([403, 'application/json; charset=utf-8']);
        expect(JSON.parse(body)).toMatchObject({
          type: 'error',
          error_code: 'forbidden',
          session_id: null,
          fatal: true,
        });
      }
    },
  );

  it('may be any where callers are authenticated', async () => {
    await using server = await startHttpTestServer({ loopbackHostsOnly: false });
    expect((await rawRequest(server.port, { path: '/healthz', headers: { host: 'example.org' } })).status).toBe(200);
  });
});

describe('paths', () => {
  it('the root leads to GraphQL', async () => {
    await using server = await startHttpTestServer();
    const { status, headers } = await rawRequest(server.port, { path: '/?x=1' });
    expect([status, headers.location]).toEqual([302, '/graphql']);
  });

  it.each(['/nothing', '/graphql/', '/graphqlx', '/healthz/x', '//healthz', '/__proto__'])(
    '%s is nothing: 404 in the error shape',
    async (path) => {
      await using server = await startHttpTestServer();
      const { status, headers, body } = await rawRequest(server.port, { path });
      expect(status).toBe(404);
      expect(JSON.parse(body)).toEqual({
        type: 'error',
        session_id: null,
        timestamp: expect.any(Number),
        sequence: 0,
        error_code: 'invalid_request',
        message: 'There is nothing at this path.',
        fatal: true,
        details: {
          parent_id: null,
          failed_stage: null,
          interaction_id: null,
          retry_after_ms: null,
          request_id: headers['x-request-id'],
          issues: [],
        },
      });
    },
  );

  it.each([
    ['PUT', '/graphql', 'GET, POST'],
    ['DELETE', '/graphql/stream', 'GET, POST'],
    ['OPTIONS', '/graphql', 'GET, POST'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    await using server = await startHttpTestServer();
    const answer = await rawRequest(server.port, { method, path });
    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
  });
});

describe('the body', () => {
  it('of exactly 64 KiB is taken', async () => {
    await using server = await startHttpTestServer();
    const { status } = await rawRequest(server.port, JSON_POST, bodyOf(LIMIT));
    expect(status).toBe(200);
    expect(server.service.calls).toHaveLength(1);
  });

  it.each(['/graphql', '/graphql/stream'])('of one byte more is 413 at %s', async (path) => {
    await using server = await startHttpTestServer();
    const body = bodyOf(LIMIT + 1);
    const headers = { ...JSON_POST.headers, 'content-length': body.length };
    const answer = await rawRequest(server.port, { ...JSON_POST, path, headers }, body);
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({
      errors: [
        {
          message: 'The body is too large: at most 65536 bytes are taken.',
          extensions: { code: 'INVALID_REQUEST', issues: [{ path: 'body', message: 'at most 65536 bytes' }] },
        },
      ],
    });
    expect(server.service.calls).toEqual([]);
  });

  it('that does not say its length is 413 as soon as it is too long', async () => {
    await using server = await startHttpTestServer();
    const chunks = bodyOf(LIMIT + 1).match(/.{1,10000}/gu) ?? [];
    const answer = await rawRequest(server.port, JSON_POST, chunks);
    expect(answer.status).toBe(413);
    expect(server.service.calls).toEqual([]);
  });

  it('that is far too long is answered to a client, too, that reads nothing before it has sent all of it', async () => {
    await using server = await startHttpTestServer();
    const socket = connect(server.port, '127.0.0.1');
    const failed = vi.fn<(error: Error) => void>();
    socket.on('error', failed);
    socket.pause().write(`POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${100 * LIMIT}\r\n\r\n`);
    for (let sent = 0; sent < 100; sent += 1) {
      await new Promise<void>((resolve) => {
        socket.write(' '.repeat(LIMIT), () => resolve());
      });
    }
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk))).resume();
    await vi.waitFor(() => expect(text.match(/HTTP\/1\.1 \d+/gu)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']));
    expect(failed).not.toHaveBeenCalled();
    socket.destroy();
  });

  it('in chunks is put together', async () => {
    await using server = await startHttpTestServer();
    const { status, body } = await rawRequest(server.port, JSON_POST, bodyOf(30_000).match(/.{1,7000}/gu) ?? []);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ data: { sessionStatus: { __typename: 'SessionStatus' } } });
  });
});

describe('the account', () => {
  it('is the one that authenticate found', async () => {
    await using server = await startHttpTestServer({
      authenticate: (req) => ({ account: String(req.headers.authorization), expiresAt: null }),
    });
    const headers = { ...JSON_POST.headers, authorization: 'anna' };
    await rawRequest(server.port, { ...JSON_POST, headers }, JSON.stringify({ query: STATUS_QUERY }));
    expect(server.service.calls).toMatchObject([{ account: 'anna' }]);
  });

  it.each(['/graphql', '/graphql/stream'])('a caller without one is told so as GraphQL does at %s', async (path) => {
    await using server = await startHttpTestServer({
      authenticate: () => Promise.reject(new SessionFailure('unauthenticated')),
    });
    const answer = await rawRequest(server.port, { ...JSON_POST, path }, JSON.stringify({ query: STATUS_QUERY }));
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(JSON.parse(answer.body)).toEqual({
      errors: [
        {
          message: 'A valid bearer token is needed.',
          extensions: { code: 'UNAUTHENTICATED', requestId: answer.headers['x-request-id'] },
        },
      ],
    });
    expect(server.service.calls).toEqual([]);
  });

  it('needs not be known to ask whether the server is alive', async () => {
    await using server = await startHttpTestServer({
      authenticate: () => Promise.reject(new SessionFailure('unauthenticated')),
    });
    expect((await rawRequest(server.port, { path: '/healthz' })).status).toBe(200);
  });

  it('that cannot be found out for an unknown cause is 500 under an id, without the cause', async () => {
    await using server = await startHttpTestServer({
      authenticate: () => Promise.reject(new Error('secret of Unter den Linden')),
    });
    const answer = await rawRequest(server.port, { ...JSON_POST }, JSON.stringify({ query: STATUS_QUERY }));
    expect(answer.status).toBe(500);
    const masked = server.logged().find(({ level }) => level === 'error');
    expect(masked).toMatchObject({ name: 'Error', at: expect.any(Array) });
    expect(answer.body).toContain(String(masked?.['errorId']));
    expect(answer.body + server.logText()).not.toContain('Linden');
  });
});

describe('what a library throws outside of GraphQL', () => {
  // A host that passes, and that it makes a URL of.
  const request = { path: '/graphql?query=%7B__typename%7D', headers: { host: 'localhost:99999' } };

  it('is 500 under an id, in the shape of GraphQL and without a word of it', async () => {
    await using server = await startHttpTestServer({ loopbackHostsOnly: false });
    using _passes = vi.spyOn(URL, 'canParse').mockReturnValue(true);
    const answer = await rawRequest(server.port, request);
    expect([answer.status, answer.headers['content-type']]).toEqual([500, 'application/json; charset=utf-8']);
    const masked = server.logged().find(({ level }) => level === 'error');
    expect(masked).toMatchObject({ msg: 'masked error', requestId: answer.headers['x-request-id'] });
    expect(JSON.parse(answer.body)).toEqual({
      errors: [
        {
          message: expect.stringContaining(String(masked?.['errorId'])),
          extensions: { code: 'PROCESSING_ERROR', requestId: masked?.['requestId'] },
        },
      ],
    });
  });
});

describe('the log', () => {
  it('has one line for each request: method, path, status, milliseconds and the id that the answer has too', async () => {
    await using server = await startHttpTestServer();
    const answer = await rawRequest(server.port, { path: '/healthz?address=Hauptstr' });
    await server.close();
    expect(server.logged()).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        requestId: answer.headers['x-request-id'],
        method: 'GET',
        path: '/healthz',
        status: 200,
        ms: expect.any(Number),
        msg: 'request',
      },
    ]);
  });

  it('never has a body, a query string or a token', async () => {
    await using server = await startHttpTestServer();
    const secret = 'Unter den Linden 1';
    const query = `mutation ($a: String!) { respondToInteraction(input: { sessionId: "some-session",
      interactionId: "interaction_0", response: { location: { address: $a } } }) { __typename } }`;
    const headers = { ...JSON_POST.headers, authorization: `Bearer ${secret}` };
    const body = JSON.stringify({ query, variables: { a: secret } });
    await rawRequest(server.port, { ...JSON_POST, headers, path: `/graphql?x=${encodeURIComponent(secret)}` }, body);
    server.service.failWith(new Error(`cannot find ${secret}`));
    await rawRequest(server.port, { ...JSON_POST, headers }, body);
    await server.close();
    expect(server.service.calls).toHaveLength(2);
    expect(server.logged()).toHaveLength(3);
    expect(server.logText()).not.toMatch(/Linden/u);
  });
});
