import { z } from 'zod';
import type { GraphqlCaller, GraphqlRequest } from '../schema/executor.ts';
import type { Exchange } from './exchange.ts';
import { HttpRefusal } from './refusal.ts';

const STREAM = 'text/event-stream';
/** What a GraphQL path can answer with, in the order of preference where the caller has none. */
const ANSWER_TYPES = ['application/json', 'application/graphql-response+json', STREAM] as const;
/** What a body may be. A form, which any site can have a browser post, is none of them. */
const BODY_TYPES: ReadonlySet<string> = new Set(['application/json', 'application/graphql-response+json']);

const parameters = z.strictObject({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * The answer types that a caller accepts, in their order of preference. Quality values do not count, as in the
 * libraries behind.
 */
export function acceptedTypes(accept = '*/*'): readonly string[] {
  const asked = accept.split(',').map((part) => (part.split(';')[0] ?? '').trim().toLowerCase());
  const taken = asked.flatMap((type) =>
    ANSWER_TYPES.filter((one) => type === '*/*' || type === one || isGroupOf(type, one)),
  );
  return [...new Set(taken)];
}

function isGroupOf(type: string, one: string): boolean {
  return type.endsWith('/*') && one.startsWith(type.slice(0, -1));
}

/**
 * Refuses what is no GraphQL request, alike on both paths and before a library looks at it: 406, 415, or 400 with
 * every issue.
 */
export function assertGraphqlRequest(exchange: Exchange): void {
  const { req, body } = exchange;
  if (acceptedTypes(req.headers.accept).length === 0) {
    throw new HttpRefusal('invalid_request', { status: 406, message: `Accept one of ${ANSWER_TYPES.join(', ')}.` });
  }
  if (req.method === 'GET') return assertParameters(queryParameters(req.url ?? ''));
  const type = (req.headers['content-type'] ?? '').split(';')[0] ?? '';
  if (!BODY_TYPES.has(type.trim().toLowerCase())) {
    throw new HttpRefusal('invalid_request', { status: 415, message: 'Send the request as application/json.' });
  }
  assertParameters(parseJson(body.toString('utf8'), 'body'));
}

/** The caller as the executor knows them. */
export function callerOf(exchange: Exchange): GraphqlCaller {
  const { req, account, signal, admitStream } = exchange;
  return {
    account,
    signal,
    admitStream,
    method: req.method ?? '',
    acceptsStream: acceptedTypes(req.headers.accept).includes(STREAM),
  };
}

/** Says in the request's own header what was made of it, so that a library behind comes to the same choice. */
export function settleAccept(exchange: Exchange, types = acceptedTypes(exchange.req.headers.accept)): void {
  exchange.req.headers.accept = types.join(', ');
  // Proxies that gather an answer before they pass it on would hold a stream back.
  if (types.includes(STREAM)) exchange.res.setHeader('X-Accel-Buffering', 'no');
}

function queryParameters(url: string): Record<string, unknown> {
  const found = [...new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length))];
  return Object.fromEntries(
    found.map(([name, value]) => [
      name,
      name === 'variables' || name === 'extensions' ? parseJson(value, name) : value,
    ]),
  );
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid([{ path, message: 'must be JSON' }]);
  }
}

function assertParameters(given: unknown): void {
  const { error } = parameters.safeParse(given);
  if (error === undefined) return;
  throw invalid(error.issues.map(({ path, message }) => ({ path: path.join('.') || 'body', message })));
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
