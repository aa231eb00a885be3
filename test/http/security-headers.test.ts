import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createMetricsServer } from '../../src/http/metrics-server.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { rawRequest } from '../support/raw-request.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RawReader, WAYS } from './ways.ts';

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
/** Those of Node's own as they are on the wire. */
function headersIn(answer: string): Record<string, string> {
  const [head = ''] = answer.split('\r\n\r\n');
  const lines = head.split('\r\n').slice(1);
  return Object.fromEntries(lines.map((line) => [line.split(':', 1)[0]?.toLowerCase(), line.replace(/^[^:]*: /u, '')]));
}

const NOTHING = "default-src 'none';frame-ancestors 'none';base-uri 'none';form-action 'none'";

describe('the headers that browsers obey', () => {
  test.each([
    ['an answer', { path: '/healthz' }, 200],
    ['an answer of REST', { path: '/api/streaming/sessions/some-session/status' }, 200],
    [
      'an answer of GraphQL',
      { path: '/graphql/stream?query=%7B__typename%7D', headers: { accept: 'text/event-stream' } },
      200,
    ],
    ['a redirection', { path: '/' }, 302],
    ['a refusal', { path: '/nothing' }, 404],
    ['a refusal of REST', { path: '/api/streaming/nothing' }, 404],
    ['a refusal at the door', { path: '/', headers: { host: 'evil.example' } }, 403],
  ])('are on %s', async (_what, request, status) => {
    await using server = await startHttpTestServer();
    const answer = await rawRequest(server.port, request);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ ...EVERYWHERE, 'content-security-policy': NOTHING });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
  });

  test.each([
    ['400', 'GET /healthz HTTP/1.1\r\n: evil\r\n\r\n'],
    ['431', `GET /healthz HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
  ])('are on what is said of what is no request: %s', async (status, text) => {
    await using server = await startHttpTestServer();
    const socket = connect(server.port, '127.0.0.1').setEncoding('utf8');
    socket.write(text);
    const answer = (await Array.fromAsync(socket)).join('');
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, 'u'));
    const expected = { ...EVERYWHERE, 'content-security-policy': NOTHING, 'cache-control': 'no-store' };
    expect(headersIn(answer)).toMatchObject(expected);
  });

  test.each([
    ['/metrics', 200],
    ['/', 404],
  ])('are on the answers of METRICS_PORT: %s', async (path, status) => {
    const given = { clock: systemClock, log: new RecordingLog(), newId: () => 'id' };
    const metrics = { contentType: 'text/plain', text: async () => '' };
    await using server = createMetricsServer({ ...given, metrics });
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    const answer = await rawRequest(port, { path });
    const expected = { ...EVERYWHERE, 'content-security-policy': NOTHING, 'cache-control': 'no-store' };
    expect([answer.status, answer.headers]).toEqual([status, expect.objectContaining(expected)]);
  });

  test('are on streams', async () => {
    await using server = await startHttpTestServer();
    const { headers, body } = await fetch(`${server.url}/api/streaming/sessions/some-session/events`);
    await body?.cancel();
    expect(Object.fromEntries(headers)).toMatchObject({ ...EVERYWHERE, 'content-security-policy': NOTHING });
  });

  test.each([
    ['/graphql', "script-src 'unsafe-inline'"],
    ['/docs/', "default-src 'self'"],
  ])('let the page %s load what it is made of, and nothing of others', async (path, part) => {
    await using server = await startHttpTestServer();
    const { status, headers } = await rawRequest(server.port, { path, headers: { accept: 'text/html' } });
    const policy = String(headers['content-security-policy']);
    expect([status, headers['x-content-type-options']]).toEqual([200, 'nosniff']);
    expect(policy).toContain(part);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*/u);
  });

  test('say to stay with https only where that was spoken, by word of a proxy that is believed', async () => {
    await using server = await startHttpTestServer({ trustProxy: ['127.0.0.1'] });
    await using other = await startHttpTestServer();
    const secure = { path: '/healthz', headers: { 'x-forwarded-proto': 'https' } };
    expect((await rawRequest(server.port, secure)).headers['strict-transport-security']).toBe('max-age=31536000');
    expect((await rawRequest(server.port, { path: '/healthz' })).headers).not.toHaveProperty(
      'strict-transport-security',
    );
    expect((await rawRequest(other.port, secure)).headers).not.toHaveProperty('strict-transport-security');
  });
});

describe('what may be kept of an answer', () => {
  const query = '/graphql?query=%7B__typename%7D';
  test.each([
    ['a query by GET', { path: query }, 200],
    ['a query that is refused', { path: '/graphql?query=%7B' }, 400],
    ['GraphiQL', { path: '/graphql', headers: { accept: 'text/html' } }, 200],
    ['an answer of REST', { path: '/api/streaming/sessions/some-session/status' }, 200],
    ['the description', { path: '/openapi.json' }, 200],
    ['its page', { path: '/docs' }, 200],
    ['a redirection', { path: '/' }, 302],
    ['a refusal', { path: '/nothing' }, 404],
    ['readiness', { path: '/readyz' }, 200],
  ])('is nothing of %s', async (_what, request, status) => {
    await using server = await startHttpTestServer();
    const answer = await rawRequest(server.port, request);
    expect([answer.status, answer.headers['cache-control']]).toEqual([status, 'no-store']);
  });

  test('is nothing of a query by POST', async () => {
    await using server = await startHttpTestServer();
    const request = { method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json' } };
    const { status, headers } = await rawRequest(server.port, request, '{"query":"{__typename}"}');
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
  });

  test.each(WAYS)('is no stream by $name, which says so in its own way', async (way) => {
    await using server = await startHttpTestServer();
    using reader = new RawReader(server.port, way.attach('some-session'));
    await vi.waitFor(() => expect(reader.status).toBe(200));
    expect(reader.text.match(/^cache-control: .*$/gimu)).toHaveLength(1);
    expect(reader.header('cache-control')).toMatch(/^no-cache/u);
  });

  test('is a script of the page at /docs, which is the same for everybody, and asked about each time', async () => {
    await using server = await startHttpTestServer();
    const { status, headers } = await rawRequest(server.port, { path: '/docs/static/swagger-ui.css' });
    expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=0']);
  });
});

describe('GraphiQL', () => {
  const html = { path: '/graphql', headers: { accept: 'text/html' } };
  const authenticate = () => Promise.reject(new Error('nobody is to be asked'));

  test('is shown without a token where it is on: a browser has none to show', async () => {
    await using server = await startHttpTestServer({ authenticate });
    const { status, body } = await rawRequest(server.port, html);
    expect([status, body.includes('GraphiQL')]).toEqual([200, true]);
  });

  test('is all that is: nothing is asked of the schema by it', async () => {
    await using server = await startHttpTestServer({ authenticate });
    const path = '/graphql?query=%7BsessionStatus(sessionId%3A%22some-session%22)%7B__typename%7D%7D';
    const { body } = await rawRequest(server.port, { ...html, path });
    expect(body).toContain('GraphiQL');
    expect(server.service.calls).toEqual([]);
  });

  test('is not there where it is off', async () => {
    await using server = await startHttpTestServer({ graphiql: false });
    const { status, headers } = await rawRequest(server.port, html);
    expect([status, headers['content-security-policy']]).toEqual([406, NOTHING]);
    expect((await rawRequest(server.port, { path: '/' })).headers.location).toBe('/docs');
  });
});
