import { randomUUID } from 'node:crypto';
import type { EventType } from '../../src/protocol.ts';
import { restName } from '../../src/rest-protocol.ts';

export const FACE_NAMES = ['graphql', 'rest'] as const;
/** Over what sessions are spoken with: POST /graphql/stream, or the endpoints of REST. */
export type FaceName = (typeof FACE_NAMES)[number];

/** An HTTP request as a face puts it. */
export interface FaceRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a bench has to know of an event. */
export interface FaceEvent {
  readonly type: EventType;
  readonly sequence: number;
  /** Milliseconds since the Unix epoch, whole. */
  readonly timestamp: number;
  /** Of a question, or of an update that says that one is closed; else null. */
  readonly interactionId: string | null;
  /** Of an error; else null. */
  readonly errorCode: string | null;
}

/** How one speaks with the service. */
export interface Face {
  /** Starts a session of that id. */
  start(sessionId: string): FaceRequest;
  /** Reads a session's log after a sequence. */
  attach(sessionId: string, after: number): FaceRequest;
  /** Answers the question for a place. */
  answer(sessionId: string, interactionId: string): FaceRequest;
  cancel(sessionId: string): FaceRequest;
  /** Whether the body of a 200 says that an answer or a cancel was taken. */
  accepts(body: string): boolean;
  /** What a data line of a stream says; undefined where it is no event. */
  eventOf(data: string): FaceEvent | undefined;
  /** What a silent stream says, for the floor; and how often, where KEEPALIVE_MS is as configured. */
  readonly keepalive: string;
  keepaliveMs(configuredMs: number): number;
}

/** The demo parent who is asked one question: where work is. */
const PARENT_ID = '550e8400-e29b-41d4-a716-446655440001';
/** One place, and no other of that name. */
const ADDRESS = 'Potsdamer Platz 1, Berlin';

const EVENT_FIELDS = `__typename
  ... on SessionEvent { sessionId sequence timestamp }
  ... on ProcessingUpdate { stage progress details answeredInteractionId }
  ... on UserInteraction { interactionId interactionType question fieldName expiresAt }
  ... on MatchResults { success offers { centerId centerName score } }
  ... on Error { errorCode message fatal }`;
const START = `subscription ($input: MatchingSessionInput!) { matchingSession(input: $input) { ${EVENT_FIELDS} } }`;
const ATTACH = `subscription ($sessionId: ID!, $after: Int) { sessionEvents(sessionId: $sessionId, after: $after) { ${EVENT_FIELDS} } }`;
const ANSWER = 'mutation ($input: RespondToInteractionInput!) { respondToInteraction(input: $input) { __typename } }';
const CANCEL = 'mutation ($sessionId: ID!) { cancelSession(sessionId: $sessionId) { __typename } }';

/** The types of GraphQL's events, as the protocol names them. */
const TYPES: Readonly<Record<string, EventType>> = {
  ProcessingUpdate: 'processing_update',
  UserInteraction: 'user_interaction',
  MatchResults: 'match_results',
  Error: 'error',
};

/** graphql-sse pings at this interval, whatever is configured. */
const GRAPHQL_PING_MS = 12_000;

const graphql: Face = {
  start: (sessionId) => overStream(START, { input: { parentId: PARENT_ID, sessionId } }),
  attach: (sessionId, after) => overStream(ATTACH, { sessionId, after }),
  answer: (sessionId, interactionId) =>
    call(ANSWER, { input: { sessionId, interactionId, response: { location: { address: ADDRESS } } } }),
  cancel: (sessionId) => call(CANCEL, { sessionId }),
  accepts: (body) => body.includes('"InteractionReceipt"') || body.includes('"SessionStatus"'),
  eventOf(data) {
    const { data: answer } = JSON.parse(data) as { readonly data?: Readonly<Record<string, Fields>> };
    const fields = answer?.['matchingSession'] ?? answer?.['sessionEvents'];
    const type = TYPES[String(fields?.['__typename'])];
    return fields && type && eventFrom(type, fields, (name) => name);
  },
  keepalive: ':\n\n',
  keepaliveMs: () => GRAPHQL_PING_MS,
};

const REST = '/api/streaming';

const rest: Face = {
  start: (sessionId) =>
    json('POST', `${REST}/matches/interactive`, 'text/event-stream', { parent_id: PARENT_ID, session_id: sessionId }),
  attach: (sessionId, after) => ({
    method: 'GET',
    path: `${REST}/sessions/${sessionId}/events`,
    headers: { accept: 'text/event-stream', 'last-event-id': String(after) },
    body: '',
  }),
  answer: (sessionId, interactionId) =>
    json('POST', `${REST}/interactions/respond`, 'application/json', {
      session_id: sessionId,
      interaction_id: interactionId,
      response_type: 'location_input',
      response_data: { address: ADDRESS },
    }),
  cancel: (sessionId) => ({ method: 'DELETE', path: `${REST}/sessions/${sessionId}`, headers: {}, body: '' }),
  accepts: (body) => body.includes('"status":"received"') || body.includes('"completed":true'),
  eventOf(data) {
    const fields = JSON.parse(data) as Fields;
    const type = Object.values(TYPES).find((one) => one === fields['type']);
    return type && eventFrom(type, fields, restName);
  },
  keepalive: `data: {"type":"keepalive","session_id":"${randomUUID()}"}\n\n`,
  keepaliveMs: (configuredMs) => configuredMs,
};

/** Every face by its name. */
export const FACES: Readonly<Record<FaceName, Face>> = { graphql, rest };

type Fields = Readonly<Record<string, unknown>>;

/** `nameOf` makes this face's name of a field out of the protocol's. */
function eventFrom(type: EventType, fields: Fields, nameOf: (name: string) => string): FaceEvent {
  const text = (name: string): string | null => {
    const value = fields[nameOf(name)];
    return typeof value === 'string' ? value : null;
  };
  return {
    type,
    sequence: Number(fields['sequence']),
    timestamp: Number(fields['timestamp']),
    interactionId: text('interactionId') ?? text('answeredInteractionId'),
    errorCode: text('errorCode')?.toLowerCase() ?? null,
  };
}

function overStream(query: string, variables: Fields): FaceRequest {
  return json('POST', '/graphql/stream', 'text/event-stream', { query, variables });
}

function call(query: string, variables: Fields): FaceRequest {
  return json('POST', '/graphql', 'application/json', { query, variables });
}

function json(method: 'POST', path: string, accept: string, body: Fields): FaceRequest {
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  return {
    method,
    path,
    headers: { accept, 'content-type': 'application/json', 'content-length': length },
    body: text,
  };
}
