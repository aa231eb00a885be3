import { print } from 'graphql';
import type { ErrorCode } from '../../src/protocol.ts';
import type { OperationId } from '../../src/rest/operations.ts';
import { demoParent } from '../support/test-app.ts';
import {
  CancelSession,
  MatchingSession,
  RespondToInteraction,
  SessionEvents,
  SessionStatus,
} from '../support/operations.ts';
import type { Ask } from './raw-http.ts';

/** What a request names, and may name wrongly. */
export const SLOTS = ['session', 'parent', 'interaction', 'cursor'] as const;
export type Slot = (typeof SLOTS)[number];

/** What a request is made of. Values that should be texts may be anything where JSON carries them. */
export interface Given {
  readonly session: unknown;
  readonly parent: unknown;
  readonly interaction: unknown;
  /** Left out where it is undefined. */
  readonly cursor: unknown;
  /** The answer, in the words of the face. */
  readonly response: unknown;
  /** More members of the body's object, of a GraphQL request its variables' `input` or, where it has none, its variables. */
  readonly more: string;
}

/** One operation on one face. */
export interface Entry {
  readonly name: string;
  readonly operation: OperationId | RootField;
  readonly face: Face;
  /** The code that a text gets which is nothing of that kind; a slot that is not here is not named by the request. */
  readonly codes: Partial<Readonly<Record<Slot, ErrorCode>>>;
  readonly ask: (given: Given) => Ask;
}

export const FACES = ['REST', '/graphql', '/graphql/stream'] as const;
export type Face = (typeof FACES)[number];

/** A field of Query, Mutation or Subscription. */
export type RootField =
  | 'matchingSession'
  | 'sessionEvents'
  | 'respondToInteraction'
  | 'sessionStatus'
  | 'cancelSession';

const REST = '/api/streaming';
const JSON_TYPE = ['Content-Type', 'application/json'] as const;

/** A body of these members, written out, so that a name may be there that an object cannot have twice or at all. */
function objectOf(members: Readonly<Record<string, unknown>>, more: string): string {
  const known = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [`${JSON.stringify(name)}:${JSON.stringify(value)}`],
  );
  return `{${[...known, ...(more === '' ? [] : [more])].join(',')}}`;
}

