import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { GraphqlCaller, GraphqlRequest } from '../schema/executor.ts';
import type { Exchange } from './exchange.ts';
import { isDeeperThan } from './json-depth.ts';
import { HttpRefusal } from './refusal.ts';

const STREAM = 'text/event-stream';
/** What a GraphQL path can answer with, in the order of preference where the caller has none. */
const ANSWER_TYPES = ['application/json', 'application/graphql-response+json', STREAM] as const;
type AnswerType = (typeof ANSWER_TYPES)[number];
/** What a body must be, and no form, which any site can have a browser post. */
const BODY_TYPE = 'application/json';
/** JSON is UTF-8, which some say and others do not: `; charset=utf-8`. */
const CHARSET = /^charset="?utf-?8"?$/iu;
/** Lists and objects, one in the other; the fullest request has 6. */
const MOST_DEPTH = 32;

const parameters = z.strictObject({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

const MOST_PARAMETERS = Object.keys(parameters.shape).length;

/**
 * The answer types that a caller accepts, in their order of preference. Quality values do not count, as in the
 * libraries behind.
 */
export function acceptedTypes(accept = '*/*'): readonly AnswerType[] {
  const asked = accept.split(',').map((part) => (part.split(';')[0] ?? '').trim().toLowerCase());
  const taken = asked.flatMap((type) =>
    ANSWER_TYPES.filter((one) => type === '*/*' || type === one || isGroupOf(type, one)),
  );
  return [...new Set(taken)];
}

/** The JSON that a caller would rather have an answer in that is no stream: of callers who take streams alone, too. */
export function jsonTypeFor({ req }: Pick<Exchange, 'req'>): Exclude<AnswerType, typeof STREAM> {
  return acceptedTypes(req.headers.accept).find((type) => type !== STREAM) ?? 'application/json';
}

function isGroupOf(type: string, one: string): boolean {
  return type.endsWith('/*') && one.startsWith(type.slice(0, -1));
}

/**
 * Refuses what is no GraphQL request, alike on both paths and before a library looks at it: 406, 415, or 400 with
 * every issue. It counts as a read, and is rate_limited where there is none left: it is read all the same.
 */
export async function assertGraphqlRequest(
  exchange: Exchange,
  types: readonly AnswerType[] = ANSWER_TYPES,
): Promise<void> {
  try {
    assertReadable(exchange, types);
  } catch (refused) {
    await exchange.spend('reads');
    throw refused;
  }
}

function assertReadable(exchange: Exchange, types: readonly AnswerType[]): void {
  const { req, body } = exchange;
  if (!acceptedTypes(req.headers.accept).some((type) => types.includes(type))) {
    const message = types.length === 1 ? `Accept ${types[0]}.` : `Accept one of ${types.join(', ')}.`;
    throw new HttpRefusal('invalid_request', { status: 406, message });
  }
  if (req.method === 'GET') return assertParameters(queryParameters(req.url ?? ''));
  if (!isJson(req)) {
    throw new HttpRefusal('invalid_request', { status: 415, message: 'Send the request as application/json.' });
  }
  assertParameters(parseJson(body.toString('utf8'), 'body'));
}

/** Whether a request says once and for all that its body is JSON. */
function isJson({ rawHeaders, headers }: IncomingMessage): boolean {
  const given = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type');
  const [type = '', ...rest] = (headers['content-type'] ?? '').split(';').map((part) => part.trim());
  // Of several headers Node keeps the first, where something in front may have kept the last.
  if (given.length !== 1 || type.toLowerCase() !== BODY_TYPE) return false;
  return rest.every((parameter) => !parameter.toLowerCase().startsWith('charset') || CHARSET.test(parameter));
}

/** The caller as the executor knows them. */
export function callerOf(exchange: Exchange): GraphqlCaller {
  const { req } = exchange;
  return {
    ...exchange,
    method: req.method ?? '',
    acceptsStream: acceptedTypes(req.headers.accept).includes(STREAM),
  };
}

/** Says in the request's own headers what was made of them, so that a library behind comes to the same choice. */
export function settleHeaders(exchange: Exchange, types = acceptedTypes(exchange.req.headers.accept)): void {
  if (exchange.req.method === 'POST') exchange.req.headers['content-type'] = BODY_TYPE;
  exchange.req.headers.accept = types.join(', ');
  // Proxies that gather an answer before they pass it on would hold a stream back.
  if (types.includes(STREAM)) exchange.res.setHeader('X-Accel-Buffering', 'no');
}

function queryParameters(url: string): Record<string, unknown> {
  const found = [...new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length))];
  if (found.length > MOST_PARAMETERS) throw invalid([{ path: 'query string', message: ruleOfNames() }]);
  const names = new Set(found.map(([name]) => name));
  // Of two, those behind might take another one than was looked at here.
  if (names.size < found.length)
    throw invalid([{ path: 'query string', message: 'each parameter stands once at most' }]);
  return Object.fromEntries(
    found.map(([name, value]) => [
      name,
      name === 'variables' || name === 'extensions' ? parseJson(value, name) : value,
    ]),
  );
}

function parseJson(text: string, path: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid([{ path, message: 'must be JSON' }]);
  }
  if (isDeeperThan(MOST_DEPTH, parsed)) throw invalid([{ path, message: `at most ${MOST_DEPTH} levels are taken` }]);
  return parsed;
}

function assertParameters(given: unknown): void {
  const { error } = parameters.safeParse(given);
  if (error === undefined) return;
  throw invalid(error.issues.map((issue) => ({ path: issue.path.join('.') || 'body', message: ruleOf(issue) })));
}

/** What is allowed. A name of the caller's own is not repeated: it may be anything. */
function ruleOf({ code, message }: z.core.$ZodIssue): string {
  return code === 'unrecognized_keys' ? ruleOfNames() : message;
}

function ruleOfNames(): string {
  return `only ${Object.keys(parameters.shape).join(', ')} are taken`;
}

function invalid(issues: { readonly path: string; readonly message: string }[]): HttpRefusal {
  const words = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new HttpRefusal('invalid_request', { message: `This is no GraphQL request: ${words}.`, details: { issues } });
}

/** The parameters as the executor takes them. */
export function requestOf(params: {
  readonly query?: string | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}): GraphqlRequest {
  const { query = '', operationName, variables } = params;
  return { query, operationName, variables };
}
