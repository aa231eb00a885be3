import { errorBody, ERRORS, SessionFailure } from '../errors.ts';
import type { ErrorCode, ErrorDetails } from '../protocol.ts';
import { errorMessage } from '../rest/message.ts';
import type { HttpProblem } from '../rest/rest-failure.ts';

/** A complete answer. */
export interface Answer<Body extends string | Buffer = string> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** What a refusal says where it differs from its code's row in the error table. */
interface RefusalOptions {
  readonly status?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly details?: Partial<ErrorDetails>;
  /** The session that was asked for. */
  readonly sessionId?: string | null;
}

/** A request that is refused before anything is done for it. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly code: ErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: ErrorDetails;
  /** Null where none was named. */
  readonly sessionId: string | null;

  constructor(code: ErrorCode, options: RefusalOptions = {}) {
    super(options.message ?? ERRORS[code].message);
    this.code = code;
    this.status = options.status ?? statusOf(code);
    this.details = new SessionFailure(code, options.details).details;
    this.headers = { ...headersOf(code, this.details.retryAfterMs), ...options.headers };
    this.sessionId = options.sessionId ?? null;
  }

  /** The same as it is said to a caller, who can then name the request. */
  answering(requestId: string): HttpRefusal {
    const { code, status, message, headers, sessionId } = this;
    return new HttpRefusal(code, { status, message, headers, sessionId, details: { ...this.details, requestId } });
  }

  /** The same for a failure that something behind the gate reported. */
  static of(failure: SessionFailure, sessionId: string | null = null): HttpRefusal {
    return new HttpRefusal(failure.code, { details: failure.details, sessionId });
  }

  /** The same for a request of REST that HTTP itself refuses. */
  static ofProblem({ code, status, message, headers, issues }: HttpProblem, sessionId: string | null): HttpRefusal {
    return new HttpRefusal(code, { status, message, headers, details: { issues }, sessionId });
  }
}

/** What is said of a path that is not there. */
export function nothingHere(): HttpRefusal {
  return new HttpRefusal('invalid_request', { status: 404, message: 'There is nothing at this path.' });
}

/** The status of a code outside a stream; 500 for those that only stand in streams. */
export function statusOf(code: ErrorCode): number {
  return ERRORS[code].status ?? 500;
}

/** What HTTP wants to be said beside a status. Retry-After is in whole seconds, at least 1. */
export function headersOf(code: ErrorCode, retryAfterMs: number | null): Record<string, string> {
  return {
    ...(retryAfterMs === null ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
    ...(code === 'unauthenticated' ? { 'WWW-Authenticate': 'Bearer' } : {}),
  };
}

/** A refusal in the shape of REST's error message. */
export function restAnswer(refusal: HttpRefusal, timestamp: number): Answer {
  const { code, message, status, headers, details, sessionId } = refusal;
  const body = { ...errorBody(code, details, message), fatal: true };
  return jsonAnswer(errorMessage({ ...body, sessionId, timestamp, sequence: 0 }), status, headers);
}

/** Any value as a JSON answer. */
export function jsonAnswer(value: unknown, status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}
