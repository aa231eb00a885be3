import { describe, expect, test } from 'vitest';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { rawRequest } from '../support/raw-request.ts';

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
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
