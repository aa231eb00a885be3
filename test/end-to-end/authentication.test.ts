import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keyToken, KeySetServer, newKey, SECRET, secretToken } from '../support/tokens.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';

const REST = '/api/streaming';
const JSON_TYPE = { 'content-type': 'application/json' };
const EVENT =
  '__typename ... on SessionEvent { sessionId sequence } ... on Error { errorCode message errorDetails { parentId } }';
const STATUS = '__typename ... on SessionStatus { completed } ... on Error { errorCode message sequence fatal }';
const ANSWER = { location: { address: 'Potsdamer Platz 1, Berlin' } };

/** One thing that can be asked of a session or for a parent, as it is sent. */
interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** What can be asked of a session, by its id, on both faces. */
const OF_A_SESSION: readonly (readonly [string, (id: string) => Ask])[] = [
  ['GET status', (id) => ({ method: 'GET', path: `${REST}/sessions/${id}/status` })],
  ['HEAD status', (id) => ({ method: 'HEAD', path: `${REST}/sessions/${id}/status` })],
  ['GET events', (id) => ({ method: 'GET', path: `${REST}/sessions/${id}/events` })],
  ['GET events after', (id) => ({ method: 'GET', path: `${REST}/sessions/${id}/events?last_event_id=2` })],
  ['DELETE', (id) => ({ method: 'DELETE', path: `${REST}/sessions/${id}` })],
  ['POST ticket', (id) => ({ method: 'POST', path: `${REST}/sessions/${id}/ticket` })],
  ['POST respond', (id) => post('interactions/respond', respondBody(id))],
  [
    'POST respond that fits no question',
    (id) => post('interactions/respond', { ...respondBody(id), interaction_id: 'x' }),
  ],
  [
    'POST start after a cursor',
    (id) => ({
      ...post('matches/interactive', { parent_id: demoParent(7), session_id: id }),
      headers: { 'last-event-id': '2' },
    }),
  ],
  ...['/graphql', '/graphql/stream'].flatMap((path): [string, (id: string) => Ask][] => [
    [`${path} sessionStatus`, (id) => graphql(path, `{ sessionStatus(sessionId: "${id}") { ${STATUS} } }`)],
    [`${path} cancelSession`, (id) => graphql(path, `mutation { cancelSession(sessionId: "${id}") { ${STATUS} } }`)],
    [`${path} sessionEvents`, (id) => graphql(path, `subscription { sessionEvents(sessionId: "${id}") { ${EVENT} } }`)],
    [
      `${path} matchingSession after a cursor`,
      (id) =>
        graphql(
          path,
          `subscription { matchingSession(input: { parentId: "${demoParent(7)}", sessionId: "${id}" }, after: 2) { ${EVENT} } }`,
        ),
    ],
    [
      `${path} respondToInteraction`,
      (id) =>
        graphql(
          path,
          `
            mutation ($input: RespondToInteractionInput!) {
              respondToInteraction(input: $input) {
                __typename
                ... on Error {
                  errorCode
                  message
                }
              }
            }
          `,
          {
            input: { sessionId: id, interactionId: 'interaction_0', response: ANSWER },
          },
        ),
    ],
  ]),
];

/** What can be asked for a parent, in a session of this id. */
const OF_A_PARENT: readonly (readonly [string, (parent: string, id: string) => Ask])[] = [
  ['POST start', (parent, id) => post('matches/interactive', { parent_id: parent, session_id: id })],
  ...['/graphql', '/graphql/stream'].map((path): [string, (parent: string, id: string) => Ask] => [
    `${path} matchingSession`,
    (parent, id) =>
      graphql(
        path,
        `subscription { matchingSession(input: { parentId: "${parent}", sessionId: "${id}" }) { ${EVENT} } }`,
      ),
  ]),
];

function post(path: string, body: object): Ask {
  return { method: 'POST', path: `${REST}/${path}`, body };
}

function graphql(path: string, query: string, variables = {}): Ask {
  return {
    method: 'POST',
    path,
    body: { query, variables },
    headers: { accept: 'application/json, text/event-stream' },
  };
}

