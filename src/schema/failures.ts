import { looseError, SessionFailure } from '../errors.ts';
import type { ErrorCode, SessionError } from '../protocol.ts';
import type { GraphqlContext } from './context.ts';

/** Codes that are about the caller or the service rather than about what was asked: GraphQL errors, never data. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['unauthenticated', 'rate_limited', 'unavailable']);

/** Whether an error belongs into the data, as an Error. */
export function isExpected(error: unknown): error is SessionFailure {
  return error instanceof SessionFailure && !REFUSALS.has(error.code);
}

/** What `work` resolves with, or the Error that it failed with as expected; other errors are thrown on. */
export async function orError<T>(
  work: Promise<T>,
  sessionId: string,
  context: GraphqlContext,
): Promise<T | SessionError> {
  try {
    return await work;
  } catch (error) {
    if (!isExpected(error)) throw error;
    const details = { ...error.details, requestId: context.requestId };
    return { ...looseError(new SessionFailure(error.code, details), sessionId, context.clock.now()), fatal: true };
  }
}
