import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { messagesIn } from '../rest/open-stream.ts';
import { createDatabase, type FreshDatabase } from '../support/services/databases.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';
import { SECRET, secretToken } from '../support/tokens.ts';

const SESSIONS = '/api/streaming/sessions';

/** Seconds since the Unix epoch, so many from now. */
function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

describe('a ticket, with tokens asked for and two instances', () => {
  let database: FreshDatabase;
  let here: TestApp;
  let there: TestApp;
  beforeAll(async () => {
    database = await createDatabase({ url: inject('postgresUrl') });
    const settings = {
      AUTH_JWT_SECRET: SECRET,
      DATABASE_URL: database.url,
      REDIS_URL: inject('redisUrl'),
      KEY_PREFIX: `test-${randomUUID()}:`,
      DEMO_DATA: 'true',
    };
    [here, there] = await Promise.all([startTestApp(settings), startTestApp(settings)]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([here[Symbol.asyncDispose](), there[Symbol.asyncDispose]()]);
    await database[Symbol.asyncDispose]();
  });

  async function ask(method: string, path: string, given: { token?: string; body?: object } = {}): Promise<Response> {
    const { token, body } = given;
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    return fetch(here.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  }

  /** A session of the account of the demo data, which waits for where work is. */
  async function start(token: string): Promise<string> {
    const session_id = randomUUID();
    const body = { parent_id: demoParent(1), session_id };
    const stream = await ask('POST', '/api/streaming/matches/interactive', { token, body });
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
    return session_id;
  }

  async function ticketFor(sessionId: string, token: string): Promise<{ ticket: string; expires_at: number }> {
    const answer = await ask('POST', `${SESSIONS}/${sessionId}/ticket`, { token });
    expect(answer.status).toBe(200);
    return (await answer.json()) as { ticket: string; expires_at: number };
  }

  test('opens the stream of its session without a token, on the other instance too, again and again', async () => {
    const token = await secretToken({ sub: 'demo' });
    const sessionId = await start(token);
    const { ticket } = await ticketFor(sessionId, token);
    for (const app of [here, there, there]) {
      const leaving = new AbortController();
      const stream = await fetch(`${app.url}${SESSIONS}/${sessionId}/events?ticket=${ticket}`, leaving);
      expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
      leaving.abort();
    }
  });

  test('opens nothing else', async () => {
    const token = await secretToken({ sub: 'demo' });
    const [sessionId, other] = [await start(token), await start(token)];
    const { ticket } = await ticketFor(sessionId, token);
    const shown = `?ticket=${ticket}`;
    const asked: readonly (readonly [string, string])[] = [
      ['GET', `${SESSIONS}/${other}/events${shown}`],
      ['GET', `${SESSIONS}/${sessionId}/status${shown}`],
      ['DELETE', `${SESSIONS}/${sessionId}${shown}`],
      ['POST', `${SESSIONS}/${sessionId}/ticket${shown}`],
      ['POST', `/api/streaming/matches/interactive${shown}`],
      ['POST', `/api/streaming/interactions/respond${shown}`],
      ['POST', `/graphql${shown}`],
      ['POST', `/graphql/stream${shown}`],
    ];
    for (const [method, path] of asked) {
      const { status } = await ask(method, path, method === 'POST' ? { body: {} } : {});
      expect([method, path, status]).toEqual([method, path, 401]);
    }
    // Nor is the ticket a token.
    expect((await ask('GET', `${SESSIONS}/${sessionId}/events`, { token: ticket })).status).toBe(401);
  });

  test("is not had for another account's session, which looks like one that does not exist", async () => {
    const sessionId = await start(await secretToken({ sub: 'demo' }));
    const token = await secretToken({ sub: 'other' });
    const answers = [];
    for (const id of [sessionId, randomUUID(), '%00', '__proto__']) {
      const answer = await ask('POST', `${SESSIONS}/${id}/ticket`, { token });
      const { session_id: _id, timestamp: _at, details, ...body } = (await answer.json()) as Record<string, unknown>;
      const { request_id: _request, ...rest } = details as Record<string, unknown>;
      answers.push({ status: answer.status, ...body, ...rest });
    }
    expect(answers[0]).toMatchObject({ status: 404, error_code: 'session_not_found' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  test('ends its stream when the token that it was had by expires, and another goes on after the cursor', async () => {
    const exp = inSeconds(4);
    const sessionId = await start(await secretToken({ sub: 'demo', exp }));
    const { ticket, expires_at } = await ticketFor(sessionId, await secretToken({ sub: 'demo', exp }));
    expect(expires_at).toBe(exp * 1000);
    const events = `${SESSIONS}/${sessionId}/events`;
    const first = messagesIn(await (await fetch(`${there.url}${events}?ticket=${ticket}`)).text());
    const last = first.at(-1);
    expect(last).toMatchObject({ type: 'error', error_code: 'unauthenticated', fatal: true, sequence: 0 });
    expect(Number(last?.['timestamp'])).toBeGreaterThanOrEqual(expires_at);
    expect((await fetch(`${there.url}${events}?ticket=${ticket}`)).status).toBe(401);

    const token = await secretToken({ sub: 'demo' });
    const next = await ticketFor(sessionId, token);
    const cursor = Number(first.at(-2)?.['sequence']);
    expect(cursor).toBeGreaterThan(0);
    const url = `${there.url}${events}?ticket=${next.ticket}&last_event_id=${cursor}`;
    const rest = fetch(url).then((stream) => stream.text());
    expect((await ask('DELETE', `${SESSIONS}/${sessionId}`, { token })).status).toBe(200);
    expect(messagesIn(await rest)).toMatchObject([{ sequence: cursor + 1, error_code: 'session_cancelled' }]);
  });

  test('stands in no line of the log', async () => {
    const token = await secretToken({ sub: 'demo' });
    const sessionId = await start(token);
    const { ticket } = await ticketFor(sessionId, token);
    await ask('GET', `${SESSIONS}/${sessionId}/status?ticket=${ticket}`);
    await vi.waitFor(() => expect(here.log.lines.length).toBeGreaterThan(0));
    expect(JSON.stringify([here.log.lines, there.log.lines])).not.toContain(ticket);
  });
});
