import { ERRORS } from '../errors.ts';
import type { ErrorCode } from '../protocol.ts';
import { errorExample, type Example, type Examples, MESSAGE_EXAMPLES } from './examples.ts';
import { refTo } from './schemas/schemas.ts';

/** A piece of an OpenAPI document. */
export type OpenApi = Readonly<Record<string, unknown>>;

/** What any request may be refused with. */
const ANY: readonly ErrorCode[] = ['unauthenticated', 'forbidden', 'rate_limited', 'processing_error', 'unavailable'];

/** The headers that go with a status. */
const HEADERS: Readonly<Record<number, OpenApi>> = {
  401: { 'WWW-Authenticate': { $ref: '#/components/headers/WWW-Authenticate' } },
  429: {
    'Retry-After': { $ref: '#/components/headers/Retry-After' },
    RateLimit: { $ref: '#/components/headers/RateLimit' },
    'RateLimit-Policy': { $ref: '#/components/headers/RateLimit-Policy' },
  },
  503: { 'Retry-After': { $ref: '#/components/headers/Retry-After' } },
};

/** What the document has beside the schemas: parameters, headers, and how a caller says who they are. */
export const COMPONENTS = {
  parameters: {
    session_id: {
      in: 'path',
      name: 'session_id',
      required: true,
      description: 'The session, as it was named at its start. A malformed one looks like an unknown one.',
      schema: { type: 'string' },
    },
    LastEventId: cursor('header', 'Last-Event-ID', 'Of the two, the header counts.'),
    last_event_id: cursor('query', 'last_event_id', 'For callers who cannot set a header.'),
  },
  headers: {
    'Retry-After': header('Seconds to wait before trying again.', { type: 'integer', minimum: 1 }),
    RateLimit: header('What is left of the rate that was counted: `"reads";r=599;t=60`.', { type: 'string' }),
    'RateLimit-Policy': header('The rate that was counted: `"reads";q=600;w=60`.', { type: 'string' }),
    'WWW-Authenticate': header('How to say who the caller is: `Bearer`.', { type: 'string' }),
    Allow: header('The methods that this path takes.', { type: 'string' }),
  },
  securitySchemes: {
    bearer: { type: 'http', scheme: 'bearer', description: 'Where the service asks for tokens.' },
    ticket: {
      type: 'apiKey',
      in: 'query',
      name: 'ticket',
      description:
        'For the stream of one session alone, in place of a token: see issueTicket. Beside a token it is not looked at.',
    },
  },
} as const;

/** Who may ask where a ticket does as well as a token. */
export const BY_TICKET: readonly OpenApi[] = [{}, { bearer: [] }, { ticket: [] }];

/** The answer that is a stream of messages. */
export const STREAM: OpenApi = {
  200: {
    description:
      'Server-sent events, to the last event of the session. Each `data:` line holds one StreamMessage, of which the examples show one of each type; `id:` is its `sequence`, and what is no part of the log (a keepalive, an error with sequence 0) has none. There is no `event:` line: switch on `type`. The stream ends by itself after `match_results`, or an `error` with `fatal: true`.',
    content: { 'text/event-stream': { schema: refTo('StreamMessage'), examples: MESSAGE_EXAMPLES } },
  },
  204: { description: 'The session has ended and nothing of it follows the cursor. It stops an EventSource for good.' },
};

/** A body that a request must have. */
export function requestBody(schema: string, examples: Examples): OpenApi {
  return { required: true, content: { 'application/json': { schema: refTo(schema), examples } } };
}

/** The answer where all went well. */
export function answer(description: string, schema: string, value: unknown): OpenApi {
  return {
    200: { description, content: { 'application/json': { schema: refTo(schema), examples: { it: { value } } } } },
  };
}

/** The failures of an operation, by status, as the error table has them: those named, and those of any request. */
export function failures(codes: readonly ErrorCode[]): OpenApi {
  const byStatus = Map.groupBy([...codes, ...ANY], (code) => ERRORS[code].status);
  const entries = [...byStatus].map(([status, those]) => [
    status,
    failure({
      description: those.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join(' '),
      examples: Object.fromEntries(those.map((code) => [code, { value: errorExample(code) }])),
      ...(status === null ? {} : { headers: HEADERS[status] }),
    }),
  ]);
  return Object.fromEntries(entries);
}

/** The failure of a request with a body, whether one is wanted or not, that is too large. */
export const TOO_LARGE: OpenApi = { 413: refusal('The body is larger than 64 KiB.') };

/** The failure of a request whose body is of another type than the operation takes. */
export const OTHER_TYPE: OpenApi = { 415: refusal('The body is not sent as application/json.') };

/** What another method at the same path comes to. */
export function methodFailure(allow: string): OpenApi {
  const headers = { Allow: { $ref: '#/components/headers/Allow' } };
  return { 405: { ...refusal(`Another method at this path, which takes ${allow} only.`), headers } };
}

function refusal(message: string): OpenApi {
  const examples = { invalid_request: { value: errorExample('invalid_request', message) } };
  return failure({ description: `\`invalid_request\`: ${message}`, examples });
}

function failure(said: {
  readonly description: string;
  readonly examples: Readonly<Record<string, Example>>;
  readonly headers?: OpenApi | undefined;
}): OpenApi {
  const { description, examples, headers } = said;
  const content = { 'application/json': { schema: refTo('Error'), examples } };
  return { description, ...(headers === undefined ? {} : { headers }), content };
}

function cursor(place: 'header' | 'query', name: string, more: string): OpenApi {
  return {
    in: place,
    name,
    required: false,
    description: `The \`id\` of the last message that was read: the stream resumes after it; 0 is the start. ${more}`,
    schema: { type: 'integer', minimum: 0, maximum: 2_147_483_647 },
  };
}

function header(description: string, schema: OpenApi): OpenApi {
  return { description, schema };
}
