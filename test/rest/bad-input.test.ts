import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/protocol.ts';
import { rawRequest } from '../support/raw-request.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';
import { describedRequest } from './described-request.ts';
import { type Json, messagesIn, RESPOND_PATH, START_PATH } from './open-stream.ts';
import { fits } from './schemas-support.ts';

let app: TestApp;
let port: number;
beforeAll(async () => {
  app = await startTestApp();
  port = Number(new URL(app.url).port);
});
afterAll(async () => app[Symbol.asyncDispose]());

interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly sessionId: string | null;
  readonly issues: readonly string[];
}

/** A refusal, once it was seen to have the shape, the message and the headers of an Error outside a stream. */
function refusalIn(answered: Awaited<ReturnType<typeof rawRequest>>): Refusal {
  const { status, headers } = answered;
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  const body = JSON.parse(answered.body) as Json & {
    readonly error_code: ErrorCode;
    readonly session_id: string | null;
  };
  expect(fits('Error', body)).toBe(true);
  expect(body).toMatchObject({ type: 'error', sequence: 0, fatal: true });
  const { issues } = body['details'] as { issues: { path: string; message: string }[] };
  return {
    status,
    code: body.error_code,
    sessionId: body.session_id,
    issues: issues.map(({ path, message }) => `${path} ${message}`),
  };
}

async function post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const given = { 'content-type': 'application/json', ...headers };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return describedRequest(port, { method: 'POST', path, headers: given }, text);
}

async function refused(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Refusal> {
  return refusalIn(await post(path, body, headers));
}

async function asked(
  path: string,
  options: { readonly method?: string; readonly headers?: Record<string, string> } = {},
) {
  return describedRequest(port, { path: `/api/streaming/sessions/${path}`, ...options });
}

/** A session of a demo parent that waits for the answer to its first question. */
async function waiting(parent: number): Promise<string> {
  const sessionId = randomUUID();
  const session = app.match({ parentId: demoParent(parent), sessionId });
  await session.question();
  await session.cut();
  return sessionId;
}

function answer(sessionId: string, data: unknown, changes: Json = {}): Json {
  return {
    session_id: sessionId,
    interaction_id: 'interaction_0',
    response_type: 'location_input',
    response_data: data,
    ...changes,
  };
}

const HERE = { address: 'Potsdamer Platz 1, Berlin', source: 'user_address' };
const THERE = { address: 'Alexanderplatz 1, Berlin' };

describe('a body that is none', () => {
  const cases: readonly [name: string, body: string, issue: string][] = [
    ['nothing', '', 'body must be a JSON object'],
    ['no JSON', '{"parent_id":', 'body must be a JSON object'],
    ['a list', '[]', 'body must be a JSON object'],
    ['a text', '"parent_id"', 'body must be a JSON object'],
    ['null', 'null', 'body must be a JSON object'],
  ];
  test.each(cases)('%s: 400', async (_, body, issue) => {
    for (const path of [START_PATH, RESPOND_PATH]) {
      expect(await refused(path, body)).toEqual({
        status: 400,
        code: 'invalid_request',
        sessionId: null,
        issues: [issue],
      });
    }
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'garbage', ''])(
    'of type "%s": 415',
    async (type) => {
      const { status, code } = await refused(START_PATH, { parent_id: demoParent(1) }, { 'content-type': type });
      expect([status, code]).toEqual([415, 'invalid_request']);
    },
  );

  test('of more than 64 KiB: 413', async () => {
    const body = JSON.stringify({ parent_id: demoParent(1), session_id: 'x'.repeat(65_536) });
    expect(await refused(START_PATH, body)).toMatchObject({ status: 413, issues: ['body at most 65536 bytes'] });
  });

  test('of brackets as deep as fit is refused, and the service goes on', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    for (const body of [deep, `{"parent_id":${deep}}`, `{"response_data":{"address":${deep}}}`]) {
      expect((await refused(RESPOND_PATH, body)).status).toBe(400);
    }
    expect((await rawRequest(port, { path: '/healthz' })).status).toBe(200);
  });
});

