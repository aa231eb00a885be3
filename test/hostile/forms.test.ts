import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ENTRIES, honest } from './entries.ts';
import { CANARY, HostileInstance, outcomeOf, RESULTS } from './hostile-instance.ts';
import type { Answer } from './raw-http.ts';

let instance: HostileInstance;
let session: string;
beforeAll(async () => {
  instance = await HostileInstance.start();
  session = await instance.waitingSession();
});
afterEach(() => instance.assertUnharmed());
afterAll(async () => instance[Symbol.asyncDispose]());

const ROWS = ENTRIES.map((entry) => [entry.name, entry] as const);

/** Where a page of another site may be from, as a browser says it and as somebody might hope that it passes. */
const FOREIGN = [
  'https://evil.example',
  'null',
  'http://localhost.evil.example',
  'http://localhost:1',
  'https://localhost',
  'http://evil.example/localhost',
  'http://localhost@evil.example',
  'http://LOCALHOST',
  'http://127.0.0.1',
  'file://',
  'chrome-extension://abcdef',
  '',
  '*',
  `http://${CANARY}`,
  'http://localhost\x00',
  'http://localhost, https://evil.example',
];

/** Nothing in it lets a page of another site read it, or send what it could not without. */
function expectNothingShared({ headers }: Answer): void {
  expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
}

describe.each(FOREIGN.map((origin) => [JSON.stringify(origin), origin] as const))('a page of %s', (_text, origin) => {
  test.each(ROWS)('gets nothing from %s, with a token or without, nor by a preflight', async (_name, entry) => {
    const ask = entry.ask(honest(entry, session));
    const headers = [...ask.headers, ['Origin', origin] as const];
    // A NUL is in no header: what has one is no request.
    const outcome = origin.includes('\0') ? '400 invalid_request' : '403 forbidden';
    for (const token of [instance.tokens.demo, null]) {
      const answer = await instance.send({ ...ask, headers }, { token });
      expect(outcomeOf(answer)).toBe(outcome);
      expectNothingShared(answer);
    }
    const asking = [
      ['Access-Control-Request-Method', ask.method] as const,
      ['Access-Control-Request-Headers', 'authorization'] as const,
    ];
    const preflight = { ...ask, method: 'OPTIONS', headers: [['Origin', origin] as const, ...asking], body: '' };
    const answer = await instance.send(preflight, { token: null });
    expect(outcomeOf(answer)).toBe(outcome);
    expectNothingShared(answer);
  });
});

/** What a form of a browser sends, and the types that need no preflight; and others that are no JSON, or say so twice. */
const FORM_TYPES = [
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'text/plain;charset=UTF-8',
  'text/plain; application/json',
  'application/jsonx',
  'text/json',
  'application/graphql',
  'application/json, text/plain',
  'application/x-www-form-urlencoded; application/json',
  '',
];

describe.each(FORM_TYPES)('a form of type "%s"', (type) => {
  const WITH_BODY = ROWS.filter(([, entry]) => entry.ask(honest(entry, '')).body !== '');

  test.each(WITH_BODY)('of another site is refused by %s for where it comes from', async (_name, entry) => {
    const ask = entry.ask(honest(entry, randomUUID()));
    const headers = [
      ['Content-Type', type],
      ['Origin', 'https://evil.example'],
      ['Sec-Fetch-Site', 'cross-site'],
    ] as const;
    expect(outcomeOf(await instance.send({ ...ask, headers }, { token: null }))).toBe('403 forbidden');
  });

  test.each(WITH_BODY)(
    'from nowhere is refused by %s without a token, and for its type with one',
    async (_name, entry) => {
      const id = randomUUID();
      const ask = entry.ask(honest(entry, id));
      const headers = [...ask.headers.filter(([name]) => name !== 'Content-Type'), ['Content-Type', type] as const];
      expect(outcomeOf(await instance.send({ ...ask, headers }, { token: null }))).toBe('401 unauthenticated');
      expect(outcomeOf(await instance.send({ ...ask, headers }))).toBe('415 invalid_request');
      const form = {
        ...ask,
        headers,
        body: new URLSearchParams({ query: String(ask.body), operations: String(ask.body) }).toString(),
      };
      expect(outcomeOf(await instance.send(form))).toBe('415 invalid_request');
      const status = { method: 'GET', path: `/api/streaming/sessions/${id}/status`, headers: [], body: '' };
      expect(outcomeOf(await instance.send(status))).toBe('404 session_not_found');
    },
  );
});

test.each(ROWS)(
  'what a page of another site embeds or fetches without an Origin gets nothing from %s',
  async (_name, entry) => {
    const ask = entry.ask(honest(entry, session));
    for (const site of ['cross-site', 'same-site']) {
      for (const more of [
        [],
        [
          ['Sec-Fetch-Mode', 'no-cors'],
          ['Sec-Fetch-Dest', 'image'],
        ],
        [
          ['Sec-Fetch-Mode', 'navigate'],
          ['Sec-Fetch-Dest', 'iframe'],
        ],
      ] as const) {
        const headers = [...ask.headers, ['Sec-Fetch-Site', site] as const, ...more];
        const answer = await instance.send({ ...ask, headers });
        expect(outcomeOf(answer)).toBe('403 forbidden');
        expectNothingShared(answer);
      }
    }
  },
);

/** Those that start, answer, cancel or issue something. */
const CHANGING = ROWS.filter(([, { operation }]) => /^(?:start|respond|cancel|issue|matching)/u.test(operation));

describe('by GET or HEAD, whatever method headers or fields name,', () => {
  test.each(CHANGING)('nothing is done by %s', async (_name, entry) => {
    const id = entry.codes.parent === undefined ? session : randomUUID();
    const ask = entry.ask(honest(entry, id));
    const override = [
      ['X-HTTP-Method-Override', ask.method],
      ['X-Method-Override', ask.method],
    ] as const;
    for (const method of ['GET', 'HEAD']) {
      const path = `${ask.path}?${entry.face === 'REST' ? `_method=${ask.method}` : queryOf(String(ask.body))}`;
      const { status } = await instance.send({ method, path, headers: [...override, ['Accept', '*/*']], body: '' });
      expect([method, status]).toEqual([method, 405]);
    }
    const status = { method: 'GET', path: `/api/streaming/sessions/${id}/status`, headers: [], body: '' };
    const { body } = await instance.send(status);
    expect(body).toMatch(id === session ? /"completed":false,"interactions_count":1/u : /session_not_found/u);
  });
});

/** The same GraphQL request as a link has it. */
function queryOf(body: string): string {
  const { query, variables } = JSON.parse(body) as { query: string; variables: object };
  return new URLSearchParams({
    query: query.replaceAll(/\s+/gu, ' '),
    variables: JSON.stringify(variables),
  }).toString();
}

test('afterwards the session still waits, and an honest one works as ever', async () => {
  expect(await instance.waitFor(session)).toMatch(/"type":"user_interaction"/u);
  expect(await instance.honestSession()).toEqual(RESULTS);
});
