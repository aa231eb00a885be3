// urql in a matching session: it loses nothing, and asks at the terminal.
//
//   node examples/urql-client.ts [parent id] [url]
import { Client, fetchExchange } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { MATCHING, RESPOND, type Matching, type Responded } from './matching/operations.ts';
import { search } from './matching/session.ts';
import { headers } from './matching/token.ts';

const [parentId = '550e8400-e29b-41d4-a716-446655440001', url = 'http://127.0.0.1:8001'] = process.argv.slice(2);

/** Holds a token until it is refused; then it asks for the next one, and sends once more what was refused. */
const withToken = authExchange(async (auth) => {
  let held = await headers();
  return {
    addAuthToOperation: (operation) => auth.appendHeaders(operation, held),
    didAuthError: ({ graphQLErrors }) => graphQLErrors.some(({ extensions: { code } }) => code === 'UNAUTHENTICATED'),
    refreshAuth: async () => {
      held = await headers();
    },
  };
});

const urql = new Client({
  url: `${url}/graphql`,
  fetchSubscriptions: true,
  preferGetMethod: false,
  exchanges: [withToken, fetchExchange],
});

await search(
  {
    read: (variables, take) =>
      new Promise((resolve, reject) => {
        const reading = urql.subscription<Matching>(MATCHING, variables).subscribe(({ data, error, hasNext }) => {
          // With `hasNext` false the last event comes once more.
          if (data && hasNext) return take(data.matchingSession);
          reading.unsubscribe();
          if (error) reject(error);
          else resolve();
        });
      }),
    async respond(input) {
      const { data, error } = await urql.mutation<Responded>(RESPOND, { input }).toPromise();
      if (!data) throw error ?? new Error('There is no answer.');
      return data.respondToInteraction;
    },
  },
  parentId,
);
