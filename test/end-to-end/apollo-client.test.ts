import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  Observable,
  type PossibleTypesMap,
  setLogVerbosity,
} from '@apollo/client';
import { randomUUID } from 'node:crypto';
import { OperationTypeNode, print } from 'graphql';
import { createClient, NetworkError, type Sink } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EventStreamLink } from '../../examples/matching/event-stream-link.ts';
import { MATCHING } from '../../examples/matching/operations.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';
import { SECRET, secretToken } from '../support/tokens.ts';

// Its build for development warns of what some tests show.
setLogVerbosity('silent');

const SUBSCRIPTION = gql(MATCHING);
const STATUS = gql`
  query ($sessionId: ID!) {
    sessionStatus(sessionId: $sessionId) {
      __typename
    }
  }
`;
const POSSIBLE_TYPES = { SessionEvent: ['ProcessingUpdate', 'UserInteraction', 'MatchResults', 'Error'] };

/** Everything that comes for a subscription, its errors too. */
async function resultsOf(apollo: ApolloClient, options: { fetchPolicy?: 'no-cache' } = {}) {
  const variables = { input: { parentId: demoParent(3), limit: 1 } };
  const results: ApolloClient.SubscribeResult<{ matchingSession: { sequence?: number; __typename: string } }>[] = [];
  await new Promise<void>((resolve, reject) => {
    apollo
      .subscribe<{ matchingSession: { __typename: string } }>({ query: SUBSCRIPTION, variables, ...options })
      .subscribe({ next: (result) => void results.push(result), error: reject, complete: resolve });
  });
  return results;
}

async function failureOf(asked: Promise<unknown>): Promise<CombinedGraphQLErrors> {
  const failure = await asked.then(
    () => null,
    (error: unknown) => error,
  );
  if (!CombinedGraphQLErrors.is(failure)) throw new Error('not refused as GraphQL does', { cause: failure });
  return failure;
}

describe('Apollo Client', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  function clientOf(link: ApolloLink, possibleTypes: PossibleTypesMap = {}): ApolloClient {
    return new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes }) });
  }

  function streams(): ApolloLink {
    return new EventStreamLink({ url: `${app.url}/graphql/stream`, retryAttempts: 0 });
  }

  test.each([
    ['where its cache knows which types a SessionEvent may be', POSSIBLE_TYPES, {}],
    ['that its cache is not asked to remember', {}, { fetchPolicy: 'no-cache' }],
  ] as const)('numbers every event, %s', async (_, possibleTypes, options) => {
    const results = await resultsOf(clientOf(streams(), possibleTypes), options);
    expect(results.length).toBeGreaterThan(5);
    expect(results.map(({ data }) => data?.matchingSession.sequence)).toEqual(results.map((_result, at) => at + 1));
    expect(results.at(-1)?.data?.matchingSession).toMatchObject({ __typename: 'MatchResults' });
  });

  test('loses the numbers of the events in a cache that does not know what a SessionEvent is', async () => {
    const results = await resultsOf(clientOf(streams()));
    expect(results.length).toBeGreaterThan(5);
    expect(results.filter(({ data }) => data?.matchingSession.sequence !== undefined)).toEqual([]);
  });

  test('cannot subscribe by its HttpLink, and is told what is wrong', async () => {
    const [result, ...others] = await resultsOf(clientOf(new HttpLink({ uri: `${app.url}/graphql` })));
    expect(others).toEqual([]);
    expect(result?.error).toMatchObject({ errors: [{ extensions: { code: 'INVALID_REQUEST' } }] });
  });

  test('is refused where it sends names that GraphQL over HTTP does not have', async () => {
    const said: string[] = [];
    const fetchFn = async (...given: Parameters<typeof fetch>): Promise<Response> => {
      const answer = await fetch(...given);
      said.push(await answer.clone().text());
      return answer;
    };
    const client = createClient({ url: `${app.url}/graphql/stream`, retryAttempts: 0, fetchFn });
    const link = new ApolloLink(
      (operation) =>
        new Observable((sink) =>
          client.subscribe({ ...operation, query: print(operation.query), operationName: 'Matching' }, sink as Sink),
        ),
    );
    const [result] = await resultsOf(clientOf(link));
    expect(result?.error).toBeInstanceOf(NetworkError);
    expect(result?.error).toMatchObject({ response: { status: 400 } });
    expect(said).toEqual([expect.stringMatching(/only query, operationName, variables, extensions are taken/u)]);
  });
});

describe('Apollo Client, where tokens are asked for', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ AUTH_JWT_SECRET: SECRET, RATE_READS_PER_MINUTE: '2', RATE_STARTS_PER_MINUTE: '2' });
  });
  afterAll(async () => app[Symbol.asyncDispose]());

  function clientOf(token: string): ApolloClient {
    const headers = { Authorization: `Bearer ${token}` };
    const link = ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new EventStreamLink({ url: `${app.url}/graphql/stream`, headers, retryAttempts: 0 }),
      new HttpLink({ uri: `${app.url}/graphql`, headers }),
    );
    return new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes: POSSIBLE_TYPES }) });
  }

  async function ask(apollo: ApolloClient): Promise<unknown> {
    return apollo.query({ query: STATUS, variables: { sessionId: randomUUID() } });
  }

  test('reads why a token is refused', async () => {
    const { errors } = await failureOf(ask(clientOf('none')));
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) } }]);
  });

  test('reads how long to wait after a question too many', async () => {
    const apollo = clientOf(await secretToken({ sub: randomUUID() }));
    await ask(apollo);
    await ask(apollo);
    const { errors } = await failureOf(ask(apollo));
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } }]);
  });

  test('gives the answer of a subscription with a token that is refused as its one result', async () => {
    const [result, ...others] = await resultsOf(clientOf('none'));
    expect(others).toEqual([]);
    expect(result?.error).toBeInstanceOf(NetworkError);
    expect(result?.error).toMatchObject({ response: { status: 401 } });
  });

  test('gives the answer of a start too many as its one result, which says how long to wait', async () => {
    const apollo = clientOf(await secretToken({ sub: randomUUID() }));
    await resultsOf(apollo);
    await resultsOf(apollo);
    const [result, ...others] = await resultsOf(apollo);
    expect(others).toEqual([]);
    expect(result?.error).toBeInstanceOf(NetworkError);
    const response = (result?.error as NetworkError<Response> | undefined)?.response;
    expect(response?.status).toBe(429);
    expect(Number(response?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
