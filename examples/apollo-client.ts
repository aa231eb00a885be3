// Apollo Client in a matching session: it loses nothing, and asks at the terminal.
//
//   node examples/apollo-client.ts [parent id] [url]
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { OperationTypeNode } from 'graphql';
import { EventStreamLink } from './matching/event-stream-link.ts';
import { MATCHING, RESPOND, type Matching, type Responded } from './matching/operations.ts';
import { search } from './matching/session.ts';
import { headers } from './matching/token.ts';

const [parentId = '550e8400-e29b-41d4-a716-446655440001', url = 'http://127.0.0.1:8001'] = process.argv.slice(2);

// Both ways ask for the headers whenever they send something.
const apollo = new ApolloClient({
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new EventStreamLink({ url: `${url}/graphql/stream`, headers, retryAttempts: 0 }),
    new SetContextLink(async (context) => ({ headers: { ...context['headers'], ...(await headers()) } })).concat(
      new HttpLink({ uri: `${url}/graphql` }),
    ),
  ),
  cache: new InMemoryCache(),
});

await search(
  {
    read: (variables, take) =>
      new Promise((resolve, reject) => {
        // Events are read once. A cache drops what is asked for `... on SessionEvent`, unless it has `possibleTypes`.
        const events = apollo.subscribe<Matching>({ query: gql(MATCHING), variables, fetchPolicy: 'no-cache' });
        // An error comes as a result, and completes.
        events.subscribe({
          next: ({ data, error }) => (data ? take(data.matchingSession) : reject(error)),
          error: reject,
          complete: resolve,
        });
      }),
    async respond(input) {
      const { data } = await apollo.mutate<Responded>({
        mutation: gql(RESPOND),
        variables: { input },
        fetchPolicy: 'no-cache',
      });
      if (!data) throw new Error('There is no answer.');
      return data.respondToInteraction;
    },
  },
  parentId,
);
apollo.stop();
