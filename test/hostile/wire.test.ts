import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ENTRIES, type Entry, honest } from './entries.ts';
import { CANARY, HostileInstance, outcomeOf, withoutIds, RESULTS } from './hostile-instance.ts';
import { bytesOf } from './raw-http.ts';

let instance: HostileInstance;
let session: string;
beforeAll(async () => {
  instance = await HostileInstance.start();
  session = await instance.waitingSession();
});
afterEach(() => instance.assertUnharmed());
afterAll(async () => instance[Symbol.asyncDispose]());

const ROWS = ENTRIES.map((entry) => [entry.name, entry] as const);

/** An honest request of an entry with a token, as text, where a header has been put at its head. */
function withHead(entry: Entry, head: string, connection = 'close'): string {
  const ask = entry.ask(honest(entry, session));
  const headers = [
    ['Authorization', `Bearer ${instance.tokens.demo}`],
    ...ask.headers,
    ['Connection', connection],
  ] as const;
  return bytesOf({ ...ask, headers })
    .toString('latin1')
    .replace('\r\n', `\r\n${head}\r\n`);
}

/** A second request, hidden where another party might take it for part of the first. */
const HIDDEN = `DELETE /api/streaming/sessions/x HTTP/1.1\r\nHost: ${CANARY}\r\nX-Evil: 1\r\n\r\n`;

/** Lines that nobody honest sends, and what becomes of a request that has them. */
const HEADS: readonly (readonly [string, string, string])[] = [
  ['a bare line feed', `X-A: ${CANARY}\nX-Evil: 1`, '400 invalid_request'],
  ['a bare carriage return', `X-A: ${CANARY}\rX-Evil: 1`, '400 invalid_request'],
  ['a NUL', `X-A: ${CANARY}\0`, '400 invalid_request'],
  ['a folded header', `X-A: ${CANARY}\r\n X-Evil: 1`, '400 invalid_request'],
  ['a header without a name', `: ${CANARY}`, '400 invalid_request'],
  ['a header without a colon', CANARY, '400 invalid_request'],
  ['a space before a colon', `X-A : ${CANARY}`, '400 invalid_request'],
  ['a name that is no token', `X(A): ${CANARY}`, '400 invalid_request'],
  ['two hosts', `Host: ${CANARY}`, '400 invalid_request'],
  ['a length that is none', 'Content-Length: -1', '400 invalid_request'],
  ['a length with a sign', 'Content-Length: +5', '400 invalid_request'],
  ['a length of another base', 'Content-Length: 0x5', '400 invalid_request'],
  ['a list of lengths', 'Content-Length: 5, 5', '400 invalid_request'],
  ['a length beyond all numbers', 'Content-Length: 99999999999999999999', '400 invalid_request'],
  ['an encoding that nobody knows', 'Transfer-Encoding: x', '400 invalid_request'],
  ['chunks in disguise', 'Transfer-Encoding: xchunked', '400 invalid_request'],
  ['chunks that are not the last encoding', 'Transfer-Encoding: chunked, identity', '400 invalid_request'],
  ['an expectation that nobody knows', `Expect: ${CANARY}`, '417 invalid_request'],
  ['20,000 bytes of a header', `X-A: ${CANARY}${'a'.repeat(20_000)}`, '431 invalid_request'],
  ['2,000 headers', Array.from({ length: 2000 }, (_, at) => `X-${at}: ${CANARY}`).join('\r\n'), '431 invalid_request'],
];

describe.each(HEADS)('%s', (_what, head, outcome) => {
  test.each(ROWS)('at %s is refused, once', async (_name, entry) => {
    const answer = await instance.sendBytes(withHead(entry, head), true);
    expect([outcomeOf(answer), answer.answers]).toEqual([outcome, 1]);
  });
});

/** Of the form of a host, and none: libraries that make a URL of it throw. */
const NO_HOSTS = [
  'localhost:99999',
  'localhost:65536',
  '127.0.0.1:70000',
  '[::1]:99999',
  '999.999.999.999',
  '1.2.3.4.5',
  '256.1.1.1',
  '[1::2::3]',
  '[:]',
];

describe.each(NO_HOSTS)('%s', (host) => {
  test.each(ROWS)('at %s is refused as a host', async (_name, entry) => {
    const ask = entry.ask(honest(entry, session));
    const headers = [...ask.headers.filter(([name]) => name.toLowerCase() !== 'host'), ['Host', host] as const];
    expect(outcomeOf(await instance.send({ ...ask, headers }))).toBe('400 invalid_request');
    expect(outcomeOf(await instance.send({ ...ask, headers }, { token: null }))).toBe('400 invalid_request');
  });
});

describe('headers that mean something elsewhere', () => {
  test.each(ROWS)('change nothing at %s', async (_name, entry) => {
    const id = randomUUID();
    const ask = entry.ask(honest(entry, id));
    const plain = outcomeOf(await instance.send(ask));
    for (const header of [
      ['Upgrade', 'websocket'],
      ['Upgrade', 'h2c'],
      ['X-Original-URL', '/metrics'],
      ['X-Rewrite-URL', '/metrics'],
      ['X-Forwarded-Host', CANARY],
      ['X-Forwarded-For', `${CANARY}, 127.0.0.1`],
      ['X-Forwarded-Proto', CANARY],
      ['Forwarded', `for=127.0.0.1;host=${CANARY};proto=https`],
      ['X-Request-Id', CANARY],
      ['Range', 'bytes=0-1'],
      ['If-None-Match', '*'],
      ['TE', 'trailers'],
      ['Content-Encoding', 'gzip'],
      ['Accept-Encoding', 'gzip, br'],
      ['Cookie', `session=${CANARY}`],
      ['__proto__', CANARY],
      ['constructor', CANARY],
    ] as const) {
      const answer = await instance.send({ ...ask, headers: [...ask.headers, header] });
      expect([header[0], outcomeOf(answer)]).toEqual([header[0], plain]);
      expect(answer.headers.has('content-encoding') && answer.headers.get('content-encoding') !== 'none').toBe(false);
    }
  });
});

