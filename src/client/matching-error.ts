import type { ErrorCode } from '../protocol.ts';
import type { ErrorMessage } from '../rest-protocol.ts';
import { shown } from './shown-text.ts';

/**
 * The codes that the client itself gives. `SESSION_TIMEOUT`: a question was not answered in time, or the session was
 * over before its end was read; start again. `NETWORK_ERROR`: the connection could not be kept; starting again with
 * the same arguments goes on with the same session. `NO_TERMINAL`: a question came, and there is nobody to ask.
 * `INTERRUPTED`: the person left the prompt (Ctrl-C, or the end of the input).
 */
export type ClientErrorCode = 'SESSION_TIMEOUT' | 'NETWORK_ERROR' | 'NO_TERMINAL' | 'INTERRUPTED';

/** The client's own codes, and the service's as they are. */
export type MatchingErrorCode = ClientErrorCode | ErrorCode;

/** What a MatchingError says besides its code and its sentence. */
export interface MatchingErrorFacts {
  readonly sessionId?: string | null;
  readonly details?: ErrorMessage['details'] | null;
  readonly cause?: unknown;
}

/** What `startMatching` rejects with, where it is not the error of a handler or the reason of a signal. */
export class MatchingError extends Error {
  override readonly name = 'MatchingError';
  readonly code: MatchingErrorCode;
  /** Null where no session was known. */
  readonly sessionId: string | null;
  /** What the service said besides; null where the error is the client's own. */
  readonly details: ErrorMessage['details'] | null;

  constructor(code: MatchingErrorCode, message: string, facts: MatchingErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.sessionId = facts.sessionId ?? null;
    this.details = facts.details ?? null;
  }
}

/**
 * An error message of the service as what `startMatching` rejects with. Its sentence is fit to be shown: whoever catches
 * nothing has it printed at the terminal.
 */
export function matchingErrorOf(message: ErrorMessage, sessionId: string, code?: ClientErrorCode): MatchingError {
  const { error_code: said, message: sentence, details } = message;
  return new MatchingError(code ?? said, shown(sentence), { details, sessionId: message.session_id ?? sessionId });
}
