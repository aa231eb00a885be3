import { describe, expect, test, vi } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { startHttpTestServer, type HttpTestServer } from '../support/http-test-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { rawRequest } from '../support/raw-request.ts';
import { sampleUpdate } from '../support/sample-events.ts';
import { describedRequest } from './described-request.ts';
import { EVENTS_PATH, openStream, PARENT_ID, RESPOND_PATH, START_PATH, STREAMS } from './open-stream.ts';

const SESSION = '/api/streaming/sessions/some-session';
const JSON_TYPE = { 'content-type': 'application/json' };

function post(server: HttpTestServer, path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) {
  return describedRequest(server.port, { method: 'POST', path, headers }, JSON.stringify(body));
}

const ANSWER = {
  session_id: 'some-session',
  interaction_id: 'interaction_0',
  response_type: 'location_input',
  response_data: { address: 'Am Park 1', source: 'user_address' },
};

describe('a request comes to the session service', () => {
  test('to start, with every field by its own name', async () => {
    await using server = await startHttpTestServer();
    const stream = openStream(server, { method: 'POST', path: START_PATH });
    await stream.answered;
    stream.leave();
    const limits = { limit: 3, max_distance_km: 2.5, include_full_centers: true, include_explanations: false };
    server.service.refuse('session_conflict');
    await post(server, START_PATH, { parent_id: PARENT_ID, ...limits, locale: 'de', session_id: 'my-session' });
    expect(server.service.calls).toEqual([
      {
        verb: 'start',
        account: 'demo',
        args: [
          {
            parentId: PARENT_ID,
            limit: 10,
            maxDistanceKm: 15,
            includeFullCenters: false,
            includeExplanations: true,
            locale: 'en',
            sessionId: null,
          },
          null,
        ],
      },
      {
        verb: 'start',
        account: 'demo',
        args: [
          {
            parentId: PARENT_ID,
            limit: 3,
            maxDistanceKm: 2.5,
            includeFullCenters: true,
            includeExplanations: false,
            locale: 'de',
            sessionId: 'my-session',
          },
          null,
        ],
      },
    ]);
  });

  test('to answer, with what the caller takes the question for', async () => {
    await using server = await startHttpTestServer();
    const { status, body, headers } = await post(server, RESPOND_PATH, ANSWER);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
    ]);
    expect(JSON.parse(body)).toEqual({ status: 'received', interaction_id: 'interaction_0' });
    expect(server.service.calls).toEqual([
      {
        verb: 'respond',
        account: 'demo',
        args: [
          {
            sessionId: 'some-session',
            interactionId: 'interaction_0',
            responseType: 'location_input',
            response: { location: { address: 'Am Park 1' } },
          },
        ],
      },
    ]);
  });

  test('to answer, whatever cursor comes with it, which is for streams', async () => {
    await using server = await startHttpTestServer();
    const headers = { ...JSON_TYPE, 'last-event-id': 'garbage' };
    expect((await post(server, RESPOND_PATH, ANSWER, headers)).status).toBe(200);
  });

  test('to look at a session and to end one, for the account that asks', async () => {
    await using server = await startHttpTestServer({
      authenticate: (req) => ({ account: String(req.headers.authorization), expiresAt: null }),
    });
    const headers = { authorization: 'anna' };
    const status = await describedRequest(server.port, { path: `${SESSION}/status`, headers });
    const cancelled = await describedRequest(server.port, { path: SESSION, method: 'DELETE', headers });
    expect([status.status, cancelled.status]).toEqual([200, 200]);
    expect(JSON.parse(status.body)).toMatchObject({ session_id: 'session-of-a-test', progress: 0 });
    expect(server.service.calls).toEqual([
      { verb: 'status', account: 'anna', args: ['some-session'] },
      { verb: 'cancel', account: 'anna', args: ['some-session'] },
    ]);
  });

  test('with an id of any length and any characters, for the service to know it or not', async () => {
    await using server = await startHttpTestServer();
    for (const id of ['x'.repeat(5000), 'a%2Fb', '%zz', '%E4', 'caf%C3%A9', '..%2f..', 'a;b', '']) {
      await rawRequest(server.port, { path: `/api/streaming/sessions/${id}/status` });
    }
    expect(server.service.calls.map(({ args }) => args[0])).toEqual([
      'x'.repeat(5000),
      'a/b',
      '%zz',
      '%E4',
      'café',
      '../..',
      'a;b',
      '',
    ]);
  });

  test('by HEAD as by GET, where that is no stream', async () => {
    await using server = await startHttpTestServer();
    const answer = await rawRequest(server.port, { path: `${SESSION}/status`, method: 'HEAD' });
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(100);
  });

  test('to end a session whatever stands in the body, which is not read', async () => {
    await using server = await startHttpTestServer();
    const headers = { 'content-type': 'text/plain', 'content-length': 8 };
    const answer = await describedRequest(server.port, { path: SESSION, method: 'DELETE', headers }, 'anything');
    expect(answer.status).toBe(200);
  });

  test('to end a session, but not with more than 64 KiB in the body', async () => {
    await using server = await startHttpTestServer();
    const body = 'x'.repeat(65_537);
    const headers = { 'content-length': body.length };
    const answer = await describedRequest(server.port, { path: SESSION, method: 'DELETE', headers }, body);
    expect([answer.status, server.service.calls]).toEqual([413, []]);
  });
});

