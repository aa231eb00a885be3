import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { newPrefix } from '../session/redis-stores.ts';
import { checkAnswer } from '../support/openapi-check.ts';
import { RestClient } from '../support/rest-client.ts';
import { parametersOf } from '../support/structured-list.ts';
import { demoParent, PATHS, startTestApp, type TestApp } from '../support/test-app.ts';
import { secretToken, SECRET } from '../support/tokens.ts';

const SMALL = {
  RATE_STARTS_PER_MINUTE: '2',
  RATE_RESPONSES_PER_MINUTE: '4',
  RATE_READS_PER_MINUTE: '6',
  WRONG_ANSWERS_PER_QUESTION: '3',
};
const START = '/api/streaming/matches/interactive';
const RESPOND = '/api/streaming/interactions/respond';

/** Who asks, and whom. */
interface Client {
  readonly url: string;
  readonly token?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends a request, and reads an answer that is no stream; of a stream no more than its head. */
async function ask({ url, token }: Client, path: string, init: RequestInit = {}): Promise<Answer> {
  const leaving = new AbortController();
  const given = new Headers(init.headers);
  if (token !== undefined) given.set('authorization', `Bearer ${token}`);
  const { status, headers, body } = await fetch(`${url}${path}`, { ...init, headers: given, signal: leaving.signal });
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  const text = isStream || body === null ? '' : await new Response(body).text();
  leaving.abort();
  return { status, headers, text };
}

async function post(through: Client, path: string, body: unknown, accept = '*/*'): Promise<Answer> {
  const headers = { 'content-type': 'application/json', accept };
  return ask(through, path, { method: 'POST', headers, body: JSON.stringify(body) });
}

const SUBSCRIBE = 'subscription ($input: MatchingSessionInput!) { matchingSession(input: $input) { __typename } }';
const subscribe = (path: string) => (through: Client) =>
  post(through, path, { query: SUBSCRIBE, variables: { input: { parentId: demoParent(3) } } }, 'text/event-stream');
const answering = { session_id: randomUUID(), interaction_id: 'interaction_0', response_type: 'confirmation' };
const RESPOND_MUTATION = `mutation { respondToInteraction(input: { sessionId: "${answering.session_id}",
  interactionId: "interaction_0", response: { decline: true } }) { __typename } }`;
const STATUS = `{ sessionStatus(sessionId: "${answering.session_id}") { __typename } }`;

/** Each way to spend a call of a kind, and how many of them there are in a minute. */
const WAYS: readonly [name: string, kind: string, quota: number, spend: (through: Client) => Promise<Answer>][] = [
  ['a start of REST', 'starts', 2, (through) => post(through, START, { parent_id: demoParent(3) })],
  ...PATHS.map((path) => [`a start at ${path}`, 'starts', 2, subscribe(path)] satisfies (typeof WAYS)[number]),
  ['a start that is no JSON', 'starts', 2, (through) => post(through, START, undefined)],
  [
    'an answer of REST',
    'responses',
    4,
    (through) => post(through, RESPOND, { ...answering, response_data: { declined: true } }),
  ],
  ['an answer of GraphQL', 'responses', 4, (through) => post(through, '/graphql', { query: RESPOND_MUTATION })],
  ['a status of REST', 'reads', 6, (through) => ask(through, `/api/streaming/sessions/${randomUUID()}/status`)],
  [
    'a ticket of REST',
    'reads',
    6,
    (through) => ask(through, `/api/streaming/sessions/${randomUUID()}/ticket`, { method: 'POST' }),
  ],
  [
    'a cancel of REST',
    'reads',
    6,
    (through) => ask(through, `/api/streaming/sessions/${randomUUID()}`, { method: 'DELETE' }),
  ],
  ['an attach of REST', 'reads', 6, (through) => ask(through, `/api/streaming/sessions/${randomUUID()}/events`)],
  ['a query of GraphQL', 'reads', 6, (through) => post(through, '/graphql', { query: STATUS })],
  ['a query by GET', 'reads', 6, (through) => ask(through, `/graphql?query=${encodeURIComponent(STATUS)}`)],
];

describe('for an account', () => {
  /** One instance for all: each test has an account of its own. */
  let app: TestApp;
  let client: Client;
  beforeAll(async () => {
    app = await startTestApp({ ...SMALL, AUTH_JWT_SECRET: SECRET });
  });
  beforeEach(async () => {
    client = { url: app.url, token: await secretToken({ sub: randomUUID() }) };
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  describe.each(WAYS)('%s', (_name, kind, quota, spend) => {
    test(`is answered as often as the rate of ${kind} allows, and says each time what is left`, async () => {
      const quotas: unknown[] = [];
      const left: unknown[] = [];
      for (let call = 0; call < quota; call += 1) {
        const { status, headers } = await spend(client);
        expect(status).not.toBe(429);
        expect(headers.get('retry-after')).toBeNull();
        quotas.push(parametersOf(headers.get('ratelimit-policy'))[kind]);
        left.push(parametersOf(headers.get('ratelimit'))[kind]?.['r']);
      }
      expect(quotas).toEqual(Array.from({ length: quota }, () => ({ q: quota, w: 60 })));
      expect(left).toEqual(Array.from({ length: quota }, (_call, number) => quota - 1 - number));
    });

    test('is refused once more than that, before the first byte, with when to come again', async () => {
      for (let call = 0; call < quota; call += 1) await spend(client);
      const { status, headers, text } = await spend(client);
      expect(status).toBe(429);
      expect(headers.get('content-type')).toMatch(/^application\/json/u);
      const wait = Number(headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(60);
      expect(parametersOf(headers.get('ratelimit-policy'))).toEqual({ [kind]: { q: quota, w: 60 } });
      expect(parametersOf(headers.get('ratelimit'))).toEqual({ [kind]: { r: 0, t: wait } });
      expect(text).toMatch(/"(?:error_code|code)":"rate_limited"/iu);
    });
  });
});

describe('what is counted', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(SMALL);
  });
  afterEach(async () => app[Symbol.asyncDispose]());

  test('is every alias of one GraphQL document; of one that asks for too much nothing is done', async () => {
    const session = app.match({ parentId: demoParent(1) });
    const question = await session.question();
    const cancels = (count: number, sessionId = 'nobody-s-session'): string =>
      Array.from({ length: count }, (_, n) => `a${n}: cancelSession(sessionId: "${sessionId}") { __typename }`).join(
        ' ',
      );
    const first = await post(app, '/graphql', { query: `mutation { ${cancels(4)} }` });
    expect(parametersOf(first.headers.get('ratelimit'))['reads']).toMatchObject({ r: 2 });
    const second = await post(app, '/graphql', { query: `mutation { ${cancels(3, session.id)} }` });
    expect(second.status).toBe(429);
    expect(JSON.parse(second.text)).not.toHaveProperty('data');
    // The session that it would have cancelled still takes its answer.
    expect(await session.answer(question, { decline: true })).toMatchObject({ __typename: 'InteractionReceipt' });
  });

  test('is each kind of one document by its own rate', async () => {
    const query = `mutation { a: cancelSession(sessionId: "nobody-s-session") { __typename } ${RESPOND_MUTATION.slice('mutation {'.length)}`;
    const { headers } = await post(app, '/graphql', { query });
    expect(parametersOf(headers.get('ratelimit'))).toMatchObject({ reads: { r: 5 }, responses: { r: 3 } });
  });

  test('is the same on both faces', async () => {
    await post(app, START, { parent_id: demoParent(3) });
    await subscribe('/graphql')(app);
    expect((await subscribe('/graphql/stream')(app)).status).toBe(429);
    expect((await post(app, START, { parent_id: demoParent(3) })).status).toBe(429);
  });

  test('is nothing that says whether the service lives, or what it can do', async () => {
    for (let call = 0; call < 10; call += 1) {
      for (const path of ['/healthz', '/readyz', '/openapi.json']) {
        const { status, headers } = await ask(app, path);
        expect(status).toBe(200);
        expect(headers.get('ratelimit')).toBeNull();
      }
    }
  });
});

describe('over two instances on one Redis', () => {
  test('a caller may start as often as one limit says', async () => {
    const shared = { ...SMALL, REDIS_URL: inject('redisUrl'), KEY_PREFIX: newPrefix() };
    await using here = await startTestApp(shared);
    await using there = await startTestApp(shared);
    const start = async (through: Client) => (await post(through, START, { parent_id: demoParent(3) })).status;
    expect([await start(here), await start(there)]).toEqual([200, 200]);
    expect([await start(here), await start(there)]).toEqual([429, 429]);
  });

  test('an account may have as many streams open as one limit says, and more when one is over', async () => {
    const shared = { MAX_STREAMS_PER_ACCOUNT: '2', REDIS_URL: inject('redisUrl'), KEY_PREFIX: newPrefix() };
    await using here = await startTestApp(shared);
    await using there = await startTestApp(shared);
    const [first, second] = [here.match({ parentId: demoParent(1) }), there.match({ parentId: demoParent(1) })];
    await Promise.all([first.question(), second.question()]);
    const events = `/api/streaming/sessions/${first.id}/events`;
    const attach = async (): Promise<number> => {
      const { status, body } = await fetch(`${there.url}${events}`);
      await body?.cancel();
      return status;
    };
    expect(await attach()).toBe(429);
    await first.cut();
    await expect.poll(attach).toBe(200);
  });

  test('a question takes as many answers that do not fit as one limit says, and no other after them', async () => {
    const shared = {
      ...SMALL,
      RATE_RESPONSES_PER_MINUTE: '100',
      REDIS_URL: inject('redisUrl'),
      KEY_PREFIX: newPrefix(),
    };
    await using here = await startTestApp(shared);
    await using there = await startTestApp(shared);
    const session = here.match({ parentId: demoParent(1) });
    const { interactionId } = await session.question();
    const given = { session_id: session.id, interaction_id: interactionId, response_type: 'location_input' };
    const send = async (through: Client, data: object) => post(through, RESPOND, { ...given, response_data: data });
    const statuses: number[] = [];
    for (const through of [here, there, here, there, here]) {
      statuses.push((await send(through, { address: '' })).status);
    }
    expect(statuses).toEqual([422, 422, 422, 429, 429]);
    const right = await send(there, { address: 'Potsdamer Platz 1, Berlin' });
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(right.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(JSON.parse(right.text)).toMatchObject({
      error_code: 'rate_limited',
      session_id: session.id,
      details: { interaction_id: interactionId },
    });
    expect(right.text).not.toContain('Potsdamer');
    checkAnswer(
      { method: 'POST', path: RESPOND },
      { status: 429, contentType: right.headers.get('content-type'), body: JSON.parse(right.text) },
    );
    expect(await there.status(session.id)).toMatchObject({ completed: false, pendingInteraction: { interactionId } });
  });
});

test('a question that had too many answers that do not fit says so to GraphQL too, and others are still answered', async () => {
  await using long = await startTestApp({ ...SMALL, RATE_RESPONSES_PER_MINUTE: '100' });
  const session = long.match({ parentId: demoParent(1) });
  const { interactionId } = await session.question();
  const query = `mutation ($input: RespondToInteractionInput!) { respondToInteraction(input: $input) {
    __typename ... on Error { errorCode } } }`;
  const send = async (sessionId: string, response: object) =>
    post(long, '/graphql', { query, variables: { input: { sessionId, interactionId, response } } });
  const wrong = { confirmation: { confirmed: true } };
  for (let count = 1; count <= 3; count += 1) {
    const { text } = await send(session.id, wrong);
    expect(JSON.parse(text)).toMatchObject({ data: { respondToInteraction: { errorCode: 'INVALID_RESPONSE' } } });
  }
  const { status, headers, text } = await send(session.id, wrong);
  expect(status).toBe(429);
  expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  expect(headers.get('retry-after')).not.toBeNull();
  const other = long.match({ parentId: demoParent(1) });
  const question = await other.question();
  expect(await other.answer(question, { decline: true })).toMatchObject({ __typename: 'InteractionReceipt' });
  expect((await new RestClient(long.url).status(session.id)).body).toMatchObject({ completed: false });
});
