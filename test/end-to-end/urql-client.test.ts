import { randomUUID } from 'node:crypto';
import { Client, type Exchange, fetchExchange, type OperationResult } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MATCHING, type Matching } from '../../examples/matching/operations.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';
import { SECRET, secretToken } from '../support/tokens.ts';

const STATUS = 'query ($sessionId: ID!) { sessionStatus(sessionId: $sessionId) { __typename } }';

/** Shows these tokens, the next one when one was refused. */
function tokens(...given: readonly string[]): { readonly exchange: Exchange; readonly shown: readonly string[] } {
  const shown: string[] = [];
  const next = (): string => {
    shown.push(given[shown.length] ?? given.at(-1) ?? '');
    return `Bearer ${shown.at(-1)}`;
  };
  const exchange = authExchange(async (auth) => {
    let Authorization = next();
    return {
      addAuthToOperation: (operation) => auth.appendHeaders(operation, { Authorization }),
      didAuthError: ({ graphQLErrors }) => graphQLErrors.some(({ extensions: { code } }) => code === 'UNAUTHENTICATED'),
      refreshAuth: async () => {
        Authorization = next();
      },
    };
  });
  return { exchange, shown };
}

/** What comes for a subscription: to its end, or to its first error, after which urql says no end. */
async function resultsOf(urql: Client): Promise<readonly OperationResult<Matching>[]> {
  const results: OperationResult<Matching>[] = [];
  const variables = { input: { parentId: demoParent(3), limit: 1 } };
  await new Promise<void>((resolve) => {
    const reading = urql.subscription<Matching>(MATCHING, variables).subscribe((result) => {
      results.push(result);
      if (result.hasNext && !result.error) return;
      reading.unsubscribe();
      resolve();
    });
  });
  return results;
}

async function ask(urql: Client): Promise<OperationResult> {
  return urql.query(STATUS, { sessionId: randomUUID() }).toPromise();
}

describe('the client of urql, where tokens are asked for', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ AUTH_JWT_SECRET: SECRET, RATE_READS_PER_MINUTE: '2', RATE_STARTS_PER_MINUTE: '2' });
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  function clientOf(exchange: Exchange): Client {
    const url = `${app.url}/graphql`;
    return new Client({ url, fetchSubscriptions: true, preferGetMethod: false, exchanges: [exchange, fetchExchange] });
  }

  test('subscribes without another library, and gives the last event a second time as the stream ends', async () => {
    const { exchange } = tokens(await secretToken({ sub: 'demo' }));
    const results = await resultsOf(clientOf(exchange));
    const sequences = results.map(({ data }) => data?.matchingSession.sequence);
    const length = sequences.length - 1;
    expect(sequences).toEqual([...Array.from({ length }, (_event, index) => index + 1), length]);
    expect(results.map(({ hasNext }) => hasNext)).toEqual(sequences.map((_sequence, index) => index < length));
    expect(results.at(-1)?.data?.matchingSession).toMatchObject({ __typename: 'MatchResults' });
  });

  test.each([
    ['asks', ask],
    ['subscribes', async (urql: Client) => (await resultsOf(urql)).at(-1)],
  ] as const)('renews a token that was refused, and %s again', async (_, does) => {
    const { exchange, shown } = tokens('none', await secretToken({ sub: randomUUID() }));
    const result = await does(clientOf(exchange));
    expect(result?.error).toBeUndefined();
    expect(result?.data).toBeDefined();
    expect(shown).toEqual(['none', expect.stringMatching(/^ey/u)]);
  });

  test.each([
    ['asks', ask],
    ['subscribes', async (urql: Client) => (await resultsOf(urql))[0]],
  ] as const)('reads why a token is refused when it %s, after one renewal', async (_, does) => {
    const { exchange, shown } = tokens('none');
    const { error } = (await does(clientOf(exchange))) ?? {};
    expect(error?.response).toMatchObject({ status: 401 });
    expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(shown).toHaveLength(2);
  });

  test.each([
    ['a question', ask],
    ['a start', async (urql: Client) => (await resultsOf(urql))[0]],
  ] as const)('reads how long to wait after %s too many', async (_, does) => {
    const urql = clientOf(tokens(await secretToken({ sub: randomUUID() })).exchange);
    await does(urql);
    await does(urql);
    const { error } = (await does(urql)) ?? {};
    expect(error?.response).toMatchObject({ status: 429 });
    const [refusal] = error?.graphQLErrors ?? [];
    expect(refusal?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
  });
});