describe.each(STREAMS)('the cursor of %s %s', (method, path) => {
  test.each<[string, Record<string, string>, number | null]>([
    ['', {}, null],
    ['', { 'last-event-id': '0' }, 0],
    ['', { 'last-event-id': '7' }, 7],
    ['', { 'last-event-id': '2147483647' }, 2_147_483_647],
    ['?last_event_id=5', {}, 5],
    ['?last_event_id=5', { 'last-event-id': '7' }, 7],
    ['?last_event_id=none&x=1', { 'last-event-id': '7' }, 7],
  ])('in "%s" with %j is %j', async (query, headers, after) => {
    await using server = await startHttpTestServer();
    const stream = openStream(server, { method, path: path + query, headers });
    expect((await stream.answered).status).toBe(200);
    expect(server.service.calls[0]?.args[1]).toBe(after);
    stream.leave();
  });

  const garbage = ['', '-1', '1.5', '+1', '1e3', '0x1', ' ', 'abc', '١', '2147483648', '9'.repeat(400), '1,2'];
  test.each(garbage)('of "%s" is 400 and says where', async (given) => {
    await using server = await startHttpTestServer();
    const issue = { message: 'must be a whole number from 0 to 2147483647, in decimal digits' };
    const query = openStream(server, { method, path: `${path}?last_event_id=${encodeURIComponent(given)}` });
    expect((await query.answered).status).toBe(400);
    await query.over;
    expect(JSON.parse(query.text())).toMatchObject({
      error_code: 'invalid_request',
      details: { issues: [{ path: 'last_event_id', ...issue }] },
    });
    if (!/^[\x20-\x7E]*$/u.test(given)) return;
    const header = openStream(server, { method, path, headers: { 'last-event-id': given } });
    expect((await header.answered).status).toBe(400);
    await header.over;
    expect(JSON.parse(header.text())).toMatchObject({ details: { issues: [{ path: 'Last-Event-ID', ...issue }] } });
    expect(server.service.calls).toEqual([]);
  });

  test('given twice is 400', async () => {
    await using server = await startHttpTestServer();
    const stream = openStream(server, { method, path: `${path}?last_event_id=1&last_event_id=2` });
    expect((await stream.answered).status).toBe(400);
  });

  test('after the last event of an ended session gets 204, which stops an EventSource', async () => {
    await using server = await startHttpTestServer();
    server.service.isOver = true;
    const stream = openStream(server, { method, path, headers: { 'last-event-id': '9' } });
    const { status, headers } = await stream.answered;
    expect([status, headers['content-type']]).toEqual([204, undefined]);
    await stream.over;
    expect(stream.text()).toBe('');
    expect(server.service.feed.openReaders).toBe(0);
  });
});

