import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deliver, nowMs, reply, replyTooMany, sendJson } from './delivery.ts';
import type { StubAnswer, StubRequest } from './provider.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { ScriptedService, SeenRequest } from './stub-service.ts';

const HOST = '127.0.0.1';
/** Longer than any client keeps a connection that it does not use, so that none is closed just as it is used again. */
const KEEP_ALIVE_MS = 120_000;

/** What a server answers with. */
export interface StubServerParts {
  /** The service that a path belongs to; null: 404. */
  readonly serviceOf: (path: string) => ScriptedService | null;
  /** Answers what is for the kit itself; null: the request is for a service. */
  readonly control: (request: StubRequest) => StubAnswer | null;
  /** Null: there is no limit. */
  readonly limiter: RateLimiter | null;
  /** Hears of every request when nothing more will be said to it, or it is left hanging. */
  readonly onSettled: (service: string, seen: SeenRequest) => void;
}

/** One server of the kit, on loopback. Disposal cuts every connection. */
export class StubServer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    this.url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  }

  serve(parts: StubServerParts): void {
    this.#server.on('request', (request, response) => {
      answer(parts, request, response).catch((error: unknown) => tell(response, error));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** Port 0: a free one. Rejects with what to do when the port is taken. */
export async function listen(port: number): Promise<StubServer> {
  const server = createServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  }).catch((error: unknown) => {
    throw isTaken(error) ? new PortTakenError(port, { cause: error }) : error;
  });
  return new StubServer(server);
}

/** Something else listens there already. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(port: number, options: ErrorOptions) {
    super(`Port ${port} of ${HOST} is taken: end what listens there, or choose another.`, options);
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

async function answer(parts: StubServerParts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = nowMs();
  const request = await readRequest(message);
  const controlled = parts.control(request);
  if (controlled !== null) return sendJson(response, controlled);
  const service = parts.serviceOf(request.path);
  if (service === null) return sendJson(response, { status: 404, body: { message: 'Not Found' } });
  const seen = await answerFor(service, { request, response, at, limiter: parts.limiter });
  parts.onSettled(service.name, seen);
}

/** What a test gave has thrown: said where it is seen. Where the client has left, nothing failed. */
function tell(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) return;
  process.emitWarning(error instanceof Error ? error : new Error('what a test gave has thrown'));
  sendJson(response, { status: 500, body: { message: 'What the stub was given has thrown' } });
}

interface Arrival {
  readonly request: StubRequest;
  readonly response: ServerResponse;
  readonly at: number;
  readonly limiter: RateLimiter | null;
}

async function answerFor(service: ScriptedService, { request, response, at, limiter }: Arrival): Promise<SeenRequest> {
  const { provider } = service;
  const asked = provider.read(request);
  const sight = service.see(request, at, asked.kind === 'asked' ? asked.elements : 1);
  if (asked.kind === 'refused') {
    reply({ response, sight }, asked.answer);
    return sight.seen;
  }
  const delivery = { provider, asked, response, sight };
  const exceededForMs = asked.rate && limiter ? limiter.exceededForMs(asked.rate, at) : null;
  if (exceededForMs === null) await deliver(delivery, service.takeFault());
  else replyTooMany(delivery, exceededForMs);
  return sight.seen;
}

async function readRequest(message: IncomingMessage): Promise<StubRequest> {
  const url = new URL(message.url ?? '/', `http://${HOST}`);
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += String(chunk);
  return {
    method: message.method ?? 'GET',
    path: decoded(url.pathname),
    query: url.searchParams,
    contentType: message.headers['content-type'] ?? null,
    body: text === '' ? null : parsed(text),
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
