import * as fc from 'fast-check';
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ASKING_SESSION, startAskingService } from '../support/asking-service.ts';
import { documents } from '../support/any-document.ts';
import { startServerOver, type HttpTestServer } from '../support/http-test-server.ts';
import {
  CancelSession,
  MatchingSession,
  RespondToInteraction,
  SessionEvents,
  SessionStatus,
} from '../support/operations.ts';

type Server = Awaited<ReturnType<typeof startServerOver>>;

const PATHS = ['/graphql', '/graphql/stream'] as const;
const PARENT = '550e8400-e29b-41d4-a716-446655440001';
const LIMIT = 65_536;

/** Texts that somebody would be ill advised to take for what they look like. */
const ODD_TEXTS = [
  '',
  '\0',
  'some\0session',
  '\ud800',
  'some-session\udfff',
  '__proto__',
  'constructor',
  'toString',
  'some-session\r\nX-Header: 1\r\n\r\n',
  'some-session\n\ndata: {"type":"match_results"}\n\n',
  '\u2028\u2029\u202e',
  '../../other/asking-session',
  'asking-session:log',
  '*',
  '%00',
  'x'.repeat(30_000),
];

async function startHostile() {
  const door = await startAskingService();
  const server = await startServerOver(door.service);
  return {
    server,
    async [Symbol.asyncDispose]() {
      await server.close();
      await door[Symbol.asyncDispose]();
    },
  };
}

