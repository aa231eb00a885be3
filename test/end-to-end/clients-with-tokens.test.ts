import { randomUUID } from 'node:crypto';
import { print } from 'graphql';
import { type Client, createClient, NetworkError } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MatchingSession, SessionEvents } from '../support/operations.ts';
import { SessionWithTokens } from '../support/session-with-tokens.ts';
import { demoParent, PATHS, startTestApp, type TestApp } from '../support/test-app.ts';
import { SECRET, secretToken } from '../support/tokens.ts';

const START = { query: print(MatchingSession), variables: { input: { parentId: demoParent(3), limit: 1 } } };

/** Seconds since the Unix epoch, so many from now. */
function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** What a refusal says to GraphQL. */
interface Refusal {
  readonly errors: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

/** What the client fails with, and what its answer says. */
async function failureOf(client: Client): Promise<{ answer: Response; body: Refusal }> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  // Not by an iterator: its end would cut the answer off before it is read.
  client.subscribe(START, { next: () => {}, error: resolve, complete: () => reject(new Error('not refused')) });
  const error = await promise;
  if (!(error instanceof NetworkError)) throw new TypeError('no failure of the network', { cause: error });
  const answer = error.response as Response;
  return { answer, body: (await answer.json()) as Refusal };
}

describe.each(PATHS)('the client of graphql-sse at %s, where tokens are asked for', (path) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ AUTH_JWT_SECRET: SECRET, RATE_STARTS_PER_MINUTE: '20' });
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  /** Shows these tokens, a new one at each attempt; the last one again and again. */
  function clientOf(tokens: readonly string[], retryAttempts = 0): { client: Client; shown: readonly string[] } {
    const shown: string[] = [];
    const headers = async (): Promise<Record<string, string>> => {
      shown.push(tokens[shown.length] ?? tokens.at(-1) ?? '');
      return { authorization: `Bearer ${shown.at(-1)}` };
    };
    const client = createClient({ url: app.url + path, headers, retryAttempts, retry: async () => {} });
    return { client, shown };
  }

  test('starts a session, answers, and gets its results', async () => {
    using session = new SessionWithTokens(app.url, path, await secretToken({ sub: 'demo' }));
    expect(await session.readAndAnswer()).toBeUndefined();
    expect(session.seen.map(({ sequence }) => sequence)).toEqual(session.seen.map((_event, index) => index + 1));
    expect(session.seen.at(-1)).toMatchObject({ __typename: 'MatchResults', success: true });
  });

  test('is told when its token expires, and loses and doubles nothing with the next one', async () => {
    const exp = inSeconds(4);
    using session = new SessionWithTokens(app.url, path, await secretToken({ sub: 'demo', exp }));
    const last = await session.read();
    expect(last).toMatchObject({
      __typename: 'Error',
      errorCode: 'UNAUTHENTICATED',
      sessionId: session.id,
      fatal: true,
    });
    expect(Number(last?.timestamp)).toBeGreaterThanOrEqual(exp * 1000);
    expect(session.after).toBeGreaterThan(0);

    session.token = await secretToken({ sub: 'demo' });
    expect(await session.readAndAnswer()).toBeUndefined();
    expect(session.seen.map(({ sequence }) => sequence)).toEqual(session.seen.map((_event, index) => index + 1));
    expect(session.seen.at(-1)).toMatchObject({ __typename: 'MatchResults', success: true });
  });

  test('that comes back with the token that has expired is refused, and its session waits', async () => {
    using session = new SessionWithTokens(app.url, path, await secretToken({ sub: 'demo', exp: inSeconds(4) }));
    await session.read();
    await expect(session.read()).rejects.toMatchObject({ response: { status: 401 } });
    session.token = await secretToken({ sub: 'demo' });
    expect(await session.readAndAnswer()).toBeUndefined();
    expect(session.seen.at(-1)).toMatchObject({ __typename: 'MatchResults' });
  });

  test('fails with the answer of a token that is refused, which says so as GraphQL does', async () => {
    const { client } = clientOf(['not a token']);
    const { answer, body } = await failureOf(client);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer/u)]);
    expect(body.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) } }]);
  });

  test('asks for a token at each attempt, so that one that was refused is renewed by its own retry', async () => {
    const [refused, good] = ['not a token', await secretToken({ sub: 'demo' })];
    const { client, shown } = clientOf([refused, good], 1);
    const events = await Array.fromAsync(client.iterate<{ matchingSession: { __typename: string } }>(START));
    expect(events.at(-1)?.data?.matchingSession).toMatchObject({ __typename: 'MatchResults' });
    expect(shown).toEqual([refused, good]);
  });

  test('fails with the answer of a start too many, which says how long to wait', async () => {
    const { client } = clientOf([await secretToken({ sub: randomUUID() })]);
    for (let start = 0; start < 20; start += 1) await Array.fromAsync(client.iterate(START));
    const { answer, body } = await failureOf(client);
    expect([answer.status, body.errors.length]).toEqual([429, 1]);
    const { code, retryAfterMs } = body.errors[0]?.extensions ?? {};
    expect(code).toBe('RATE_LIMITED');
    expect(answer.headers.get('retry-after')).toBe(String(Math.ceil(Number(retryAfterMs) / 1000)));
  });

  test('that may start no more sessions goes on with one that it has', async () => {
    const token = await secretToken({ sub: 'other' });
    const sessionId = randomUUID();
    const { client } = clientOf([token]);
    const input = { parentId: demoParent(7), sessionId };
    const first = await client.iterate({ ...START, variables: { input } }).next();
    expect(first.done).not.toBe(true);
    for (let start = 1; start < 20; start += 1) await Array.fromAsync(client.iterate(START));
    expect((await failureOf(client)).answer.status).toBe(429);
    const events = client.iterate<object>({ query: print(SessionEvents), variables: { sessionId, after: 0 } });
    expect((await events.next()).value).toMatchObject({ data: { sessionEvents: { sessionId, sequence: 1 } } });
    await events.return?.();
  });
});