describe('a store that is away', () => {
  const away = new SessionFailure('unavailable', { retryAfterMs: 1500 });

  test('is asked again by GET events, which EventSource would not do, and the stream begins', async () => {
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock });
    server.service.failWith(away);
    server.service.feed.push(sampleUpdate(1));
    const stream = openStream(server, { method: 'GET', path: EVENTS_PATH });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await clock.pass(9000);
    server.service.before = () => undefined;
    await clock.pass(500);
    expect((await stream.answered).status).toBe(200);
    await vi.waitFor(() => expect(stream.messages()).toHaveLength(1));
    expect(server.service.calls).toHaveLength(20);
    stream.leave();
  });

  test('is given up after 10 s, with 503 and when to try again', async () => {
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock });
    server.service.failWith(away);
    const stream = openStream(server, { method: 'GET', path: EVENTS_PATH });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await clock.pass(10_000);
    const { status, headers } = await stream.answered;
    await stream.over;
    expect([status, headers['retry-after']]).toEqual([503, '2']);
    expect(JSON.parse(stream.text())).toMatchObject({
      error_code: 'unavailable',
      session_id: 'some-session',
      details: { retry_after_ms: 1500 },
    });
    expect(clock.pending).toBe(0);
  });

  test('is not asked on when the reader has left, or the server closes', async () => {
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock });
    server.service.failWith(away);
    const left = openStream(server, { method: 'GET', path: EVENTS_PATH });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    left.leave();
    await vi.waitFor(() => expect(clock.pending).toBe(0));
    const waiting = openStream(server, { method: 'GET', path: EVENTS_PATH });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    const closed = server.close();
    expect((await waiting.answered).status).toBe(503);
    await closed;
  });

  test('any other failure is said at once', async () => {
    await using server = await startHttpTestServer();
    server.service.refuse('session_not_found');
    expect((await describedRequest(server.port, { path: EVENTS_PATH })).status).toBe(404);
    expect(server.service.calls).toHaveLength(1);
  });

  test('is 503 at once for a start, which its caller can send again', async () => {
    await using server = await startHttpTestServer();
    server.service.failWith(away);
    const { status, headers } = await post(server, START_PATH, { parent_id: PARENT_ID });
    expect([status, headers['retry-after'], server.service.calls.length]).toEqual([503, '2', 1]);
  });
});

describe('a path', () => {
  test.each([
    ['PUT', START_PATH, 'POST', null],
    ['GET', START_PATH, 'POST', null],
    ['DELETE', RESPOND_PATH, 'POST', null],
    ['OPTIONS', RESPOND_PATH, 'POST', null],
    ['POST', `${SESSION}/status`, 'GET, HEAD', 'some-session'],
    ['PROPFIND', `${SESSION}/status`, 'GET, HEAD', 'some-session'],
    ['POST', EVENTS_PATH, 'GET', 'some-session'],
    ['QUERY', EVENTS_PATH, 'GET', 'some-session'],
    ['GET', SESSION, 'DELETE', 'some-session'],
    ['POST', '/openapi.json', 'GET, HEAD', null],
    ['POST', '/docs/', 'GET, HEAD', null],
  ])('that does not take %s (%s) says that it takes %s', async (method, path, allow, sessionId) => {
    await using server = await startHttpTestServer();
    const headers = method === 'GET' ? {} : { 'content-type': 'text/plain', 'content-length': 1 };
    const answer = await rawRequest(server.port, { method, path, headers }, method === 'GET' ? undefined : 'x');
    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
    expect(JSON.parse(answer.body)).toMatchObject({
      type: 'error',
      error_code: 'invalid_request',
      message: `This path takes ${allow} only.`,
      session_id: sessionId,
    });
  });

  test('that is a stream is not taken by HEAD', async () => {
    await using server = await startHttpTestServer();
    const answer = await rawRequest(server.port, { method: 'HEAD', path: EVENTS_PATH });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET']);
  });

  test.each([
    ['GET', '/api/streaming'],
    ['GET', '/api/streaming/'],
    ['POST', '/api/streaming/nothing'],
    ['POST', `${START_PATH}/`],
    ['GET', `${SESSION}/`],
    ['GET', `${SESSION}/nothing`],
    ['GET', '/docs/nothing'],
    ['GET', '/docs/static/nothing'],
    ['GET', '/docs/static/../../../../package.json'],
    ['GET', '/docs/static/%2e%2e/%2e%2e/package.json'],
    ['GET', '/docsx'],
    ['GET', '/openapi.json/'],
  ])('that is nothing (%s %s) is 404', async (method, path) => {
    await using server = await startHttpTestServer();
    // A body that would be refused elsewhere.
    const answer = await rawRequest(
      server.port,
      { method, path, headers: JSON_TYPE },
      method === 'GET' ? undefined : '{',
    );
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(server.service.calls).toEqual([]);
  });
});

