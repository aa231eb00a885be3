import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { HttpRefusal, restAnswer } from './refusal.ts';
import { plainSecurityHeaders } from './security-headers.ts';

interface BrokenRequestsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** A fresh UUID v4. */
  readonly newId: () => string;
}

/** What Node says of a request that comes to no listener, and the answer to it; 400 where nothing is said here. */
const ANSWERS: Readonly<Record<string, { readonly status: number; readonly message: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: 'The headers of the request are too large.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, message: 'The chunk extensions of the request are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: 'The request took too long to come.' },
};
const UNREADABLE = { status: 400, message: 'This is no HTTP request.' };

/**
 * Answers what Node cannot read as a request, in the shape of every other refusal and without a word of what was sent, and
 * closes the connection. Returns what each request's listener is to be wrapped in: where a response has begun on a
 * connection, nothing is written into it.
 */
export function answerBrokenRequests(
  server: Server,
  options: BrokenRequestsOptions,
): (listener: RequestListener) => RequestListener {
  const security = Object.fromEntries(plainSecurityHeaders());
  const responses = new WeakMap<Duplex, ServerResponse[]>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET' || !isFree(responses.get(socket))) {
      socket.destroy();
      return;
    }
    socket.end(rawAnswer(error.code ?? '', security, options), () => socket.destroy());
  });
  return (listener) => (req: IncomingMessage, res) => {
    const unfinished = (responses.get(req.socket) ?? []).filter((before) => !isOver(before));
    responses.set(req.socket, [...unfinished, res]);
    listener(req, res);
  };
}

/**
 * Whether an answer may be written now: it would be taken for the one that is due. So nothing may be due but to the
 * request that broke, whose body was still to come. What breaks may also be the rest of a request that was answered
 * before all of it came: a second answer to it would be taken for one to the next.
 */
function isFree(responses: readonly ServerResponse[] = []): boolean {
  const [last, ...others] = responses.filter((response) => !isOver(response)).toReversed();
  if (last === undefined) return true;
  return others.length === 0 && !last.headersSent && !last.req.complete;
}

function isOver({ writableFinished, req }: ServerResponse): boolean {
  return writableFinished && req.complete;
}

function rawAnswer(
  code: string,
  security: Readonly<Record<string, string>>,
  { clock, log, newId }: BrokenRequestsOptions,
): string {
  const requestId = newId();
  const { status, message } = ANSWERS[code] ?? UNREADABLE;
  log.info({ requestId, code, status }, 'a request could not be read');
  const refusal = new HttpRefusal('invalid_request', { status, message }).answering(requestId);
  const { headers, body } = restAnswer(refusal, clock.now());
  const said = {
    ...security,
    ...headers,
    'X-Request-Id': requestId,
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const lines = Object.entries(said).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
}
