import type { ErrorCode, InputIssue } from '../protocol.ts';

interface ProblemOptions {
  /** HTTP status, where it is not the one of the code. */
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly issues?: readonly InputIssue[];
}

/** A request that HTTP itself refuses: a path, a method or a body that is none of this service's. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: ErrorCode = 'invalid_request';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly issues: readonly InputIssue[];

  constructor({ status, message, headers = {}, issues = [] }: ProblemOptions) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.issues = issues;
  }
}

/** A request that was not answered, for whoever answers failures: what was thrown, and the session that was asked for. */
export class RestFailure extends Error {
  override readonly name = 'RestFailure';
  /** A SessionFailure, an HttpProblem, or anything else: that was not expected. */
  override readonly cause: unknown;
  /** As it stood in the path or the body; null where none was named. */
  readonly sessionId: string | null;

  constructor(cause: unknown, sessionId: string | null) {
    super('a request of REST was not answered');
    this.cause = cause;
    this.sessionId = sessionId;
  }
}
