import type { ErrorBody, ErrorCode, ErrorDetails, SessionError } from './protocol.ts';

interface ErrorRow {
  /** HTTP status of an answer outside a stream; null where the code only stands in streams. */
  readonly status: number | null;
  /** Whether nothing follows on a stream that says it. Outside a stream an error is always fatal. */
  readonly fatal: boolean;
  /** What is said to the caller: what was wrong and what to do. Never an address, a coordinate or a cause. */
  readonly message: string;
}

/** The error table: one row a code, for HTTP, GraphQL and streams alike. */
export const ERRORS = {
  session_not_found: {
    status: 404,
    fatal: true,
    message:
      'There is no such session: it was never started by this account, or it has been forgotten. Start a new one.',
  },
  parent_not_found: {
    status: 404,
    fatal: true,
    message: "There is no such parent for this account. Check the parent's id.",
  },
  interaction_not_found: {
    status: 404,
    fatal: true,
    message: "This session has asked no such question. Use the interaction's id as the question gave it.",
  },
  interaction_already_answered: {
    status: 409,
    fatal: true,
    message: 'This question was already answered differently; the first answer stands.',
  },
  session_conflict: {
    status: 409,
    fatal: true,
    message: 'This session id was started with another input. Choose another id, or start with the same input.',
  },
  user_interaction_timeout: {
    status: 410,
    fatal: true,
    message: 'The question was not answered in time, so the session has ended. Start a new one.',
  },
  invalid_response: {
    status: 422,
    fatal: true,
    message:
      'The answer does not fit the question, which stays open. See the issues in the details for what is allowed.',
  },
  invalid_request: {
    status: 400,
    fatal: true,
    message: 'The request is not valid. See the issues in the details for what is allowed.',
  },
  unauthenticated: {
    status: 401,
    fatal: true,
    message: 'A valid bearer token is needed.',
  },
  forbidden: {
    status: 403,
    fatal: true,
    message: 'This origin or host is not allowed here.',
  },
  rate_limited: {
    status: 429,
    fatal: true,
    message: 'Too many requests. Wait as long as Retry-After says.',
  },
  geocoding_failed: {
    status: null,
    fatal: false,
    message: 'A place could not be found. The search goes on without it.',
  },
  processing_error: {
    status: 500,
    fatal: true,
    message: 'Something went wrong while the session was processed. Start a new one.',
  },
  session_cancelled: {
    status: 410,
    fatal: true,
    message: 'The session was cancelled.',
  },
  history_lost: {
    status: null,
    fatal: false,
    message: 'Earlier events of this session were lost. What follows is all there is, from its first event.',
  },
  unavailable: {
    status: 503,
    fatal: true,
    message: 'The service cannot answer right now. Try again as Retry-After says.',
  },
} as const satisfies Record<ErrorCode, ErrorRow>;

const NO_DETAILS: ErrorDetails = {
  parentId: null,
  failedStage: null,
  interactionId: null,
  retryAfterMs: null,
  requestId: null,
  issues: [],
};

/** An error that is expected: it has a code of the table and may be shown to the caller. */
export class SessionFailure extends Error {
  override readonly name = 'SessionFailure';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: Partial<ErrorDetails> = {}, options?: ErrorOptions) {
    super(ERRORS[code].message, options);
    this.code = code;
    this.details = { ...NO_DETAILS, ...details };
  }
}

/** The body of an error event. `message` defaults to the table's. */
export function errorBody(code: ErrorCode, details: Partial<ErrorDetails> = {}, message?: string): ErrorBody {
  const row = ERRORS[code];
  return {
    type: 'error',
    errorCode: code,
    message: message ?? row.message,
    fatal: row.fatal,
    errorDetails: { ...NO_DETAILS, ...details },
  };
}

/** An error that is no part of a session's log: it has sequence 0. */
export function looseError(failure: SessionFailure, sessionId: string, timestamp: number): SessionError {
  return { ...errorBody(failure.code, failure.details), sessionId, timestamp, sequence: 0 };
}

/**
 * What may be logged of an error that was not expected: its name, its code and where it was thrown. Never its message,
 * which may quote what a person gave.
 */
export interface Cause {
  readonly name: string;
  readonly code: string | null;
  readonly at: readonly string[];
  /** The error that it was made of, where there is one. */
  readonly by?: Pick<Cause, 'name' | 'code'>;
}

/** A line of a stack that names a place in the code, such as `    at run (file:///app/src/run.ts:12:5)`. */
const FRAME = /^\s+at .*(:\d+:\d+\)?|\(<anonymous>\)|\(index \d+\))$/u;

/** The loggable part of whatever was thrown; `at` has the 12 innermost places at most. */
export function causeOf(thrown: unknown): Cause {
  if (!(thrown instanceof Error)) return { name: typeof thrown, code: null, at: [] };
  // A stack begins with the message, of which a line may look like a place.
  const trace = (thrown.stack ?? '').replace(thrown.message, '');
  const frames = trace.split('\n').filter((line) => FRAME.test(line));
  const by = thrown.cause instanceof Error ? { by: nameAndCode(thrown.cause) } : {};
  return { ...nameAndCode(thrown), at: frames.slice(0, 12).map((line) => line.trim()), ...by };
}

function nameAndCode(error: Error): Pick<Cause, 'name' | 'code'> {
  return { name: error.name, code: 'code' in error && typeof error.code === 'string' ? error.code : null };
}
