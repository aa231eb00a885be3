import { describe, expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { rawRequest } from '../support/raw-request.ts';

const LISTED = 'https://app.example';
const STATUS = '/api/streaming/sessions/some-session/status';
const SESSION = '/api/streaming/sessions/some-session';
const GRAPHQL = { method: 'POST', path: '/graphql', body: '{"query":"{ __typename }"}' };
const START = { method: 'POST', path: '/api/streaming/matches/interactive', body: '{}' };

/** One request of each kind: reads, changes, streams, a page, and what is nothing. */
const REQUESTS: readonly { method: string; path: string; body?: string }[] = [
  { method: 'GET', path: STATUS },
  { method: 'HEAD', path: STATUS },
  { method: 'GET', path: `${SESSION}/events` },
  { method: 'DELETE', path: SESSION },
  START,
  GRAPHQL,
  { method: 'GET', path: '/graphql?query=%7B__typename%7D' },
  { ...GRAPHQL, path: '/graphql/stream' },
  { method: 'GET', path: '/healthz' },
  { method: 'GET', path: '/nothing' },
  { method: 'OPTIONS', path: STATUS },
];

async function asked(
  server: { readonly port: number },
  { method, path, body }: { method: string; path: string; body?: string },
  headers: Readonly<Record<string, string>>,
) {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return rawRequest(server.port, { method, path, headers: { ...type, ...headers } }, body);
}

/** As a browser asks before it sends what is more than a form could be. */
function preflight(origin: string, method: string): Readonly<Record<string, string>> {
  return {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type,last-event-id',
  };
}

describe('a page of another origin', () => {
  test.each([
    'https://evil.example',
    'null',
    'https://app.example.evil.example',
    'http://app.example',
    'https://app.example:444',
    'https://app.example/',
    'HTTPS://APP.EXAMPLE',
    'https://evil.example, https://app.example',
    'http://localhost:3000',
    '',
  ])('"%s" gets nowhere: 403, nothing done, nothing to read', async (origin) => {
    await using server = await startHttpTestServer({ corsOrigins: [LISTED] });
    for (const request of REQUESTS) {
      const { status, headers, body } = await asked(server, request, { origin });
      expect([request, status]).toEqual([request, 403]);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers.vary).toBe('Origin');
      const said = request.method === 'HEAD' ? '' : 'This origin or host is not allowed here.';
      expect((JSON.parse(body || '{"message":""}') as { readonly message: string }).message).toBe(said);
    }
    expect(server.service.calls).toEqual([]);
  });

  test.each(['GET', 'POST', 'DELETE', 'PATCH'])('is told nothing by a preflight for %s', async (method) => {
    await using server = await startHttpTestServer({ corsOrigins: [LISTED] });
    const headers = preflight('https://evil.example', method);
    const answer = await asked(server, { method: 'OPTIONS', path: SESSION }, headers);
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each([
    ['cross-site', 'no-cors', 'image'],
    ['cross-site', 'no-cors', 'script'],
    ['same-site', 'no-cors', 'empty'],
    ['cross-site', 'navigate', 'iframe'],
    ['cross-site', 'cors', 'empty'],
  ])('that sends no Origin is known by Sec-Fetch-Site: %s, %s, %s', async (site, mode, dest) => {
    await using server = await startHttpTestServer();
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest };
    expect((await asked(server, { method: 'GET', path: `${SESSION}/events` }, headers)).status).toBe(403);
    expect(server.service.calls).toEqual([]);
  });

  test('may link here, and may not post a form by it', async () => {
    await using server = await startHttpTestServer();
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await asked(server, { method: 'GET', path: '/docs/' }, headers)).status).toBe(200);
    expect((await asked(server, GRAPHQL, headers)).status).toBe(403);
  });
});

