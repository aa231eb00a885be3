import { describe, expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import type { Tickets } from '../../src/session/tickets.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { rawRequest } from '../support/raw-request.ts';
import { startUngatedServer } from '../support/ungated-server.ts';
import { describedRequest } from './described-request.ts';
import { fits } from './schemas-support.ts';

const SESSION = 'session-of-a-test';
const PATH = `/api/streaming/sessions/${SESSION}/ticket`;

interface Answer {
  readonly ticket: string;
  readonly expires_at: number;
}

async function ask(server: { readonly url: string }, init: RequestInit = {}): Promise<Response> {
  return fetch(server.url + PATH, { method: 'POST', ...init });
}

describe('a ticket', () => {
  test('is for the account that asks and for the session in the path, until the token expires', async () => {
    const clock = new ManualClock();
    const expiresAt = clock.now() + 30_000;
    await using server = await startUngatedServer(clock, { account: 'anna', expiresAt });
    const answer = await ask(server);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
    ]);
    const said = (await answer.json()) as Answer;
    expect(said).toEqual({ ticket: expect.stringMatching(/^[\w-]{43}$/u), expires_at: expiresAt });
    expect(fits('Ticket', said)).toBe(true);
    expect(await server.tickets.redeem(said.ticket, SESSION)).toEqual({ account: 'anna', expiresAt });
    expect(server.service.calls).toEqual([{ verb: 'status', account: 'anna', args: [SESSION] }]);
  });

  test('is had without a token too, for as long as a session can be read', async () => {
    const clock = new ManualClock();
    await using server = await startUngatedServer(clock, { account: 'demo', expiresAt: null });
    const said = (await (await ask(server)).json()) as Answer;
    expect(said.expires_at).toBe(clock.now() + 60_000);
    expect(await server.tickets.redeem(said.ticket, SESSION)).toMatchObject({ account: 'demo' });
  });

  test.each([
    [null, 5000],
    [30_000, 5000],
    [2000, 2000],
  ])('is for no longer than a session that has ended is kept: token %s ms', async (tokenMs, holdsMs) => {
    const clock = new ManualClock();
    const expiresAt = tokenMs === null ? null : clock.now() + tokenMs;
    await using server = await startUngatedServer(clock, { account: 'demo', expiresAt });
    server.service.found = { ...server.service.found, completed: true, expiresAt: clock.now() + 5000 };
    expect(await (await ask(server)).json()).toMatchObject({ expires_at: clock.now() + holdsMs });
  });

  test('needs no body, and no type of one', async () => {
    await using server = await startUngatedServer(new ManualClock(), {});
    const json = { 'content-type': 'application/json' };
    for (const init of [{}, { headers: json }, { headers: json, body: '{}' }]) {
      expect((await ask(server, init)).status).toBe(200);
    }
  });

  test('is not made where there is no such session of the account', async () => {
    await using server = await startUngatedServer(new ManualClock(), {});
    server.service.refuse('session_not_found');
    expect(await (await ask(server)).text()).toBe('session_not_found');
    expect(server.tickets.held).toBe(0);
  });
});

describe('at the door', () => {
  test('a ticket of a session that is not the caller’s looks like one of a session that does not exist', async () => {
    await using server = await startHttpTestServer();
    server.service.refuse('session_not_found');
    const { status, body } = await describedRequest(server.port, { method: 'POST', path: PATH });
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ error_code: 'session_not_found', session_id: SESSION });
  });

  test('a ticket is issued by POST only', async () => {
    await using server = await startHttpTestServer();
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const { status, headers } = await rawRequest(server.port, { method, path: PATH });
      expect([method, status, headers.allow]).toEqual([method, 405, 'POST']);
    }
  });

  test('a store of tickets that is away is 503, with when to come back', async () => {
    await using server = await startHttpTestServer();
    const away: Tickets['issue'] = async () => {
      throw new SessionFailure('unavailable', { retryAfterMs: 1000 });
    };
    server.tickets.issue = away;
    const { status, headers } = await describedRequest(server.port, { method: 'POST', path: PATH });
    expect([status, headers['retry-after']]).toEqual([503, '1']);
  });

  test('neither a ticket nor where it is shown stands in the log', async () => {
    await using server = await startHttpTestServer();
    const { body } = await describedRequest(server.port, { method: 'POST', path: PATH });
    const { ticket } = JSON.parse(body) as Answer;
    server.service.isOver = true;
    const path = `/api/streaming/sessions/${SESSION}/events?ticket=${ticket}`;
    await describedRequest(server.port, { method: 'GET', path });
    await expect.poll(() => server.logged()).toHaveLength(2);
    expect(server.logText()).not.toContain(ticket);
    expect(server.logText()).not.toContain('ticket=');
  });
});
