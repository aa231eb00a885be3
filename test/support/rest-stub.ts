import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { RestMessage } from '../../src/rest-protocol.ts';

/** What a start of a session asked for. */
export interface StubStart {
  readonly body: Readonly<Record<string, unknown>>;
  /** Null where the header was not there. */
  readonly lastEventId: string | null;
  readonly headers: IncomingMessage['headers'];
}

export interface StubAnswer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
}

/** A plain answer; `cut`: the connection is closed instead. */
export type StubReply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'cut';

type OnStart = (stream: StubStream, start: StubStart, index: number) => void | Promise<void>;
type OnAnswer = (answer: StubAnswer, index: number) => StubReply | Promise<StubReply>;

/** The two endpoints that a client needs, on loopback, saying exactly what a test scripts. */
export class RestStub implements AsyncDisposable {
  readonly url: string;
  readonly starts: StubStart[] = [];
  readonly answers: StubAnswer[] = [];
  /**
   * Connections that carried a request and are open. Each request has one of its own. Not among them are those that
   * Node's fetch opens ahead after one was aborted, and closes by itself.
   */
  readonly sockets = new Set<Socket>();
  onStart: OnStart = (stream) => stream.end();
  onAnswer: OnAnswer = ({ body }) => received(body['interaction_id']);
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.shouldKeepAlive = false;
    this.#watch(request.socket);
    const { headers, url } = request;
    const body = JSON.parse(await textOf(request)) as Record<string, unknown>;
    if (url === '/api/streaming/interactions/respond') {
      this.answers.push({ body, headers });
      return reply(response, await this.onAnswer({ body, headers }, this.answers.length - 1));
    }
    if (url !== '/api/streaming/matches/interactive') return reply(response, { status: 404 });
    const start = { body, headers, lastEventId: headers['last-event-id']?.toString() ?? null };
    this.starts.push(start);
    return this.onStart(new StubStream(response), start, this.starts.length - 1);
  }

  /** Resolves once the client has closed every connection. */
  async closed(): Promise<void> {
    while (this.sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #watch(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }
}

/** A stream of the stub's. */
export class StubStream {
  readonly #response: ServerResponse;
  #isBegun = false;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** A message with its id, where it has a sequence above 0. */
  send(message: RestMessage): void {
    const id = 'sequence' in message && message.sequence > 0 ? `id: ${message.sequence}\n` : '';
    this.raw(`${id}data: ${JSON.stringify(message)}\n\n`);
  }

  /** Sends it, and then closes the connection in the middle of the body. */
  sendAndCut(message: RestMessage): void {
    this.send(message);
    this.cut();
  }

  /** Bytes as they are, after the headers. */
  raw(text: string): void {
    this.begin();
    this.#response.write(text);
  }

  /** Ends it as a server does that says nothing else. */
  end(): void {
    this.begin();
    this.#response.end();
  }

  /** Closes the connection once what was written has left. */
  cut(): void {
    this.begin();
    this.#response.write('', () => this.#response.destroy());
  }

  /** Answers without a stream. */
  refuse(given: StubReply): void {
    reply(this.#response, given);
  }

  /** The headers, and what every stream begins with. */
  begin(): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    this.#response.write('retry: 1\n\n');
  }
}

/** As the service acknowledges an answer. */
export function received(interactionId: unknown, status: 'received' | 'duplicate' = 'received'): StubReply {
  return { status: 200, body: { status, interaction_id: interactionId } };
}

export async function startRestStub(): Promise<RestStub> {
  let stub: RestStub | null = null;
  const server = createServer((request, response) => {
    // A client that leaves in between is what many of the tests are about.
    stub?.handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stub = new RestStub(server);
  return stub;
}

function reply(response: ServerResponse, given: StubReply): void {
  if (given === 'cut') {
    response.destroy();
    return;
  }
  response.writeHead(given.status, { 'content-type': 'application/json', ...given.headers });
  response.end(given.body === undefined ? undefined : JSON.stringify(given.body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}
