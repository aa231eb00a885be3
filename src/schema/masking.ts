import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import { causeOf, SessionFailure } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ErrorCode } from '../protocol.ts';
import { withoutValues } from './unsaid-values.ts';

interface MaskingOptions {
  readonly log: Log;
  /** A fresh UUID v4, to find a cause in the log by. */
  readonly newId: () => string;
}

/** What a GraphQL error of this server says in its `extensions`, beside what a library adds. */
export interface ErrorExtensions {
  /** A code of ErrorCode. */
  readonly code: Uppercase<ErrorCode>;
  readonly retryAfterMs?: number;
  /** Of a masked error: what to look for in the server's log. */
  readonly errorId?: string;
  /** The request, as X-Request-Id names it. */
  readonly requestId?: string;
}

/** Characters; the longest of graphql-js about names of this schema has some 300. */
const LONGEST_MESSAGE = 500;

/** `requestId` is said with the error, and logged with its cause, where it is given. */
export type Mask = (error: unknown, requestId?: string) => GraphQLError;

/**
 * What may be said about an error. One about the document or its variables passes, with INVALID_REQUEST and without
 * the values that it quotes; a SessionFailure says its code and message; anything else is PROCESSING_ERROR with an id,
 * under which the name and the place of its cause are logged. A cause's message is neither said nor logged: it may hold
 * an address.
 */
export function createMask({ log, newId }: MaskingOptions): Mask {
  return (error, requestId) => {
    const which = requestId === undefined ? {} : { requestId };
    const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error;
    if (cause instanceof SessionFailure)
      return withExtensions(error, cause.message, { ...extensionsOf(cause), ...which });
    if (error instanceof GraphQLError && isAboutDocument(error)) return withDefaultCode(error, which);
    const errorId = newId();
    log.error({ errorId, ...which, ...causeOf(cause) }, 'masked error');
    return withExtensions(error, maskedMessage(errorId), { code: 'PROCESSING_ERROR', errorId, ...which });
  };
}

/** What is said instead of a cause that must not be seen. */
export function maskedMessage(errorId: string): string {
  return `Something went wrong on the server. Its log says more under the error id ${errorId}.`;
}

function extensionsOf(failure: SessionFailure): ErrorExtensions {
  const { retryAfterMs } = failure.details;
  return { code: upperCase(failure.code), ...(retryAfterMs === null ? {} : { retryAfterMs }) };
}

/** A code as GraphQL writes it. */
export function upperCase<Code extends string>(code: Code): Uppercase<Code> {
  return code.toUpperCase() as Uppercase<Code>;
}

/** Errors of execution have a path; of these only the ones that point into the document are the caller's. */
function isAboutDocument(error: GraphQLError): boolean {
  const cause = error.originalError ?? error;
  return cause instanceof GraphQLError && (error.path === undefined || cause.nodes !== undefined);
}

function withDefaultCode(error: GraphQLError, which: Partial<ErrorExtensions>): GraphQLError {
  const isCoded = error.extensions['code'] !== undefined;
  return withExtensions(error, shortened(withoutValues(error)), {
    ...error.extensions,
    ...(isCoded ? {} : { code: 'INVALID_REQUEST' }),
    ...which,
  });
}

/** A name of the caller's own, which an error quotes, may be nearly as long as a body. */
function shortened(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`;
}

/** An error at the same place that says nothing else: a cause may have extensions of its own. */
function withExtensions(
  error: unknown,
  message: string,
  extensions: Partial<ErrorExtensions> | GraphQLErrorExtensions,
): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions: { ...extensions } });
  const { nodes = null, source = null, positions = null, path = null } = error;
  return new GraphQLError(message, { nodes, source, positions, path, extensions: { ...extensions } });
}