function post(server: Pick<HttpTestServer, 'url'>, path: string, body: string | Uint8Array<ArrayBuffer>) {
  const accept = path === '/graphql' ? 'application/json, text/event-stream' : 'text/event-stream';
  const headers = { 'content-type': 'application/json', accept };
  return fetch(`${server.url}${path}`, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
}

/** What came back: the JSON of an answer, or of every event of a stream. */
async function said(answer: Response): Promise<unknown[]> {
  const text = await answer.text();
  if (!(answer.headers.get('content-type') ?? '').startsWith('text/event-stream')) return [JSON.parse(text)];
  const frames = text.split('\n\n').filter((frame) => frame.startsWith('event: next\n'));
  return frames.map((frame) => JSON.parse(frame.replace('event: next\ndata: ', '')));
}

/** What an answer is; a stream, which may go on for as long as its session asks, is left. */
async function formOf(answer: Response): Promise<string> {
  const type = answer.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream'))
    return type.startsWith('application/json') && (await said(answer)).length === 1 ? 'JSON' : type;
  await answer.body?.cancel();
  return 'a stream';
}

async function ask(server: Server, path: string, query: string, variables: unknown): Promise<unknown[]> {
  const answer = await post(server, path, JSON.stringify({ query, variables }));
  expect(answer.status).toBe(200);
  return said(answer);
}

const failing = (server: Server): unknown[] => server.logged().filter(({ level }) => level === 'error');
const respond = (response: unknown) => ({
  input: { sessionId: ASKING_SESSION, interactionId: 'interaction_0', response },
});

describe.each(PATHS)('odd texts at %s', (path) => {
  it.each(ODD_TEXTS.map((text) => ({ text, name: JSON.stringify(text).slice(0, 40) })))(
    '$name is no session, no question and no parent, and is called so',
    async ({ text }) => {
      await using hostile = await startHostile();
      const { server } = hostile;
      const error = (errorCode: string) => ({ __typename: 'Error', errorCode, fatal: true });
      expect(await ask(server, path, print(SessionStatus), { sessionId: text })).toMatchObject([
        { data: { sessionStatus: error('SESSION_NOT_FOUND') } },
      ]);
      expect(await ask(server, path, print(CancelSession), { sessionId: text })).toMatchObject([
        { data: { cancelSession: error('SESSION_NOT_FOUND') } },
      ]);
      expect(await ask(server, path, print(SessionEvents), { sessionId: text })).toMatchObject([
        { data: { sessionEvents: error('SESSION_NOT_FOUND') } },
      ]);
      expect(
        await ask(server, path, print(MatchingSession), { input: { parentId: text, sessionId: text } }),
      ).toMatchObject([{ data: { matchingSession: error('INVALID_REQUEST') } }]);
      const answer = { input: { sessionId: ASKING_SESSION, interactionId: text, response: { decline: true } } };
      expect(await ask(server, path, print(RespondToInteraction), answer)).toMatchObject([
        { data: { respondToInteraction: error('INTERACTION_NOT_FOUND') } },
      ]);
      expect(failing(server)).toEqual([]);
    },
  );

  it.each([
    { address: '' },
    { address: '\0\r\n' },
    { address: '\ud800' },
    { address: 'x'.repeat(60_000) },
    { coordinates: { latitude: 91, longitude: 0 } },
    { coordinates: { latitude: 1e308, longitude: -1e308 } },
  ])('as a place is INVALID_RESPONSE (%#)', async (location) => {
    await using hostile = await startHostile();
    expect(await ask(hostile.server, path, print(RespondToInteraction), respond({ location }))).toMatchObject([
      { data: { respondToInteraction: { errorCode: 'INVALID_RESPONSE' } } },
    ]);
    expect(failing(hostile.server)).toEqual([]);
  });
});

describe.each(PATHS)('numbers at %s', (path) => {
  const place = '{ location: { coordinates: { latitude: 1e999, longitude: 1 } } }';
  const inDocument = (input: string): string =>
    `subscription { matchingSession(input: ${input}) { ... on Error { errorCode errorDetails { issues { path } } } } }`;
  const outOfRange = { errorCode: 'INVALID_REQUEST', errorDetails: { issues: [{ path: 'input.maxDistanceKm' }] } };

  it('beyond the finite ones are out of range in a variable and in a document', async () => {
    await using hostile = await startHostile();
    const { server } = hostile;
    const variables = `{"input":{"parentId":"${PARENT}","maxDistanceKm":1e999}}`;
    const sent = await post(
      server,
      path,
      `{"query":${JSON.stringify(print(MatchingSession))},"variables":${variables}}`,
    );
    expect(await said(sent)).toMatchObject([{ data: { matchingSession: { errorCode: 'INVALID_REQUEST' } } }]);
    for (const number of ['1e999', '-1e999', `1${'0'.repeat(400)}`]) {
      const query = inDocument(`{ parentId: "${PARENT}", maxDistanceKm: ${number} }`);
      expect(await ask(server, path, query, {})).toEqual([{ data: { matchingSession: outOfRange } }]);
    }
    const answered = `mutation { respondToInteraction(input: { sessionId: "${ASKING_SESSION}", interactionId: "interaction_0", response: ${place} }) { ... on Error { errorCode } } }`;
    expect(await ask(server, path, answered, {})).toEqual([
      { data: { respondToInteraction: { errorCode: 'INVALID_RESPONSE' } } },
    ]);
    expect(failing(server)).toEqual([]);
  });

  it.each(['NaN', 'Infinity', '-Infinity', '01', '0x1', '1.'])(
    '%s is none, in JSON or a document: 400',
    async (number) => {
      await using hostile = await startHostile();
      const { server } = hostile;
      const variables = `{"input":{"parentId":"${PARENT}","maxDistanceKm":${number}}}`;
      const bodies = [
        `{"query":${JSON.stringify(print(MatchingSession))},"variables":${variables}}`,
        JSON.stringify({ query: inDocument(`{ parentId: "${PARENT}", maxDistanceKm: ${number} }`) }),
      ];
      for (const body of bodies) {
        const answer = await post(server, path, body);
        expect(answer.status).toBe(400);
        expect(await said(answer)).toMatchObject([{ errors: [{ extensions: { code: 'INVALID_REQUEST' } }] }]);
      }
    },
  );
});

describe.each(PATHS)('keys of a prototype at %s', (path) => {
  const query = JSON.stringify(print(SessionStatus));

  it.each([
    [
      'in the variables',
      `{"query":${query},"variables":{"sessionId":"${ASKING_SESSION}","__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}}`,
    ],
    [
      'in the extensions',
      `{"query":${query},"variables":{"sessionId":"${ASKING_SESSION}"},"extensions":{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}}}}`,
    ],
  ])('%s do nothing', async (_name, body) => {
    await using hostile = await startHostile();
    const answer = await post(hostile.server, path, body);
    expect(answer.status).toBe(200);
    expect(await said(answer)).toMatchObject([{ data: { sessionStatus: { __typename: 'SessionStatus' } } }]);
    expect(Reflect.get({}, 'a')).toBeUndefined();
  });

  it.each([
    ['in place of a variable', `{"query":${query},"variables":{"__proto__":{"sessionId":"${ASKING_SESSION}"}}}`],
    ['in place of a parameter', `{"__proto__":{"query":${query}},"variables":{"sessionId":"${ASKING_SESSION}"}}`],
    ['beside the parameters', `{"query":${query},"variables":{"sessionId":"${ASKING_SESSION}"},"constructor":{"a":1}}`],
  ])('%s are none of it: 400', async (_name, body) => {
    await using hostile = await startHostile();
    const answer = await post(hostile.server, path, body);
    expect(answer.status).toBe(400);
    expect(await said(answer)).toMatchObject([{ errors: [{ extensions: { code: 'INVALID_REQUEST' } }] }]);
  });
});

describe.each([...PATHS, '/api/streaming/matches/interactive', '/api/streaming/interactions/respond'])(
  'a body at %s',
  (path) => {
    it.each([
      ['of 64 KiB is read', LIMIT, 400],
      ['of one byte more is not', LIMIT + 1, 413],
      ['of a megabyte is not', 1_000_000, 413],
    ])('%s', async (_name, bytes, status) => {
      await using hostile = await startHostile();
      const answer = await post(hostile.server, path, `"${'x'.repeat(bytes - 2)}"`);
      expect(answer.status).toBe(status);
      expect(await answer.json()).toEqual(expect.anything());
    });
  },
);

describe.each(PATHS)('JSON at %s', (path) => {
  const levels = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const body = (deep: string): string => `{"query":"{ __typename }","variables":{"unused":${deep}}}`;

  it('may be nested as deep as it says, and no deeper', async () => {
    await using hostile = await startHostile();
    expect((await post(hostile.server, path, body(levels(30)))).status).toBe(200);
    expect((await post(hostile.server, path, body(levels(31)))).status).toBe(400);
  });

  it.each([
    ['variables', body(levels(10_000))],
    ['extensions', `{"query":"{ __typename }","extensions":{"a":${levels(10_000)}}}`],
    ['objects', body(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)],
    ['the whole', levels(30_000)],
  ])('of ten thousand levels is 400: %s', async (_name, deep) => {
    await using hostile = await startHostile();
    const answer = await post(hostile.server, path, deep);
    expect(answer.status).toBe(400);
    expect(await said(answer)).toMatchObject([{ errors: [{ extensions: { code: 'INVALID_REQUEST' } }] }]);
    expect(failing(hostile.server)).toEqual([]);
  });
});

describe('whatever comes', () => {
  const oddText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...ODD_TEXTS, ASKING_SESSION, PARENT));
  const oddValue = fc.oneof(
    oddText,
    fc.double(),
    fc.constantFrom(null, true, 1e308, -0),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const names = [
    'sessionId',
    'parentId',
    'limit',
    'maxDistanceKm',
    'locale',
    'interactionId',
    'response',
    '__proto__',
    'constructor',
  ];
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      oddValue,
      fc.dictionary(
        fc.constantFrom(...names, 'location', 'address', 'coordinates', 'latitude', 'choice', 'decline'),
        tie('tree'),
      ),
    ),
  }));
  const known = [MatchingSession, SessionEvents, RespondToInteraction, SessionStatus, CancelSession].map((one) =>
    print(one),
  );
  const query = fc.oneof(
    fc.constantFrom(...known),
    documents(),
    oddText,
    // A document with something cut out of it, or put into it.
    fc
      .tuple(fc.constantFrom(...known), fc.nat(500), fc.nat(20), oddText)
      .map(([text, at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone)),
  );
  const variables = fc.oneof(
    fc.record({ sessionId: oddValue, input: tree, after: oddValue }, { requiredKeys: [] }),
    tree,
  );
  const body = fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .record({ query, variables, operationName: oddValue, extensions: tree }, { requiredKeys: ['query'] })
        .map((one) => JSON.stringify(one)),
    },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }) },
  );

  it.each(PATHS)(
    '%s answers with JSON or a stream, with no status of 500 or more, and logs no fault',
    { timeout: 60_000 },
    async (path) => {
      await using hostile = await startHostile();
      const { server } = hostile;
      await fc.assert(
        fc.asyncProperty(body, async (sent) => {
          const answer = await post(server, path, typeof sent === 'string' ? sent : new Uint8Array(sent));
          expect(answer.status).toBeLessThan(500);
          expect(await formOf(answer)).toMatch(/^(JSON|a stream)$/u);
          expect(failing(server)).toEqual([]);
        }),
        { numRuns: 200 },
      );
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    },
  );

  it.each(PATHS)('the same is so of a query string at %s', { timeout: 60_000 }, async (path) => {
    await using hostile = await startHostile();
    const { server } = hostile;
    const name = fc.constantFrom('query', 'variables', 'extensions', 'operationName', 'token', '__proto__', 'query[]');
    const search = fc.array(fc.tuple(name, fc.oneof(query, fc.json(), oddText)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(search, async (parameters) => {
        const sent = parameters.map(
          ([key, value]) => `${key}=${encodeURIComponent(value.toWellFormed().slice(0, 1000))}`,
        );
        const headers = { accept: 'application/json, text/event-stream' };
        const signal = AbortSignal.timeout(10_000);
        const answer = await fetch(`${server.url}${path}?${sent.join('&')}`, { headers, signal });
        expect(answer.status).toBeLessThan(500);
        expect(await formOf(answer)).toMatch(/^(JSON|a stream)$/u);
        expect(failing(server)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe.each(PATHS)('a place at %s', (path) => {
  const PLACE = 'Kanarienweg 7, 10115 Berlin';
  const inQuotes = JSON.stringify(PLACE);

  it.each([
    ['no request', inQuotes],
    ['no JSON', `{"query":${inQuotes}`],
    ['a parameter', `{"query":"{ __typename }",${inQuotes}:1}`],
    ['an operation', `{"query":"{ __typename }","operationName":${inQuotes}}`],
    ['a document', `{"query":${inQuotes}}`],
    ['the variables', `{"query":"{ __typename }","variables":${inQuotes}}`],
    [
      'a key of an answer',
      JSON.stringify({ query: print(RespondToInteraction), variables: respond({ [PLACE]: true }) }),
    ],
    [
      'a number',
      JSON.stringify({ query: print(SessionEvents), variables: { sessionId: ASKING_SESSION, after: PLACE } }),
    ],
    [
      'an answer of two kinds',
      JSON.stringify({
        query: print(RespondToInteraction),
        variables: respond({ location: { address: PLACE }, decline: true }),
      }),
    ],
    [
      'coordinates',
      JSON.stringify({
        query: print(RespondToInteraction),
        variables: respond({ location: { coordinates: { latitude: PLACE, longitude: PLACE } } }),
      }),
    ],
    [
      'an object in a document',
      JSON.stringify({
        query: `mutation { respondToInteraction(input: { sessionId: "s", interactionId: "i", response: ${inQuotes} }) { __typename } }`,
      }),
    ],
  ])('that is sent as %s is refused, and said neither to the caller nor to the log', async (_name, body) => {
    await using hostile = await startHostile();
    const answer = await post(hostile.server, path, body);
    expect(answer.status).toBe(400);
    expect((await answer.text()) + hostile.server.logText()).not.toMatch(/Kanarien|10115/u);
  });
});