describe('a page of an origin that is listed', () => {
  test('may do what callers may, and read what is said of limits and of the request', async () => {
    await using server = await startHttpTestServer({ corsOrigins: ['https://other.example', LISTED] });
    for (const request of [{ method: 'GET', path: STATUS }, { method: 'DELETE', path: SESSION }, GRAPHQL]) {
      const { status, headers } = await asked(server, request, { origin: LISTED });
      expect([request, status]).toEqual([request, 200]);
      expect(headers).toMatchObject({
        'access-control-allow-origin': LISTED,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'Retry-After,RateLimit,RateLimit-Policy,X-Request-Id',
        vary: 'Origin',
      });
    }
    expect(server.service.calls.map(({ verb }) => verb)).toEqual(['status', 'cancel']);
  });

  test('may read a stream', async () => {
    await using server = await startHttpTestServer({ corsOrigins: [LISTED] });
    const response = await fetch(`${server.url}${SESSION}/events`, { headers: { origin: LISTED } });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, LISTED]);
    await response.body?.cancel();
  });

  test('is told before it asks what it may, without a token', async () => {
    const authenticate = () => Promise.reject(new SessionFailure('unauthenticated'));
    await using server = await startHttpTestServer({ corsOrigins: [LISTED], authenticate, loopbackHostsOnly: false });
    for (const path of [STATUS, '/graphql', '/graphql/stream']) {
      const { status, headers, body } = await asked(server, { method: 'OPTIONS', path }, preflight(LISTED, 'DELETE'));
      expect([status, body]).toEqual([204, '']);
      expect(headers).toMatchObject({
        'access-control-allow-origin': LISTED,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET,HEAD,POST,DELETE',
        'access-control-allow-headers': 'Accept,Authorization,Content-Type,Last-Event-ID',
        'access-control-max-age': '600',
        vary: 'Origin',
      });
    }
  });

  test('can read why it is refused', async () => {
    const authenticate = () => Promise.reject(new SessionFailure('unauthenticated'));
    await using server = await startHttpTestServer({ corsOrigins: [LISTED], authenticate });
    for (const request of [{ method: 'GET', path: STATUS }, GRAPHQL, { method: 'GET', path: '/nothing' }]) {
      const { status, headers } = await asked(server, request, { origin: LISTED });
      expect([401, 404]).toContain(status);
      expect(headers['access-control-allow-origin']).toBe(LISTED);
    }
  });

  test('is none where another Host is named', async () => {
    await using server = await startHttpTestServer({ corsOrigins: [LISTED] });
    expect((await asked(server, GRAPHQL, { origin: LISTED, host: 'app.example' })).status).toBe(403);
  });
});

describe('a page of every origin, where all are let in', () => {
  test('may call, without what its browser would add by itself', async () => {
    await using server = await startHttpTestServer({ corsOrigins: '*' });
    const { status, headers } = await asked(server, GRAPHQL, { origin: 'https://anybody.example' });
    expect([status, headers['access-control-allow-origin']]).toEqual([200, '*']);
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  test('is none without a name of its own', async () => {
    await using server = await startHttpTestServer({ corsOrigins: '*' });
    expect((await asked(server, GRAPHQL, { origin: 'null' })).status).toBe(403);
  });
});

describe('who is let in as before', () => {
  test('whoever is no page, and sends no Origin', async () => {
    await using server = await startHttpTestServer();
    const { status, headers } = await asked(server, GRAPHQL, {});
    expect([status, headers.vary]).toEqual([200, 'Origin']);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each([
    ['localhost:8001', 'http://localhost:8001'],
    ['localhost:80', 'http://localhost'],
    ['LOCALHOST', 'http://localhost'],
    ['[::1]:8001', 'http://[::1]:8001'],
  ])('a page of this server, which is known as %s: %s', async (host, origin) => {
    await using server = await startHttpTestServer();
    const headers = { host, origin, 'sec-fetch-site': 'same-origin' };
    expect((await asked(server, GRAPHQL, headers)).status).toBe(200);
  });

  test.each([
    ['another port', 'http://localhost:8002'],
    ['another scheme', 'https://localhost:8001'],
    ['another name for the same', 'http://127.0.0.1:8001'],
  ])('but for one of %s', async (_what, origin) => {
    await using server = await startHttpTestServer();
    expect((await asked(server, GRAPHQL, { host: 'localhost:8001', origin })).status).toBe(403);
  });

  test('a page by https, where a proxy that is believed says so', async () => {
    await using server = await startHttpTestServer({ trustProxy: ['127.0.0.1'], loopbackHostsOnly: false });
    const headers = { host: 'match.example', origin: 'https://match.example' };
    expect((await asked(server, GRAPHQL, { ...headers, 'x-forwarded-proto': 'https' })).status).toBe(200);
    expect((await asked(server, GRAPHQL, headers)).status).toBe(403);
  });

  test('but for one by https, where somebody says so who is not believed', async () => {
    await using server = await startHttpTestServer({ trustProxy: ['10.0.0.0/8'], loopbackHostsOnly: false });
    const headers = { host: 'match.example', origin: 'https://match.example', 'x-forwarded-proto': 'https' };
    expect((await asked(server, GRAPHQL, headers)).status).toBe(403);
  });
});
