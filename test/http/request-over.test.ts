import { Agent } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createRouteName } from '../../src/http/route-name.ts';
import type { RequestOver } from '../../src/http/request-end.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { rawRequest } from '../support/raw-request.ts';

const STATUS = '/api/streaming/sessions/some-session/status';

describe('what is heard of a request that is over', () => {
  test.each([
    ['GET', '/healthz?x=1', '/healthz', 200],
    ['GET', STATUS, '/api/streaming/sessions/:session_id/status', 200],
    ['DELETE', '/api/streaming/sessions/other-session', '/api/streaming/sessions/:session_id', 200],
    ['GET', '/api/streaming/sessions//status', '/api/streaming/sessions/:session_id/status', 200],
    ['GET', '/api/streaming/nothing/at/all', '/api/streaming/*', 404],
    ['GET', '/docs/static/swagger-ui.css', '/docs/*', 200],
    ['GET', '/nothing/at/all', '*', 404],
    ['PUT', '/graphql', '/graphql', 405],
  ])('%s %s is counted as %s, %i', async (method, path, route, status) => {
    const heard: RequestOver[] = [];
    await using server = await startHttpTestServer({ onRequestOver: (over) => heard.push(over) });
    await rawRequest(server.port, { method, path });
    await server.close();
    expect(heard).toEqual([{ route, method, status, ms: expect.any(Number) }]);
  });

  test('of one whose reader left before it was answered, is that there was no answer', async () => {
    const heard: RequestOver[] = [];
    await using server = await startHttpTestServer({ onRequestOver: (over) => heard.push(over) });
    server.service.before = () => new Promise(() => {});
    const leaving = new AbortController();
    const answer = fetch(`${server.url}${STATUS}`, { signal: leaving.signal });
    await vi.waitFor(() => expect(server.service.calls).toHaveLength(1));
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await vi.waitFor(() => expect(heard).toMatchObject([{ status: 0 }]));
  });

  test('names no more routes than there are, whatever is asked for', () => {
    const patterns = ['/a/:id', '/a/:id/b'];
    const nameOf = createRouteName({ paths: ['/', '/x'], prefixes: ['/a/', '/d/'], patterns });
    const names = ['/', '/x', '/a/:id', '/a/:id/b', '/a/*', '/d/*', '*'];
    const segment = fc.oneof(fc.constantFrom('', 'a', 'b', 'd', 'x', ':id', '__proto__', '*'), fc.string());
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
        expect(names).toContain(nameOf(`/${segments.join('/')}`));
      }),
    );
  });
});

describe('a token that still holds when a response is over', () => {
  test('leaves nothing behind, after 10,000 requests', { timeout: 120_000 }, async () => {
    const clock = new ManualClock();
    const authenticate = () => ({ account: 'anna', expiresAt: clock.now() + 3_600_000 });
    await using server = await startHttpTestServer({ authenticate, clock });
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    const before = clock.pending;
    const most: number[] = [];
    server.service.before = () => void most.push(clock.pending);
    for (let round = 0; round < 100; round += 1) {
      await Promise.all(Array.from({ length: 100 }, () => rawRequest(server.port, { path: STATUS, agent })));
    }
    agent.destroy();
    expect(server.service.calls).toHaveLength(10_000);
    expect(Math.max(...most)).toBeGreaterThan(before);
    await vi.waitFor(() => expect(clock.pending).toBe(before));
  });
});