describe('a request in a request', () => {
  test.each(ROWS)('is not taken for a second one at %s', async (_name, entry) => {
    const ask = entry.ask(honest(entry, 'nobody-has-this-id'));
    const before = [['Authorization', `Bearer ${instance.tokens.demo}`], ...ask.headers] as const;
    const length = ['Content-Length', '5'] as const;
    const chunked = ['Transfer-Encoding', 'chunked'] as const;
    const attacks = [
      { headers: [length, chunked], body: `0\r\n\r\n${HIDDEN}` },
      { headers: [chunked, length], body: `0\r\n\r\n${HIDDEN}` },
      { headers: [length, ['Content-Length', '0'] as const], body: HIDDEN },
      { headers: [chunked, chunked], body: `0\r\n\r\n${HIDDEN}` },
      { headers: [chunked], body: `zz\r\n${HIDDEN}` },
      { headers: [chunked], body: `-5\r\n${HIDDEN}` },
      { headers: [chunked], body: `5;a="\n${HIDDEN}"\r\n` },
      { headers: [chunked], body: `ffffffffffffffffff\r\n${HIDDEN}` },
    ] as const;
    for (const { headers, body } of attacks) {
      const answer = await instance.sendBytes(bytesOf({ ...ask, headers: [...before, ...headers], body }), true);
      expect([body, answer.answers]).toEqual([body, 1]);
      expect(answer.raw).not.toMatch(/x-evil/iu);
      // Refused for what it is, or for what stands before the body; never carried out.
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
  });

  test('in a body of its own length is a body', async () => {
    for (const [, entry] of ROWS) {
      const answer = await instance.send({ ...entry.ask(honest(entry, 'nobody-has-this-id')), body: HIDDEN });
      expect([entry.name, answer.answers]).toEqual([entry.name, 1]);
    }
  });
});

describe('a path', () => {
  const paths = [
    '/api/streaming/sessions/%0d%0aX-Evil:%201/status',
    '/api/streaming/sessions/%E5%98%8A%E5%98%8DX-Evil:1/status',
    '/api/streaming/sessions/..%2f..%2f..%2fetc%2fpasswd/status',
    '/api/streaming/sessions/%2e%2e/status',
    '/api/streaming/sessions/../../../metrics',
    '/api/streaming/sessions//status',
    '//evil.example/api',
    '/\\evil.example',
    '/%00',
    '/%',
    '/%ff%fe',
    '/docs/../src/main.ts',
    '/docs/static/..%2f..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '/docs//evil.example/..',
    '/.env',
    '/graphql/',
    '/graphql/stream/',
    '/GRAPHQL',
    '/graphql;a=b',
    '/metrics/',
    '/__proto__',
    '/constructor',
    `http://evil.example/${CANARY}`,
    `/${CANARY}#x`,
    '*',
    '?',
  ];
  test.each(paths)('%s leads nowhere, and is not said back', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE', 'PUT', 'TRACE', 'PROPFIND', 'M-SEARCH']) {
      const answer = await instance.sendBytes(
        `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${instance.tokens.demo}\r\nConnection: close\r\n\r\n`,
      );
      expect([method, answer.status]).toEqual([method, expect.toBeOneOf([400, 404, 405])]);
      expect(answer.headers.has('location')).toBe(false);
      expect([...answer.headers].join('\n')).not.toMatch(/evil/iu);
      expect(withoutIds(answer.body)).not.toMatch(/evil|passwd|"name": "matching/iu);
    }
  });

  test('that is right, is answered', async () => {
    const path = `/api/streaming/sessions/${session}/status`;
    expect(outcomeOf(await instance.send({ method: 'GET', path, headers: [], body: '' }))).toBe('200 ok');
  });
});

describe('a method', () => {
  test.each(['TRACE', 'CONNECT', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND', 'PURGE', 'SOURCE', 'QUERY'])(
    '%s is taken by no entry, and the headers are not said back',
    async (method) => {
      for (const [, entry] of ROWS) {
        const ask = { ...entry.ask(honest(entry, session)), method, body: '' };
        const answer = await instance.send({ ...ask, headers: [['X-A', CANARY]] });
        // A CONNECT is no request to a server that is no proxy: Node closes it without a word.
        expect([entry.name, answer.status]).toEqual([entry.name, method === 'CONNECT' ? 0 : 405]);
      }
    },
  );

  test.each([
    ['none', ' /graphql HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['one in small letters', 'get /graphql HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['of another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['of a version that is none', 'GET /graphql HTTP/9.9\r\nHost: localhost\r\n\r\n'],
    ['of HTTP/0.9', 'GET /graphql\r\n\r\n'],
    ['of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['of Redis', `*1\r\n$4\r\n${CANARY}\r\n`],
    ['of nothing but line breaks', '\r\n'.repeat(1000)],
    ['of nothing', ''],
  ])('%s is no request', async (_what, bytes) => {
    const answer = await instance.sendBytes(bytes, true);
    expect([400, 0]).toContain(answer.status);
    expect(answer.raw === '' || outcomeOf(answer) === '400 invalid_request').toBe(true);
  });
});

test('afterwards the session still waits, and an honest one works as ever', async () => {
  expect(await instance.waitFor(session)).toMatch(/"type":"user_interaction"/u);
  expect(await instance.honestSession()).toEqual(RESULTS);
});
