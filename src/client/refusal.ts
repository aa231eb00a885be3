import type { ErrorMessage } from '../rest-protocol.ts';
import { AttemptFailure } from './attempts.ts';
import type { ClientClock } from './client-clock.ts';
import { MatchingError } from './matching-error.ts';
import { isErrorMessage, waitOf } from './message-shapes.ts';

/** An answer that is not what was asked for. */
export interface Refusal {
  readonly status: number;
  /** What the service said; null where it was not the service that spoke. */
  readonly message: ErrorMessage | null;
  /** How long to wait, at least; 0 where nothing was said. */
  readonly retryAfterMs: number;
}

/** The most bytes of an answer that are read: 1 MiB, far above any that the service gives outside a stream. */
const LONGEST_ANSWER = 1024 * 1024;

const SECONDS = /^\d+$/u;

/** `Retry-After` in milliseconds from now: seconds or a date (RFC 9110, 10.2.3); 0 for anything else. */
export function retryAfterMs(header: string | null, clock: ClientClock): number {
  const given = header?.trim() ?? '';
  if (SECONDS.test(given)) return Number(given) * 1000;
  const date = Date.parse(given);
  return Number.isNaN(date) ? 0 : Math.max(0, date - clock.now());
}

/**
 * Reads a refusal. Where the header cannot be seen, as across origins, the message says how long to wait. What is no
 * JSON, such as the page of a gateway, is left unread: it may have no end.
 */
export async function readRefusal(response: Response, clock: ClientClock): Promise<Refusal> {
  const parsed = await readJson(response);
  const message = isErrorMessage(parsed) ? parsed : null;
  const header = retryAfterMs(response.headers.get('retry-after'), clock);
  return { status: response.status, message, retryAfterMs: Math.max(header, message ? waitOf(message) : 0) };
}

/** What a JSON answer says; undefined where it is none, or too long to be the service's. */
export async function readJson(response: Response): Promise<unknown> {
  const isJson = /\bjson\b/iu.test(response.headers.get('content-type') ?? '');
  const text = isJson ? await readText(response) : null;
  // Frees the connection. It fails where that was lost, which changes nothing.
  response.body?.cancel().catch(() => undefined);
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readText(response: Response): Promise<string | null> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let [text, length] = ['', 0];
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk?.value === undefined) return text + decoder.decode();
      length += chunk.value.byteLength;
      if (length > LONGEST_ANSWER) return null;
      text += decoder.decode(chunk.value, { stream: true });
    }
  } finally {
    reader?.releaseLock();
  }
}

/** A refusal that may pass as a failed attempt; any other is given back. */
export function failureOf({ status, message, retryAfterMs: waitMs }: Refusal): AttemptFailure | null {
  if (!mayPass(status, message !== null)) return null;
  const sentence = message?.message ?? `it answered with status ${status}.`;
  return new AttemptFailure(sentence, { refusal: message, retryAfterMs: waitMs });
}

/**
 * Later it may be different: too many, not now, a gateway without its server (502) or whose server was too slow (504).
 * Of what is not the service's own also the other failures of whatever stands before it, 408 and 425 among them.
 */
function mayPass(status: number, isOfService: boolean): boolean {
  if (status === 429 || (status >= 502 && status <= 504)) return true;
  return !isOfService && (status === 408 || status === 425 || (status >= 500 && status !== 501 && status !== 505));
}

/** What a refusal without a message of the service's means: something else answered. */
export function strangerError(status: number, sessionId: string): MatchingError {
  const sentence = `Status ${status} came from something that does not speak as the matching service does. Check the URL.`;
  return new MatchingError('NETWORK_ERROR', sentence, { sessionId });
}
