import type { ErrorMessage } from '../rest-protocol.ts';
import { AttemptFailure } from './attempts.ts';
import type { ClientClock } from './client-clock.ts';
import { MatchingError } from './matching-error.ts';

/** An answer that is not what was asked for. */
export interface Refusal {
  readonly status: number;
  /** What the service said; null where it was not the service that spoke. */
  readonly message: ErrorMessage | null;
  /** How long to wait, at least; 0 where nothing was said. */
  readonly retryAfterMs: number;
}

/** Too many, a gateway without its server, not now, a gateway whose server was too slow: later it may be different. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const SECONDS = /^\d+$/u;

/** `Retry-After` in milliseconds from now: seconds or a date (RFC 9110, 10.2.3); 0 for anything else. */
export function retryAfterMs(header: string | null, clock: ClientClock): number {
  const given = header?.trim() ?? '';
  if (SECONDS.test(given)) return Number(given) * 1000;
  const date = Date.parse(given);
  return Number.isNaN(date) ? 0 : Math.max(0, date - clock.now());
}

/** Reads a refusal. Where the header cannot be seen, as across origins, the message says how long to wait. */
export async function readRefusal(response: Response, clock: ClientClock): Promise<Refusal> {
  const message = errorMessageIn(await response.text());
  const header = retryAfterMs(response.headers.get('retry-after'), clock);
  return {
    status: response.status,
    message,
    retryAfterMs: Math.max(header, message?.details.retry_after_ms ?? 0),
  };
}

/** A refusal that may pass as a failed attempt; any other is given back. */
export function failureOf(refusal: Refusal): AttemptFailure | null {
  if (!PASSING.has(refusal.status)) return null;
  const { message, retryAfterMs: waitMs } = refusal;
  const sentence = message?.message ?? `it answered with status ${refusal.status}.`;
  return new AttemptFailure(sentence, { refusal: message, retryAfterMs: waitMs });
}

/** What a refusal without a message of the service's means: something else answered. */
export function strangerError(status: number, sessionId: string): MatchingError {
  const sentence = `Status ${status} came from something that does not speak as the matching service does. Check the URL.`;
  return new MatchingError('NETWORK_ERROR', sentence, { sessionId });
}

function errorMessageIn(text: string): ErrorMessage | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  return isErrorMessage(parsed) ? parsed : null;
}

function isErrorMessage(value: unknown): value is ErrorMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { error_code: code, message, details } = value as Partial<Record<keyof ErrorMessage, unknown>>;
  return typeof code === 'string' && typeof message === 'string' && typeof details === 'object' && details !== null;
}
