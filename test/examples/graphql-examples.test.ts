import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Program } from '../support/program.ts';
import { createDatabase } from '../support/services/databases.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';
import { SECRET, secretToken } from '../support/tokens.ts';
import { copyExamplesWithTokens, type ExampleFolder } from './example-folder.ts';

const ADDRESS = 'Potsdamer Platz 1, Berlin';
const ASKED = /Where is your work located\? /u;
const OFFER = /^0\.\d\d .+/mu;
const EXAMPLES = ['graphql-client', 'apollo-client', 'urql-client'] as const;
type Example = (typeof EXAMPLES)[number];

function start(example: Example, given: readonly string[], options: ConstructorParameters<typeof Program>[2] = {}) {
  return new Program('node', [`examples/${example}.ts`, ...given], options);
}

/** The numbers of the events that it printed, in the order in which it did. */
function numbersIn(output: string): readonly number[] {
  return [...output.matchAll(/^(\d+)\. /gmu)].map(([, number]) => Number(number));
}

/** It has come to offers, and said each event of its session once and in order. */
async function expectOffers(program: Program): Promise<string> {
  const { code, output } = await program.ended;
  const numbers = numbersIn(output);
  expect(numbers.length).toBeGreaterThan(5);
  expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
  expect(output).toMatch(OFFER);
  expect(code).toBe(0);
  return output;
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => app[Symbol.asyncDispose]());

describe.each(EXAMPLES)('%s.ts', (example) => {
  test('asks at the terminal, goes on with the answer and shows offers', async () => {
    await using program = start(example, [demoParent(1), app.url]);
    await program.prints(ASKED);
    program.type(ADDRESS);
    expect(await expectOffers(program)).toContain('RECEIVED');
  });

  test('says what does not fit, and asks again', async () => {
    await using program = start(example, [demoParent(4), app.url]);
    await program.prints(/ {2}option_2: .*\n(?:.*\n)*.*\? $/u);
    program.type('neither');
    await program.prints(/INVALID_RESPONSE: (?:.*\n)+ {2}option_2: /u);
    program.type('option_2');
    expect(await expectOffers(program)).toContain('RECEIVED');
  });

  test('asks no more once the answer came from elsewhere', async () => {
    await using program = start(example, [demoParent(1), app.url]);
    const [, sessionId = ''] = await program.prints(/^Session (.*)$/mu);
    await program.prints(ASKED);
    await app.respond({ sessionId, interactionId: 'interaction_0', response: { location: { address: ADDRESS } } });
    const output = await expectOffers(program);
    expect(output).not.toContain('RECEIVED');
    // An open question would stand below each line again.
    expect(output.match(/Where is your work located\?/gu)).toHaveLength(1);
  });

  test('says what went wrong, and fails', async () => {
    await using program = start(example, [demoParent(9), app.url]);
    const { code, output } = await program.ended;
    expect(output).toContain('PARENT_NOT_FOUND: There is no such parent');
    expect(code).toBe(1);
  });

  test('fails where there is nobody to ask', async () => {
    await using program = start(example, [demoParent(1), app.url]);
    const { code, output } = await program.closeInput().ended;
    expect(output).not.toMatch(OFFER);
    expect(code).toBe(1);
  });
});

// At the same time: each waits between its tries.
test.concurrent.each(EXAMPLES)(
  '%s.ts comes back to its session when the connection is cut, and answers by a new one',
  async (example) => {
    await using proxy = await TcpProxy.open(app.url);
    await using program = start(example, [demoParent(1), proxy.url]);
    await program.prints(ASKED);
    proxy.refuse();
    program.type(ADDRESS);
    // The stream has nowhere to go, and the answer neither.
    await program.prints(/(?:again in 1 s[^]*){2}/u);
    proxy.accept();
    expect(await expectOffers(program)).toContain('RECEIVED');
  },
);

describe('where a stream is refused for a time', () => {
  let full: TestApp;
  beforeAll(async () => {
    full = await startTestApp({ MAX_STREAMS: '1' });
  });
  afterAll(async () => full[Symbol.asyncDispose]());

  test.each(EXAMPLES)('%s.ts opens it when it is told to come back', async (example) => {
    const other = full.match({ parentId: demoParent(1) });
    await other.question();
    await using program = start(example, [demoParent(3), full.url]);
    await program.prints(/: again in [123](?:\.\d+)? s$/mu);
    await other.cut();
    expect(await expectOffers(program)).not.toContain('A question');
  });
});

describe('where tokens are asked for', () => {
  let closed: TestApp;
  let folder: ExampleFolder;
  beforeAll(async () => {
    closed = await startTestApp({ AUTH_JWT_SECRET: SECRET });
    folder = await copyExamplesWithTokens();
  });
  afterAll(async () => {
    await closed[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  test.each(EXAMPLES)('%s.ts shows the token of the environment', async (example) => {
    const env = { TOKEN: await secretToken({ sub: 'demo' }) };
    await using program = start(example, [demoParent(1), closed.url], { env });
    await program.prints(ASKED);
    program.type(ADDRESS);
    expect(await expectOffers(program)).toContain('RECEIVED');
  });

  test.each(EXAMPLES)('%s.ts fails at once with a token that is refused', async (example) => {
    await using program = start(example, [demoParent(1), closed.url], { env: { TOKEN: 'none' } });
    const { code, output } = await program.ended;
    expect(output).toMatch(/401|bearer token/u);
    expect(numbersIn(output)).toEqual([]);
    expect(code).toBe(1);
  });

  // At the same time: each waits until a token ends.
  test.concurrent.each(EXAMPLES)(
    '%s.ts goes on with the next token when one ends, and loses and doubles nothing',
    async (example) => {
      const soon = await secretToken({ sub: 'demo', exp: Math.floor(Date.now() / 1000) + 4 });
      const env = { TOKENS: `${soon} ${await secretToken({ sub: 'demo' })}` };
      await using program = start(example, [demoParent(1), closed.url], { env, folder: folder.path });
      await program.prints(ASKED);
      await program.prints(/^UNAUTHENTICATED: /mu);
      program.type(ADDRESS);
      const output = await expectOffers(program);
      expect(output.match(/^UNAUTHENTICATED/gmu)).toHaveLength(1);
    },
  );
});

/** An address that leads to one instance, and later to another, as a proxy's does. */
async function openAddress(first: TestApp) {
  let target = first;
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(target.url).port), '127.0.0.1');
    // However either ends, the other one does.
    pipeline(client, upstream, client).catch(() => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(to: TestApp): void {
      target = to;
    },
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

test('an instance that stops sends the examples to another one, where they go on', async () => {
  await using database = await createDatabase({ url: inject('postgresUrl') });
  const shared = {
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl'),
    KEY_PREFIX: `test-${randomUUID()}:`,
    DEMO_DATA: 'true',
    HEARTBEAT_MS: '200',
    LEASE_MS: '1000',
  };
  await using other = await startTestApp(shared);
  const one = await startTestApp(shared);
  await using address = await openAddress(one);
  await using programs = new AsyncDisposableStack();
  const running = EXAMPLES.map((example) => programs.use(start(example, [demoParent(1), address.url])));
  await Promise.all(running.map((program) => program.prints(ASKED)));
  address.lead(other);
  await one[Symbol.asyncDispose]();
  await Promise.all(running.map((program) => program.prints(/^UNAVAILABLE: /mu)));
  for (const program of running) program.type(ADDRESS);
  const outputs = await Promise.all(running.map(expectOffers));
  for (const output of outputs) expect(output.match(/^UNAVAILABLE: /gmu)).toHaveLength(1);
});