describe('what REST does not answer itself', () => {
  test('an unknown cause is 500 under an id that the log has too, and names the session', async () => {
    await using server = await startHttpTestServer();
    server.service.failWith(new Error('Hauptstr 5'));
    for (const answer of [
      await describedRequest(server.port, { path: `${SESSION}/status` }),
      await describedRequest(server.port, { path: EVENTS_PATH }),
      await post(server, START_PATH, { parent_id: PARENT_ID, session_id: 'some-session' }),
      await post(server, RESPOND_PATH, ANSWER),
    ]) {
      expect(answer.status).toBe(500);
      expect(JSON.parse(answer.body)).toMatchObject({ error_code: 'processing_error', session_id: 'some-session' });
      const ids = server.logged().flatMap(({ errorId }) => (typeof errorId === 'string' ? [errorId] : []));
      expect(ids.filter((id) => answer.body.includes(id))).toHaveLength(1);
      expect(answer.body + server.logText()).not.toContain('Hauptstr');
    }
  });

  test('a caller without an account is told so before anything of the request is looked at', async () => {
    await using server = await startHttpTestServer({
      authenticate: () => Promise.reject(new SessionFailure('unauthenticated')),
    });
    for (const path of [START_PATH, '/api/streaming/nothing']) {
      const answer = await rawRequest(server.port, { method: 'POST', path, headers: JSON_TYPE }, '7');
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      expect(JSON.parse(answer.body)).toMatchObject({ error_code: 'unauthenticated', session_id: null });
    }
    expect((await rawRequest(server.port, { path: '/openapi.json' })).status).toBe(200);
    expect((await rawRequest(server.port, { path: '/docs' })).status).toBe(200);
  });

  test('a failure of the service has the status and the wait of the error table', async () => {
    await using server = await startHttpTestServer();
    server.service.refuse('rate_limited', { retryAfterMs: 2100 });
    const answer = await post(server, RESPOND_PATH, ANSWER);
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '3']);
    expect(JSON.parse(answer.body)).toMatchObject({
      session_id: 'some-session',
      sequence: 0,
      fatal: true,
      details: { retry_after_ms: 2100 },
    });
  });

  test('an answer that was given in time but not in the log says why: 410', async () => {
    await using server = await startHttpTestServer();
    for (const code of ['user_interaction_timeout', 'session_cancelled'] as const) {
      server.service.refuse(code, { interactionId: 'interaction_0' });
      const answer = await post(server, RESPOND_PATH, ANSWER);
      expect(answer.status).toBe(410);
      expect(JSON.parse(answer.body)).toMatchObject({ error_code: code, details: { interaction_id: 'interaction_0' } });
    }
  });
});
