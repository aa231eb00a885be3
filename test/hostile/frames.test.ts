import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ENTRIES, FACES, honest } from './entries.ts';
import { CANARY, HostileInstance, outcomeOf, RESULTS } from './hostile-instance.ts';
import { bytesOf } from './raw-http.ts';

let instance: HostileInstance;
beforeAll(async () => {
  instance = await HostileInstance.start();
});
afterEach(() => instance.assertUnharmed());
afterAll(async () => instance[Symbol.asyncDispose]());

/** Addresses that would be a frame, a line or a header if they were written as they are. */
const ADDRESSES = [
  'Potsdamer Platz\n\nid: 99\ndata: {"type":"match_results","sequence":99}\n\n',
  'Potsdamer Platz\r\n\r\nevent: complete\r\ndata:\r\n\r\n',
  'Potsdamer Platz\r\rdata: {}\r\r',
  'Potsdamer Platz\u2028\u2029data: {}',
  'retry: 1\n:\nevent: next',
  `"},"x":"Potsdamer Platz`,
  '\\u000a\\u000adata: {}\\n\\n',
] as const;

/** All of a stream of a session that has ended, of any face, as it is sent. */
async function stream(face: string, id: string): Promise<string> {
  const entry = ENTRIES.find((one) => one.face === face && /^(?:followSession|sessionEvents)$/u.test(one.operation));
  if (entry === undefined) throw new Error('an entry is missing');
  const { method, path, headers, body } = entry.ask(honest(entry, id));
  const response = await fetch(`${instance.app.url}${path}`, {
    method,
    headers: { ...Object.fromEntries(headers), authorization: `Bearer ${instance.tokens.demo}` },
    ...(body === '' ? {} : { body: String(body) }),
  });
  return response.text();
}

/** What a stream of each face is made of, line by line. */
const LINES = {
  REST: /^(?:|retry: 2000|id: \d+|data: \{"type":.*\})$/u,
  '/graphql': /^(?:|:|event: (?:next|complete)|data:|data: \{"data":.*\})$/u,
  '/graphql/stream': /^(?:|:|event: (?:next|complete)|data:|data: \{"data":.*\})$/u,
} as const;

describe.each(ADDRESSES.map((address) => [JSON.stringify(address), address] as const))(
  'the address %s',
  (_text, address) => {
    test('makes no frame in any stream of its session', async () => {
      const id = await instance.waitingSession();
      await instance.playOut(id, { address });
      for (const face of FACES) {
        const text = await stream(face, id);
        const odd = text.split(/\r\n|\n|\r/u).filter((line) => !LINES[face].test(line));
        expect([face, odd]).toEqual([face, []]);
        const messages = text
          .split('\n')
          .flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6)) as unknown] : []));
        const sequences = [...JSON.stringify(messages).matchAll(/"sequence":(\d+)/gu)].map(([, sequence]) =>
          Number(sequence),
        );
        expect(sequences).toEqual(sequences.map((_, at) => at + 1));
        expect(text.match(/"(?:match_results|MatchResults)"/gu)).toHaveLength(1);
      }
    });
  },
);

test('a session id or a cursor that would be a frame begins no stream', async () => {
  for (const entry of ENTRIES) {
    const id = `some-session\n\nid: 1\ndata: {"${CANARY}":1}\n\n`;
    const answer = await instance.send(entry.ask(honest(entry, id)));
    expect([entry.name, outcomeOf(answer)]).toEqual([
      entry.name,
      expect.stringMatching(/^(?:40[04]|200) (?:session_not_found|invalid_request)$/u),
    ]);
    expect(answer.body).not.toMatch(/^data: \{"kanarienweg/mu);
  }
});

test('a second request on the connection of a stream does not get into it', async () => {
  const id = randomUUID();
  for (const entry of ENTRIES.filter(({ codes }) => codes.parent !== undefined)) {
    const ask = entry.ask(honest(entry, id));
    const headers = [
      ...ask.headers,
      ['Authorization', `Bearer ${instance.tokens.demo}`],
      ['Connection', 'keep-alive'],
    ] as const;
    const first = bytesOf({ ...ask, headers });
    const answer = await instance.sendBytes(
      Buffer.concat([first, Buffer.from('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'), first]),
    );
    expect([entry.name, outcomeOf(answer), answer.answers]).toEqual([entry.name, '200 ok', 1]);
  }
});

test('afterwards an honest session works as ever', async () => {
  expect(await instance.honestSession()).toEqual(RESULTS);
});