/** A text in a path or a query: bytes that are no UTF-8 are what a lone surrogate becomes. */
function escaped(value: unknown): string {
  const bytes = Array.from(String(value)).flatMap((char) => [
    ...(char.isWellFormed() ? Buffer.from(char) : [0xed, 0xa0, 0x80]),
  ]);
  return bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function rest(method: string, path: (id: string) => string): Entry['ask'] {
  return ({ session, cursor }) => ({
    method,
    path:
      path(escaped(session)) +
      (cursor === undefined || !path('').endsWith('/events') ? '' : `?last_event_id=${escaped(cursor)}`),
    headers: [],
    body: '',
  });
}

const ofSession = (end: string) => (id: string) => `${REST}/sessions/${id}${end}`;
const NO_SESSION = { session: 'session_not_found' } as const;
const NO_READER = { session: 'session_not_found', cursor: 'invalid_request' } as const;
const NO_ANSWER = { session: 'session_not_found', interaction: 'interaction_not_found' } as const;
const NO_START = { session: 'invalid_request', parent: 'invalid_request', cursor: 'invalid_request' } as const;

const OF_REST: readonly Entry[] = [
  {
    name: 'POST interactive',
    operation: 'startMatching',
    face: 'REST',
    codes: NO_START,
    ask: ({ session, parent, cursor, more }) => ({
      method: 'POST',
      path: `${REST}/matches/interactive${cursor === undefined ? '' : `?last_event_id=${escaped(cursor)}`}`,
      headers: [JSON_TYPE],
      body: objectOf({ parent_id: parent, session_id: session }, more),
    }),
  },
  {
    name: 'POST respond',
    operation: 'respondToInteraction',
    face: 'REST',
    codes: NO_ANSWER,
    ask: ({ session, interaction, response, more }) => ({
      method: 'POST',
      path: `${REST}/interactions/respond`,
      headers: [JSON_TYPE],
      body: objectOf(
        { session_id: session, interaction_id: interaction, response_type: 'location_input', response_data: response },
        more,
      ),
    }),
  },
  {
    name: 'GET status',
    operation: 'getSessionStatus',
    face: 'REST',
    codes: NO_SESSION,
    ask: rest('GET', ofSession('/status')),
  },
  {
    name: 'GET events',
    operation: 'followSession',
    face: 'REST',
    codes: NO_READER,
    ask: rest('GET', ofSession('/events')),
  },
  {
    name: 'POST ticket',
    operation: 'issueTicket',
    face: 'REST',
    codes: NO_SESSION,
    ask: rest('POST', ofSession('/ticket')),
  },
  { name: 'DELETE', operation: 'cancelSession', face: 'REST', codes: NO_SESSION, ask: rest('DELETE', ofSession('')) },
];

/** What GraphQL is asked for, alike on both of its paths. */
interface GraphqlOperation {
  readonly operation: RootField;
  readonly codes: Entry['codes'];
  readonly query: string;
  readonly variables: (given: Given) => string;
  /** Whether GET takes it too. */
  readonly byGet: boolean;
}

const ofId = ({ session, more }: Given): string => objectOf({ sessionId: session }, more);

const OF_GRAPHQL: readonly GraphqlOperation[] = [
  {
    operation: 'matchingSession',
    codes: NO_START,
    query: print(MatchingSession),
    variables: ({ session, parent, cursor, more }) =>
      objectOf({ after: cursor }, `"input":${objectOf({ parentId: parent, sessionId: session }, more)}`),
    byGet: false,
  },
  {
    operation: 'sessionEvents',
    codes: NO_READER,
    query: print(SessionEvents),
    variables: ({ session, cursor, more }) => objectOf({ sessionId: session, after: cursor }, more),
    byGet: true,
  },
  {
    operation: 'respondToInteraction',
    codes: NO_ANSWER,
    query: print(RespondToInteraction),
    variables: ({ session, interaction, response, more }) =>
      `{"input":${objectOf({ sessionId: session, interactionId: interaction, response }, more)}}`,
    byGet: false,
  },
  { operation: 'sessionStatus', codes: NO_SESSION, query: print(SessionStatus), variables: ofId, byGet: true },
  { operation: 'cancelSession', codes: NO_SESSION, query: print(CancelSession), variables: ofId, byGet: false },
];

function byPost(face: Exclude<Face, 'REST'>, { operation, codes, query, variables }: GraphqlOperation): Entry {
  return {
    name: `POST ${face} ${operation}`,
    operation,
    face,
    codes,
    ask: (given) => ({
      method: 'POST',
      path: face,
      headers: [JSON_TYPE, ['Accept', accepted(face)]],
      body: `{"query":${JSON.stringify(query)},"variables":${variables(given)}}`,
    }),
  };
}

function byGet(face: Exclude<Face, 'REST'>, { operation, codes, query, variables }: GraphqlOperation): Entry {
  return {
    name: `GET ${face} ${operation}`,
    operation,
    face,
    codes,
    ask: (given) => ({
      method: 'GET',
      path: `${face}?query=${encodeURIComponent(query.replaceAll(/\s+/gu, ' '))}&variables=${escaped(variables(given))}`,
      headers: [['Accept', accepted(face)]],
      body: '',
    }),
  };
}

function accepted(face: Face): string {
  return face === '/graphql' ? 'application/json, text/event-stream' : 'text/event-stream';
}

/** Everything that can be asked for with an account, on every way to it: a new operation is attacked by a line here. */
export const ENTRIES: readonly Entry[] = [
  ...OF_REST,
  ...(['/graphql', '/graphql/stream'] as const).flatMap((face) => [
    ...OF_GRAPHQL.map((one) => byPost(face, one)),
    ...OF_GRAPHQL.filter((one) => one.byGet).map((one) => byGet(face, one)),
  ]),
];

/** An answer that names a place which is in the gazetteer. */
export const PLACE = 'Potsdamer Platz 1, Berlin';

/** What an honest request of an entry says of a session that nobody has. */
export function honest(entry: Entry, session: unknown): Given {
  return {
    session,
    parent: demoParent(1),
    interaction: 'interaction_0',
    cursor: undefined,
    response: entry.face === 'REST' ? { address: PLACE } : { location: { address: PLACE } },
    more: '',
  };
}

/** The entries that name a thing, for the rows of a table. */
export function entriesWith(slot: Slot): readonly (readonly [string, Entry, ErrorCode])[] {
  return ENTRIES.flatMap((entry) => {
    const code = entry.codes[slot];
    return code === undefined ? [] : [[entry.name, entry, code] as const];
  });
}
