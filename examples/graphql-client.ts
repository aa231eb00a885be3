// The client of graphql-sse in a matching session: it loses nothing, and asks at the terminal.
//
//   node examples/graphql-client.ts [parent id] [url]
import { createClient } from 'graphql-sse';
import { MATCHING, RESPOND, type Matching, type Responded } from './matching/operations.ts';
import { search } from './matching/session.ts';
import { headers } from './matching/token.ts';

const [parentId = '550e8400-e29b-41d4-a716-446655440001', url = 'http://127.0.0.1:8001'] = process.argv.slice(2);

// It asks for the headers at each attempt. Its own retries would repeat what is refused, with the cursor of before.
const client = createClient({ url: `${url}/graphql/stream`, headers, retryAttempts: 0 });

/** Everything that comes for an operation. */
async function* ask<Data>(query: string, variables: Record<string, unknown>): AsyncGenerator<Data> {
  for await (const { data, errors } of client.iterate<Data>({ query, variables })) {
    if (!data) throw new Error(errors?.[0]?.message ?? 'There is no data.');
    yield data;
  }
}

await search(
  {
    async read(variables, take) {
      for await (const { matchingSession } of ask<Matching>(MATCHING, variables)) take(matchingSession);
    },
    async respond(input) {
      for await (const { respondToInteraction } of ask<Responded>(RESPOND, { input })) return respondToInteraction;
      throw new Error('There is no answer.');
    },
  },
  parentId,
);
client.dispose();
