import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const PARENT_ID = '550e8400-e29b-41d4-a716-446655440001';

const EVENTS = `
  fragment Event on SessionEvent { __typename sessionId sequence }
  fragment Said on MatchingEvent {
    ... on ProcessingUpdate { ...Event }
    ... on UserInteraction { ...Event }
    ... on MatchResults { ...Event offers { centerName } }
    ... on Error { ...Event errorCode fatal errorDetails { retryAfterMs } }
  }
`;
const ATTACH = `subscription ($id: ID!) { sessionEvents(sessionId: $id) { ...Said } } ${EVENTS}`;
const START = `subscription ($input: MatchingSessionInput!) { matchingSession(input: $input) { ...Said } } ${EVENTS}`;

const JSON_HEADERS = { 'content-type': 'application/json' };

/** A request as it is sent. */
interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A way to a stream. */
export interface Way {
  readonly name: string;
  /** Attaches to a session. */
  attach(sessionId: string): Sent;
  /** Starts a session under this id, or attaches to it. */
  start(sessionId: string): Sent;
  /** The frame that says that a silent stream is alive. */
  readonly keepalive: RegExp;
}

const REST: Way = {
  name: 'REST',
  attach: (id) => ({ method: 'GET', path: `/api/streaming/sessions/${id}/events`, headers: {}, body: '' }),
  start: (id) => ({
    method: 'POST',
    path: '/api/streaming/matches/interactive',
    headers: JSON_HEADERS,
    body: JSON.stringify({ parent_id: PARENT_ID, session_id: id }),
  }),
  keepalive: /^data: \{"type":"keepalive"/gmu,
};

function graphql(path: string): Way {
  const ask = (query: string, variables: object): Sent => ({
    method: 'POST',
    path,
    headers: { ...JSON_HEADERS, accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
  });
  return {
    name: path,
    attach: (id) => ask(ATTACH, { id }),
    start: (sessionId) => ask(START, { input: { parentId: PARENT_ID, sessionId } }),
    keepalive: /^:$/gmu,
  };
}

/** Every way to a stream: each is written by another library. */
export const WAYS: readonly Way[] = [REST, graphql('/graphql'), graphql('/graphql/stream')];

/** A reader over a socket of its own, which reads as much as it is told to. */
export class RawReader implements Disposable {
  /** Resolves when the connection is over, in whatever way. */
  readonly over: Promise<unknown>;
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  /** @param reads whether it reads from the start */
  constructor(port: number, sent: Sent, reads = true) {
    const socket = connect({ port, host: '127.0.0.1' });
    this.#socket = socket;
    this.over = once(socket, 'close');
    // A reader that does not read takes what its system takes for it, and not a byte more.
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
    });
    if (!reads) socket.pause();
    socket.on('error', () => undefined);
    this.ask(sent);
  }

  /** Sends another request on the same connection. */
  ask(sent: Sent): void {
    this.#socket.write(textOf(sent));
  }

  /** Bytes that were read so far. */
  get length(): number {
    return this.#length;
  }

  /** All that was read so far. */
  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  /** The status of the answer; 0 before it was read. */
  get status(): number {
    return Number(/^HTTP\/1\.1 (\d+)/u.exec(this.text)?.[1] ?? 0);
  }

  /** A header of the answer. */
  header(name: string): string | undefined {
    return new RegExp(`^${name}: (.*)\r$`, 'imu').exec(this.text)?.[1];
  }

  /** The body of an answer that is no stream. */
  get body(): unknown {
    return JSON.parse(/^\{.*\}$/mu.exec(this.text)?.[0] ?? 'null');
  }

  /** Reads on, and never stops. */
  read(): void {
    this.#socket.resume();
  }

  /** Reads at least so many bytes more, and stops again. */
  async take(bytes: number): Promise<void> {
    const enough = this.#length + bytes;
    this.#socket.resume();
    while (this.#length < enough) await once(this.#socket, 'data');
    this.#socket.pause();
  }

  /** Leaves without a word. */
  leave(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.leave();
  }
}

function textOf({ method, path, headers, body }: Sent): string {
  const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
  const lines = Object.entries({ host: '127.0.0.1', ...headers, ...length }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return [`${method} ${path} HTTP/1.1`, ...lines, '', body].join('\r\n');
}

/** Resolves when none of these counts is 0 and none has changed over several looks. */
export async function standstill(...counts: (() => number)[]): Promise<void> {
  let [before, same] = ['', 0];
  while (same < 4) {
    await pause(50);
    const now = counts.map((count) => count());
    same = now.every((count) => count !== 0) && now.join(' ') === before ? same + 1 : 0;
    before = now.join(' ');
  }
}
