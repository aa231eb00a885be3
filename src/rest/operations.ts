import type { z } from 'zod';
import type { RateKind } from '../caller.ts';
import type { ErrorCode } from '../protocol.ts';
import { RECEIPT_EXAMPLE, RESPOND_EXAMPLES, START_EXAMPLES, STATUS_EXAMPLE, TICKET_EXAMPLE } from './examples.ts';
import { answer, BY_TICKET, type OpenApi, requestBody, STREAM } from './openapi-parts.ts';
import { respondBody, startBody } from './schemas/schemas.ts';

/** One thing that REST can be asked for. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As Fastify writes it: `/sessions/:session_id`. */
  readonly url: string;
  /** Every method that its path takes, as the header Allow has them. */
  readonly allow: string;
  /** What a call of it counts as, whatever comes of it. */
  readonly rate: RateKind;
  /** What checks the body, with the code's names. */
  readonly body?: z.ZodObject;
  /** The OpenAPI operation, but for its failures. */
  readonly described: OpenApi;
  /** The codes that it may fail with, besides those of any request. */
  readonly failures: readonly ErrorCode[];
}

const CURSOR = [{ $ref: '#/components/parameters/LastEventId' }, { $ref: '#/components/parameters/last_event_id' }];
const SESSION = { $ref: '#/components/parameters/session_id' };

/** All of REST: a route and a description each. */
export const OPERATIONS = {
  startMatching: {
    method: 'POST',
    url: '/api/streaming/matches/interactive',
    allow: 'POST',
    rate: 'starts',
    body: startBody,
    described: {
      tags: ['Matching'],
      summary: 'Start interactive matching',
      description:
        'Starts a session and streams it. A start with a `session_id` that this account has started with the same input attaches to that session instead, so that a retry starts nothing twice. Leaving the stream does not end the session. With a `Last-Event-ID` above 0 nothing is ever started.',
      parameters: CURSOR,
      requestBody: requestBody('StartRequest', START_EXAMPLES),
      responses: STREAM,
    },
    failures: ['invalid_request', 'parent_not_found', 'session_not_found', 'session_conflict'],
  },
  respondToInteraction: {
    method: 'POST',
    url: '/api/streaming/interactions/respond',
    allow: 'POST',
    rate: 'responses',
    body: respondBody,
    described: {
      tags: ['Matching'],
      summary: 'Respond to a user interaction',
      description:
        'Answers a question of a session, which goes on at whichever instance runs it. The first valid answer stands; the same one again is `duplicate` and changes nothing. An answer that does not fit costs nothing: the question stays open, with its deadline.',
      requestBody: requestBody('RespondRequest', RESPOND_EXAMPLES),
      responses: answer('The answer is stored.', 'InteractionReceipt', RECEIPT_EXAMPLE),
    },
    failures: [
      'invalid_request',
      'session_not_found',
      'interaction_not_found',
      'interaction_already_answered',
      'user_interaction_timeout',
      'session_cancelled',
      'invalid_response',
    ],
  },
  getSessionStatus: {
    method: 'GET',
    url: '/api/streaming/sessions/:session_id/status',
    allow: 'GET, HEAD',
    rate: 'reads',
    described: {
      tags: ['Sessions'],
      summary: 'Get session status',
      description: 'Where a session stands, until it is forgotten.',
      parameters: [SESSION],
      responses: answer('Where the session stands.', 'SessionStatus', STATUS_EXAMPLE),
    },
    failures: ['session_not_found'],
  },
  followSession: {
    method: 'GET',
    url: '/api/streaming/sessions/:session_id/events',
    allow: 'GET',
    rate: 'reads',
    described: {
      tags: ['Sessions'],
      summary: "Attach to a session's stream, or resume it",
      description:
        "The stream of a session that exists, from its start or after `Last-Event-ID`. A browser's EventSource can read it, and resumes by itself; where the service asks for tokens it has none to send, and shows a ticket instead, as `?ticket=`. A cursor beyond the log gets `history_lost` and the log from 1. A store that is away is waited for, up to 10 s, before this is 503. When the token or the ticket expires, the stream says an `error` of code `unauthenticated` without an id, and ends: with a new one it goes on after the last id.",
      security: BY_TICKET,
      parameters: [SESSION, ...CURSOR],
      responses: STREAM,
    },
    failures: ['invalid_request', 'session_not_found'],
  },
  issueTicket: {
    method: 'POST',
    url: '/api/streaming/sessions/:session_id/ticket',
    allow: 'POST',
    rate: 'reads',
    described: {
      tags: ['Sessions'],
      summary: "Get a ticket for a session's stream",
      description:
        "For a browser's EventSource, which cannot send headers: `events?ticket=…` reads this one session, as often as it is opened, and opens nothing else. A token never belongs in a URL. The ticket holds until the caller's token expires, and at most for as long as a session that starts now could be read. There is no body to send.",
      parameters: [SESSION],
      responses: answer('The ticket.', 'Ticket', TICKET_EXAMPLE),
    },
    failures: ['invalid_request', 'session_not_found'],
  },
  cancelSession: {
    method: 'DELETE',
    url: '/api/streaming/sessions/:session_id',
    allow: 'DELETE',
    rate: 'reads',
    described: {
      tags: ['Sessions'],
      summary: 'Cancel a session',
      description: 'Ends a session: its stream ends with `session_cancelled`. One that has ended stays as it is.',
      parameters: [SESSION],
      responses: answer('The status after it.', 'SessionStatus', STATUS_EXAMPLE),
    },
    failures: ['session_not_found'],
  },
} as const satisfies Readonly<Record<string, Operation>>;

/** The OpenAPI `operationId`. */
export type OperationId = keyof typeof OPERATIONS;
