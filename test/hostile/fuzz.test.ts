import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ENTRIES, honest } from './entries.ts';
import { CANARY, HostileInstance, RESULTS } from './hostile-instance.ts';
import { HOSTILE_TEXTS } from './texts.ts';

let instance: HostileInstance;
let session: string;
beforeAll(async () => {
  instance = await HostileInstance.start();
  session = await instance.waitingSession();
});
afterEach(() => instance.assertUnharmed());
afterAll(async () => instance[Symbol.asyncDispose]());

const oddText = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS.map(({ text }) => text.slice(0, 2000))),
  fc.string({ unit: 'binary', maxLength: 50 }),
);

const paths = [
  '/',
  '/graphql',
  '/graphql/stream',
  '/api/streaming/matches/interactive',
  '/api/streaming/interactions/respond',
  '/api/streaming/sessions/nobody-has-this-id/events',
  '/api/streaming/sessions/nobody-has-this-id',
  '/docs/',
  '/docs/static/index.css',
  '/openapi.json',
  '/healthz',
  '/metrics',
] as const;

/** A text with a piece taken out of it, and another one put in. */
function changed(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.nat(2000), fc.nat(20), oddText).map(([whole, at, gone, put]) => {
    const from = at % (whole.length + 1);
    return whole.slice(0, from) + put + whole.slice(from + gone);
  });
}

const method = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PUT', 'TRACE', 'QUERY') },
  { weight: 1, arbitrary: fc.string({ maxLength: 10 }) },
);
const path = fc.oneof(
  fc.constantFrom(...paths),
  changed(fc.constantFrom(...paths)),
  oddText.map((text) => `/${encodeURI(text.toWellFormed())}`),
);
const names = fc.constantFrom(
  'Accept',
  'Content-Type',
  'Content-Length',
  'Transfer-Encoding',
  'Content-Encoding',
  'Expect',
  'Origin',
  'Host',
  'Last-Event-ID',
  'Authorization',
  'Connection',
  'Upgrade',
  'Range',
  'Cookie',
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'Sec-Fetch-Site',
  '__proto__',
);
const values = fc.constantFrom(
  'application/json',
  'text/event-stream',
  'application/json; charset=utf-16',
  '*/*',
  '0',
  '5',
  '100000',
  'chunked',
  'gzip',
  '100-continue',
  'null',
  'http://localhost',
  'localhost',
  'keep-alive',
  'websocket',
  'bytes=0-5',
  'cross-site',
  '::1',
  CANARY,
);
const header = fc.tuple(
  fc.oneof({ weight: 9, arbitrary: names }, { weight: 1, arbitrary: oddText }),
  fc.oneof({ weight: 3, arbitrary: values }, { weight: 1, arbitrary: oddText }),
);

const body = fc.oneof(
  fc.constant(''),
  fc.json(),
  oddText,
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  changed(fc.constantFrom(...ENTRIES.map((entry) => String(entry.ask(honest(entry, 'nobody-has-this-id')).body)))),
);

/** A whole request, put together from pieces that are right, wrong and mad. */
const madeUp = fc
  .record({
    method,
    path,
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0'),
    headers: fc.array(header, { maxLength: 6 }),
    withToken: fc.boolean(),
    withHost: fc.boolean(),
    withLength: fc.boolean(),
    lineEnd: fc.constantFrom('\r\n', '\r\n', '\r\n', '\n'),
    body,
  })
  .map((one) => {
    const bytes = Buffer.from(one.body);
    const head = [
      `${one.method} ${one.path} ${one.version}`,
      ...(one.withHost ? ['Host: localhost'] : []),
      ...(one.withToken ? [`Authorization: Bearer ${instance.tokens.demo}`] : []),
      ...one.headers.map(([name, value]) => `${name}: ${value}`),
      ...(one.withLength ? [`Content-Length: ${bytes.length}`] : []),
      '',
      '',
    ];
    return Buffer.concat([Buffer.from(head.join(one.lineEnd)), bytes]);
  });

/** An honest request, of which some bytes were taken and others put in. */
const distorted = fc
  .tuple(
    fc.constantFrom(...ENTRIES),
    fc.array(fc.tuple(fc.nat(3000), fc.nat(8), fc.uint8Array({ maxLength: 8 })), { maxLength: 3 }),
  )
  .map(([entry, cuts]) => {
    const ask = entry.ask(honest(entry, 'nobody-has-this-id'));
    const lines = [
      `${ask.method} ${ask.path} HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${instance.tokens.demo}`,
      ...ask.headers.map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${Buffer.byteLength(ask.body)}`,
      '',
      String(ask.body),
    ];
    let bytes = Buffer.from(lines.join('\r\n'));
    for (const [at, gone, put] of cuts) {
      const from = at % (bytes.length + 1);
      bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + gone)]);
    }
    return bytes;
  });

test.each([
  ['a request that was made up', madeUp],
  ['an honest request that was distorted', distorted],
])(
  '%s gets an answer, or is waited for until nothing more comes, and does no harm',
  { timeout: 120_000 },
  async (_what, requests) => {
    await fc.assert(
      fc.asyncProperty(requests, async (bytes) => {
        const answer = await instance.sendBytes(bytes, true);
        instance.assertUnharmed();
        // What says nothing at all has got no further than Node: it was no request, or not all of it came.
        expect(answer.raw === '' || answer.status >= 100).toBe(true);
      }),
      { numRuns: 250 },
    );
  },
);

test('afterwards the session still waits, and an honest one works as ever', async () => {
  expect(await instance.waitFor(session)).toMatch(/"type":"user_interaction"/u);
  expect(await instance.honestSession()).toEqual(RESULTS);
});