describe('a start', () => {
  const parent_id = demoParent(3);
  const limit = 'limit must be a whole number from 1 to 50';
  const distance = 'max_distance_km must be a number above 0 and at most 100 (kilometres)';
  const sessionId = 'session_id must be 8 to 128 of the characters A-Z a-z 0-9 . _ -';
  const cases: readonly [body: string, issue: string][] = [
    ['{}', 'parent_id must be a UUID'],
    ['{"parent_id":"anna"}', 'parent_id must be a UUID'],
    ['{"parent_id":7}', 'parent_id must be a UUID'],
    [`{"parent_id":"${parent_id}","limit":0}`, limit],
    [`{"parent_id":"${parent_id}","limit":51}`, limit],
    [`{"parent_id":"${parent_id}","limit":2.5}`, limit],
    [`{"parent_id":"${parent_id}","limit":"10"}`, limit],
    [`{"parent_id":"${parent_id}","limit":1e999}`, limit],
    [`{"parent_id":"${parent_id}","max_distance_km":0}`, distance],
    [`{"parent_id":"${parent_id}","max_distance_km":101}`, distance],
    [`{"parent_id":"${parent_id}","include_full_centers":"yes"}`, 'include_full_centers must be true or false'],
    [`{"parent_id":"${parent_id}","locale":"fr"}`, 'locale must be one of en, de'],
    [`{"parent_id":"${parent_id}","session_id":"short"}`, sessionId],
    [`{"parent_id":"${parent_id}","session_id":"a/../../b-long-enough"}`, sessionId],
  ];
  test.each(cases)('of %s is 400 and says where and what is allowed', async (body, issue) => {
    expect(await refused(START_PATH, body)).toMatchObject({ status: 400, code: 'invalid_request', issues: [issue] });
  });

  test('with fields that are none names each, and what the fields are', async () => {
    const rule =
      'is not a field here; the fields are parent_id, limit, max_distance_km, include_full_centers, include_explanations, locale, session_id';
    const body = `{"parent_id":"${parent_id}","maxDistanceKm":3,"__proto__":{"limit":3},"constructor":1}`;
    const { status, issues } = await refused(START_PATH, body);
    expect(status).toBe(400);
    expect(issues).toEqual([`maxDistanceKm ${rule}`, `__proto__ ${rule}`, `constructor ${rule}`]);
  });

  test('with several mistakes names every one, the cursor too, and the session that was asked for', async () => {
    const body = { parent_id: 'anna', limit: 99, extra: 1, session_id: 'some-session' };
    const { issues, sessionId: named } = await refused(START_PATH, body, { 'Last-Event-ID': 'x' });
    expect(issues.map((issue) => issue.split(' ')[0])).toEqual(['parent_id', 'limit', 'extra', 'Last-Event-ID']);
    expect(named).toBe('some-session');
  });

  test("for a parent that is not the account's is parent_not_found", async () => {
    const { status, code } = await refused(START_PATH, { parent_id: randomUUID() });
    expect([status, code]).toEqual([404, 'parent_not_found']);
  });

  test('of a session that was started with another input is session_conflict, and the first goes on', async () => {
    const id = await waiting(1);
    const other = await refused(START_PATH, { parent_id: demoParent(1), session_id: id, limit: 3 });
    expect(other).toEqual({ status: 409, code: 'session_conflict', sessionId: id, issues: [] });
    expect((await post(RESPOND_PATH, answer(id, HERE))).status).toBe(200);
  });

  test('after an event of a session that was never started is session_not_found, and starts nothing', async () => {
    const session_id = randomUUID();
    const { status, code } = await refused(START_PATH, { parent_id, session_id }, { 'Last-Event-ID': '3' });
    expect([status, code]).toEqual([404, 'session_not_found']);
    expect((await asked(`${session_id}/status`)).status).toBe(404);
  });
});

