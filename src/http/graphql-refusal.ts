import type { IncomingMessage } from 'node:http';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../protocol.ts';
import { upperCase } from '../schema/masking.ts';
import { jsonTypeFor } from './graphql-request.ts';
import { headersOf, jsonAnswer, statusOf, type Answer, type HttpRefusal } from './refusal.ts';

const CODES: ReadonlyMap<unknown, ErrorCode> = new Map(ERROR_CODES.map((code) => [upperCase(code), code]));

/** What Yoga and the operation rules say of the answer, under `extensions.http`. */
const httpExtension = z.object({
  status: z.number().optional().catch(undefined),
  headers: z.record(z.string(), z.string()).catch({}),
});

/** A refusal as a GraphQL error, in the JSON that its caller would rather have: some read errors out of no other. */
export function graphqlAnswer(refusal: HttpRefusal, req: IncomingMessage): Answer {
  const { retryAfterMs, requestId, issues } = refusal.details;
  const extensions = {
    code: upperCase(refusal.code),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(requestId === null ? {} : { requestId }),
    ...(issues.length === 0 ? {} : { issues }),
  };
  const headers = { 'Content-Type': `${jsonTypeFor({ req })}; charset=utf-8`, ...refusal.headers };
  return jsonAnswer({ errors: [{ message: refusal.message, extensions }] }, refusal.status, headers);
}

/**
 * The HTTP answer to a result without data: its errors, with the status of the gravest of their codes and the id of the
 * request. Undefined for a result that has data, which goes to whoever frames it.
 */
export function refusalOf(result: Pick<ExecutionResult, 'data' | 'errors'>, requestId: string): Answer | undefined {
  const { errors, data } = result;
  if (errors === undefined || errors.length === 0 || (data !== undefined && data !== null)) return undefined;
  const said = errors.map((error) => sayAgain(error, requestId));
  const status = Math.max(...said.map((one) => one.status));
  const headers = Object.assign({}, ...said.map((one) => one.headers));
  return jsonAnswer({ errors: said.map((one) => one.error) }, status, headers);
}

function sayAgain(error: GraphQLError, requestId: string) {
  const { http, code: given, retryAfterMs, errorId } = error.extensions;
  const code = CODES.get(given) ?? 'invalid_request';
  const { status = statusOf(code), headers } = httpExtension.parse(http ?? {});
  const wait = typeof retryAfterMs === 'number' ? retryAfterMs : null;
  const extensions = {
    code: upperCase(code),
    ...(wait === null ? {} : { retryAfterMs: wait }),
    ...(errorId === undefined ? {} : { errorId }),
    requestId,
  };
  const { message, locations, path } = error.toJSON();
  return { status, headers: { ...headersOf(code, wait), ...headers }, error: { message, locations, path, extensions } };
}
