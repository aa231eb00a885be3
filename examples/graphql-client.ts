// A GraphQL client of a matching session that loses nothing and asks at the terminal.
//
//   node examples/graphql-client.ts [parent id] [url]
import { createInterface } from 'node:readline/promises';
import { createClient } from 'graphql-sse';

const [parentId = '550e8400-e29b-41d4-a716-446655440001', url = 'http://127.0.0.1:8001'] = process.argv.slice(2);

// The client names its session and its cursor: a retry after a lost connection then attaches where it was. graphql-sse
// writes the body anew at each attempt, so a getter is enough to send the cursor as it is by then.
const sessionId = crypto.randomUUID();
let cursor = 0;
const variables = {
  input: { parentId, sessionId, limit: 5 },
  get after() {
    return cursor;
  },
};

const MATCHING = `subscription ($input: MatchingSessionInput!, $after: Int) {
  matchingSession(input: $input, after: $after) {
    __typename
    ... on SessionEvent { sequence }
    ... on ProcessingUpdate { progress details }
    ... on UserInteraction { interactionId interactionType question options { value label } }
    ... on MatchResults { offers { centerName score explanation } counterfactuals { details } }
    ... on Error { errorCode message fatal }
  }
}`;

const RESPOND = `mutation ($input: RespondToInteractionInput!) {
  respondToInteraction(input: $input) {
    ... on InteractionReceipt { status }
    ... on Error { errorCode errorDetails { issues { message } } }
  }
}`;

interface Question {
  readonly interactionId: string;
  readonly interactionType: 'LOCATION_INPUT' | 'CONFIRMATION' | 'CHOICE';
  readonly question: string;
  readonly options: readonly { readonly value: string; readonly label: string }[] | null;
}

type MatchingEvent = { readonly sequence: number } & (
  | { readonly __typename: 'ProcessingUpdate'; readonly progress: number; readonly details: string }
  | ({ readonly __typename: 'UserInteraction' } & Question)
  | ({ readonly __typename: 'MatchResults' } & Results)
  | { readonly __typename: 'Error'; readonly errorCode: string; readonly message: string; readonly fatal: boolean }
);

interface Results {
  readonly offers: readonly { readonly centerName: string; readonly score: number; readonly explanation: string }[];
  readonly counterfactuals: readonly { readonly details: string }[];
}

const terminal = createInterface({ input: process.stdin, output: process.stdout });

/** Asks at the terminal; an empty line declines. */
async function answerTo({ interactionType, question, options }: Question): Promise<object> {
  for (const { value, label } of options ?? []) console.log(`  ${value}: ${label}`);
  const typed = (await terminal.question(`${question} `)).trim();
  if (typed === '') return { decline: true };
  if (interactionType === 'CHOICE') return { choice: { value: typed } };
  if (interactionType === 'CONFIRMATION') return { confirmation: { confirmed: /^[yj]/i.test(typed) } };
  return { location: { address: typed } };
}

async function respond(question: Question): Promise<void> {
  const input = { sessionId, interactionId: question.interactionId, response: await answerTo(question) };
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: RESPOND, variables: { input } }),
  });
  console.log(JSON.stringify(await answer.json()));
}

const client = createClient({ url: `${url}/graphql/stream` });
for await (const { data } of client.iterate<{ matchingSession: MatchingEvent }>({ query: MATCHING, variables })) {
  const event = data?.matchingSession;
  if (!event) continue;
  cursor = Math.max(cursor, event.sequence);
  if (event.__typename === 'ProcessingUpdate') console.log(`${Math.round(event.progress * 100)} % ${event.details}`);
  if (event.__typename === 'UserInteraction') await respond(event);
  if (event.__typename === 'Error') console.log(`${event.errorCode}: ${event.message}`);
  if (event.__typename === 'MatchResults') {
    for (const { centerName, score, explanation } of event.offers) {
      console.log(`${score.toFixed(2)} ${centerName}\n     ${explanation}`);
    }
    for (const { details } of event.counterfactuals) console.log(details);
  }
}
terminal.close();
client.dispose();