describe('a session that is unknown', () => {
  test.each([randomUUID(), 'x', 'x'.repeat(3000), '%zz', '%2E%2E%2F', '__proto__', 'a%00b'])(
    'such as %s is session_not_found by every path',
    async (id) => {
      for (const answered of [
        await asked(`${id}/status`),
        await asked(`${id}/events`),
        await asked(id, { method: 'DELETE' }),
        await post(RESPOND_PATH, answer(id, HERE)),
      ]) {
        expect(refusalIn(answered)).toMatchObject({ status: 404, code: 'session_not_found', issues: [] });
      }
    },
  );
});

describe('an answer', () => {
  const cases: readonly [name: string, change: Json, issues: readonly string[]][] = [
    ['without a session', { session_id: undefined }, ['session_id must be a text']],
    ['without a question', { interaction_id: undefined }, ['interaction_id must be a text']],
    ['to a question that is no text', { interaction_id: 0 }, ['interaction_id must be a text']],
    ['without its data', { response_data: undefined }, ['response_data must be an object']],
    ['whose data is a text', { response_data: 'Potsdamer Platz 1' }, ['response_data must be an object']],
    ['whose data is a list', { response_data: [] }, ['response_data must be an object']],
    ['whose data is null', { response_data: null }, ['response_data must be an object']],
  ];
  test.each(cases)('%s is invalid_request', async (_, change, issues) => {
    const body = answer('some-session', HERE, change);
    expect(await refused(RESPOND_PATH, body)).toMatchObject({ status: 400, code: 'invalid_request', issues });
  });

  test.each(['address', 7, undefined])('of the type %j is invalid_request', async (response_type) => {
    const refusal = await refused(RESPOND_PATH, answer('some-session', HERE, { response_type }));
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(refusal.issues).toEqual([expect.stringMatching(/^response_type .*location_input.*confirmation.*choice/u)]);
  });

  test('that does not fit is invalid_response, and the question stays open with its deadline', async () => {
    const id = await waiting(1);
    const before = JSON.parse((await asked(`${id}/status`)).body) as Json;
    for (const data of [
      {},
      { latitude: 91, longitude: 0 },
      { ...HERE, latitude: 1, longitude: 1 },
      { confirmed: true },
    ]) {
      const refusal = await refused(RESPOND_PATH, answer(id, data));
      expect(refusal).toMatchObject({ status: 422, code: 'invalid_response', sessionId: id });
      expect(refusal.issues).toEqual([expect.stringMatching(/^response_data/u)]);
    }
    const wrongType = answer(id, { declined: true }, { response_type: 'choice' });
    expect((await refused(RESPOND_PATH, wrongType)).issues).toEqual([
      'response_type must be the type of the question, location_input',
    ]);
    expect(JSON.parse((await asked(`${id}/status`)).body)).toEqual(before);
    expect((await post(RESPOND_PATH, answer(id, HERE))).status).toBe(200);
  });

  test('that says more than it may is invalid_response, whatever that is called', async () => {
    const id = await waiting(1);
    for (const name of ['place', '__proto__', 'constructor']) {
      const data = `{"declined":true,"${name}":{}}`;
      const body = JSON.stringify(answer(id, 'DATA')).replace('"DATA"', data);
      expect(await refused(RESPOND_PATH, body)).toMatchObject({ status: 422, code: 'invalid_response' });
    }
  });

  test('to a question that was not asked is interaction_not_found', async () => {
    const id = await waiting(1);
    const refusal = await refused(RESPOND_PATH, answer(id, HERE, { interaction_id: 'interaction_7' }));
    expect(refusal).toMatchObject({ status: 404, code: 'interaction_not_found', sessionId: id });
  });

  test('that is another than the one given is interaction_already_answered; the same one is a duplicate', async () => {
    const id = await waiting(1);
    const receipt = { interaction_id: 'interaction_0' };
    expect(JSON.parse((await post(RESPOND_PATH, answer(id, HERE))).body)).toEqual({ status: 'received', ...receipt });
    const same = answer(id, { address: ' Potsdamer  Platz 1,\nBerlin', source: 'other', declined: false });
    const again = await post(RESPOND_PATH, same);
    expect([again.status, JSON.parse(again.body)]).toEqual([200, { status: 'duplicate', ...receipt }]);
    expect(await refused(RESPOND_PATH, answer(id, THERE))).toMatchObject({
      status: 409,
      code: 'interaction_already_answered',
      sessionId: id,
    });
    expect(await refused(RESPOND_PATH, answer(id, {}))).toMatchObject({ status: 409 });
  });

  test('to a session that was cancelled is session_cancelled', async () => {
    const id = await waiting(1);
    expect((await asked(id, { method: 'DELETE' })).status).toBe(200);
    expect(await refused(RESPOND_PATH, answer(id, HERE))).toMatchObject({ status: 410, code: 'session_cancelled' });
  });

  test('that comes too late is user_interaction_timeout', async () => {
    await using hasty = await startTestApp({ INTERACTION_TIMEOUT_MS: '300' });
    const session = hasty.match({ parentId: demoParent(1) });
    await session.question();
    await session.error();
    const answered = await fetch(`${hasty.url}${RESPOND_PATH}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(answer(session.id, HERE)),
    });
    expect(answered.status).toBe(410);
    expect(await answered.json()).toMatchObject({ error_code: 'user_interaction_timeout', session_id: session.id });
  });
});

describe('a caller that may not', () => {
  test('use this host name is forbidden', async () => {
    const headers = { host: 'example.org' };
    const refusal = refusalIn(await asked('some-session/status', { headers }));
    expect(refusal).toMatchObject({ status: 403, code: 'forbidden', sessionId: null });
  });
});

describe('every refusal', () => {
  test('says the message of the error table, and none of what was given', async () => {
    const secret = 'Unter den Linden 1';
    const id = await waiting(1);
    for (const data of [{ address: secret, latitude: 1 }, { selected_option: { value: secret } }, { place: secret }]) {
      const { body } = await post(RESPOND_PATH, answer(id, data));
      expect(JSON.parse(body)).toMatchObject({ message: ERRORS.invalid_response.message });
      expect(body).not.toContain('Linden');
    }
    const { body } = await post(START_PATH, { parent_id: secret, limit: secret });
    expect(body).not.toContain('Linden');
    expect(JSON.stringify(app.log.lines)).not.toContain('Linden');
  });
});

describe('a cancelled session', () => {
  test('ends its stream, stays as it is, and gives 204 after its last event', async () => {
    const id = await waiting(1);
    const first = JSON.parse((await asked(id, { method: 'DELETE' })).body) as Json;
    expect(first).toMatchObject({ session_id: id, completed: true, has_results: false, pending_interaction: null });
    expect(JSON.parse((await asked(id, { method: 'DELETE' })).body)).toEqual(first);
    const messages = messagesIn((await asked(`${id}/events`)).body);
    expect(messages.at(-1)).toMatchObject({ error_code: 'session_cancelled', fatal: true });
    expect(messages.every((message) => fits('StreamMessage', message))).toBe(true);
    const last = String(first['last_sequence']);
    expect((await asked(`${id}/events?last_event_id=${last}`)).status).toBe(204);
    const again = { parent_id: demoParent(1), session_id: id };
    expect((await post(START_PATH, again, { 'Last-Event-ID': last })).status).toBe(204);
    expect((await asked(`${id}/events`, { headers: { 'last-event-id': String(Number(last) - 1) } })).status).toBe(200);
  });

  test('is read from its start by a cursor beyond it, which its log never had', async () => {
    const id = await waiting(1);
    await asked(id, { method: 'DELETE' });
    const messages = messagesIn((await asked(`${id}/events?last_event_id=999`)).body);
    expect(messages[0]).toMatchObject({ error_code: 'history_lost', sequence: 0, fatal: false });
    expect(messages[1]).toMatchObject({ sequence: 1 });
  });
});
