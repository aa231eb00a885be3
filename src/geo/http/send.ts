import type { Clock } from '../../clock.ts';
import { MapServiceUnavailable } from '../map-service.ts';

/** What is sent: by POST as JSON where there is a body, by GET without. */
export interface Sending {
  /** The service's name, for errors. */
  readonly service: string;
  readonly url: URL;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Null where the body broke off, or is longer than a map service's answer can be. */
  readonly text: string | null;
}

/** Far above what the largest table of travel times or five places come to. */
const LONGEST_BODY_BYTES = 1024 * 1024;

/** Of the causes that fetch gives, those that say that it took too long. */
const LATE: ReadonlySet<string | null> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/**
 * Sends one request and reads the whole answer, within `timeoutMs` for both. Rejects with MapServiceUnavailable
 * (`timeout`, or `network` with the system's word for it, such as `ECONNREFUSED`) and, at once, with the reason of an
 * aborted signal. What fetch throws quotes hosts and URLs, so it is never passed on.
 */
export async function send(sending: Sending, clock: Clock, timeoutMs: number): Promise<Reply> {
  const { service, signal } = sending;
  signal.throwIfAborted();
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const timer = clock.after(timeoutMs, end);
  signal.addEventListener('abort', end);
  try {
    return await exchange(sending, ending.signal);
  } catch (thrown) {
    signal.throwIfAborted();
    const code = systemWordOf(thrown);
    // The caller did not end it, so the timer did.
    if (ending.signal.aborted || LATE.has(code)) throw new MapServiceUnavailable(service, 'timeout');
    throw new MapServiceUnavailable(service, 'network', { code });
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', end);
  }
}

async function exchange({ url, body }: Sending, signal: AbortSignal): Promise<Reply> {
  const accept = { accept: 'application/json' };
  const post = { method: 'POST', headers: { ...accept, 'content-type': 'application/json' } };
  const response = await fetch(url, {
    ...(body === undefined ? { headers: accept } : { ...post, body: JSON.stringify(body) }),
    // Nobody but the service that was configured is to see where people live.
    redirect: 'manual',
    signal,
  });
  return { status: response.status, headers: response.headers, text: await readText(response, signal) };
}

async function readText(response: Response, signal: AbortSignal): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > LONGEST_BODY_BYTES) return null;
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return null;
  }
  return text + decoder.decode();
}

/** The code of what made fetch fail, such as `ENOTFOUND`; null where it is not a plain word of the system. */
function systemWordOf(thrown: unknown): string | null {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : null;
}