function respondBody(id: string) {
  return {
    session_id: id,
    interaction_id: 'interaction_0',
    response_type: 'location_input',
    response_data: { address: 'Potsdamer Platz 1, Berlin' },
  };
}

describe('two accounts', () => {
  let app: TestApp;
  let tokens: Readonly<Record<'demo' | 'other', string>>;

  beforeAll(async () => {
    app = await startTestApp({
      AUTH_JWT_SECRET: SECRET,
      RATE_READS_PER_MINUTE: '10000',
      RATE_RESPONSES_PER_MINUTE: '10000',
    });
    tokens = { demo: await secretToken({ sub: 'demo' }), other: await secretToken({ sub: 'other' }) };
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
  });

  async function send({ method, path, headers, body }: Ask, token?: string): Promise<Response> {
    return fetch(`${app.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : JSON_TYPE),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** All that a caller can tell answers apart by, but for the ids that they sent, and what no two answers share. */
  async function told(ask: Ask, token: string, ids: readonly string[]) {
    const response = await send(ask, token);
    const own = new Set(['date', 'x-request-id', 'ratelimit', 'keep-alive']);
    let text = (await response.text()).replaceAll(response.headers.get('x-request-id') ?? '-', 'REQUEST');
    for (const id of ids) text = text.replaceAll(id, 'ID');
    return {
      status: response.status,
      headers: [...response.headers].filter(([name]) => !own.has(name)),
      text: text.replaceAll(/"timestamp":\d+/gu, '"timestamp":0'),
    };
  }

  describe('with a session of demo that waits for an answer', () => {
    const id = 'demo-s-own-session';
    const nobodys = 'nobody-has-this-id';

    beforeEach(async () => {
      const start = post('matches/interactive', { parent_id: demoParent(1), session_id: id });
      await untilAsked(await send(start, tokens.demo));
    });

    test.each(OF_A_SESSION)('%s by other is as of a session that does not exist', async (_what, askOf) => {
      const [ofDemo, ofNobody] = [
        await told(askOf(id), tokens.other, [id]),
        await told(askOf(nobodys), tokens.other, [nobodys]),
      ];
      expect(ofDemo).toEqual(ofNobody);
      // Said as such: REST by its status, GraphQL as data.
      expect(`${ofDemo.status} ${ofDemo.text}`).toMatch(/^404|SESSION_NOT_FOUND/u);
      expect(ofDemo.text).not.toMatch(/demo|Berlin/u);
      const status = await send({ method: 'GET', path: `${REST}/sessions/${id}/status` }, tokens.demo);
      expect(await status.json()).toMatchObject({ completed: false, interactions_count: 1 });
    });

    test.each(OF_A_SESSION)('%s without a token is refused', async (_what, askOf) => {
      const response = await send(askOf(id));
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    });

    test('other may have a session of the same id, and the two never meet', async () => {
      const both = 'everybody-s-favourite';
      const start = (last: number) => post('matches/interactive', { parent_id: demoParent(last), session_id: both });
      await untilAsked(await send(start(1), tokens.demo));
      const others = await send(start(7), tokens.other);
      expect(others.status).toBe(200);
      await others.body?.cancel();
      const path = `${REST}/sessions/${both}`;
      const cancelled = await send({ method: 'DELETE', path }, tokens.other);
      expect(await cancelled.json()).toMatchObject({ completed: true });
      const status = await send({ method: 'GET', path: `${path}/status` }, tokens.demo);
      expect(await status.json()).toMatchObject({ completed: false, interactions_count: 1 });
    });

    test('a ticket reads its session and nothing else, and a token goes before it', async () => {
      const issued = await send({ method: 'POST', path: `${REST}/sessions/${id}/ticket` }, tokens.demo);
      const { ticket } = (await issued.json()) as { ticket: string };
      const events = (of: string, by: string): Ask => ({ method: 'GET', path: `${REST}/sessions/${of}/events?${by}` });
      const read = await send(events(id, `ticket=${ticket}`));
      expect([read.status, read.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
      await read.body?.cancel();
      const refused: readonly Ask[] = [
        events(nobodys, `ticket=${ticket}`),
        events(id, `ticket=${ticket}x`),
        events(id, `ticket=${ticket}&ticket=${ticket}`),
        events(id, 'ticket='),
        { ...events(id, `ticket=${ticket}`), method: 'HEAD' },
        { method: 'GET', path: `${REST}/sessions/${id}/status?ticket=${ticket}` },
        { method: 'DELETE', path: `${REST}/sessions/${id}?ticket=${ticket}` },
        { method: 'GET', path: `/graphql?ticket=${ticket}&query={__typename}` },
        { ...events(id, ''), headers: { authorization: `Bearer ${ticket}` } },
      ];
      for (const ask of refused) expect([ask.path, (await send(ask)).status]).toEqual([ask.path, 401]);
      expect((await send(events(id, `ticket=${ticket}`), tokens.other)).status).toBe(404);
      expect((await send(events(id, `ticket=${ticket}`), 'rubbish')).status).toBe(401);
      expect(JSON.stringify(app.log.lines)).not.toContain(ticket);
    });
  });

  test.each(OF_A_PARENT)('%s for a parent of demo is, by other, as for one that is nobody', async (_what, askOf) => {
    const [ofDemo, nobodys, id] = [demoParent(1), randomUUID(), randomUUID()];
    const one = await told(askOf(ofDemo, id), tokens.other, [ofDemo]);
    expect(one).toEqual(await told(askOf(nobodys, id), tokens.other, [nobodys]));
    expect(`${one.status} ${one.text}`).toMatch(/^404|PARENT_NOT_FOUND/u);
    const own = await send(askOf(demoParent(7), id), tokens.other);
    expect([own.status, own.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/event-stream')]);
    await own.body?.cancel();
  });
});

/** Reads a stream until somebody is asked, and leaves. */
async function untilAsked({ body }: Response): Promise<void> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; !text.includes('user_interaction');) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) throw new Error(`nobody was asked: ${text}`);
    text += value;
  }
  await reader?.cancel();
}

test('a stream ends with its token, says so, and is resumed with the next one', async () => {
  await using app = await startTestApp({ AUTH_JWT_SECRET: SECRET });
  const start = async (seconds: number, cursor?: number) => {
    const token = await secretToken({ sub: 'demo', exp: Math.ceil(Date.now() / 1000) + seconds });
    const headers = {
      ...JSON_TYPE,
      authorization: `Bearer ${token}`,
      ...(cursor === undefined ? {} : { 'last-event-id': `${cursor}` }),
    };
    const body = JSON.stringify({ parent_id: demoParent(1), session_id: 'a-session-of-demo' });
    return fetch(`${app.url}${REST}/matches/interactive`, { method: 'POST', headers, body });
  };
  const text = await (await start(2)).text();
  const messages = [...text.matchAll(/^data: (.*)$/gmu)].map(
    ([, data]) => JSON.parse(data ?? '') as Record<string, unknown>,
  );
  expect(messages.at(-1)).toMatchObject({ type: 'error', error_code: 'unauthenticated', sequence: 0, fatal: true });
  const last = Math.max(...[...text.matchAll(/^id: (\d+)$/gmu)].map(([, id]) => Number(id)));
  expect(messages).toContainEqual(expect.objectContaining({ type: 'user_interaction' }));
  const resumed = await start(60, last);
  expect(resumed.status).toBe(200);
  await resumed.body?.cancel();
});

test('tokens of a key set are taken where AUTH_JWKS_URL says', async () => {
  const key = await newKey('one', 'ES256');
  await using issuer = await KeySetServer.open(key.jwk);
  await using app = await startTestApp({ AUTH_JWKS_URL: issuer.url, AUTH_ISSUER: 'login', AUTH_AUDIENCE: 'matching' });
  const status = async (claims: object): Promise<number> => {
    const headers = { authorization: `Bearer ${await keyToken(key, { sub: 'demo', ...claims })}` };
    return (await fetch(`${app.url}${REST}/sessions/nobody-has-this-id/status`, { headers })).status;
  };
  expect(await status({ iss: 'login', aud: 'matching' })).toBe(404);
  expect(await status({ iss: 'login', aud: 'others' })).toBe(401);
});
