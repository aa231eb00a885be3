import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freeLoopbackPort } from '../support/services/loopback-port.ts';
import { TcpPipe } from './tcp-pipe.ts';

/** Which links are meant: all, or those that were marked by what the client said on them. */
export type Which = 'all' | 'marked';

/** What is lost: all, or what one side says. */
export type Silence = 'both' | 'requests' | 'replies';

export interface TcpProxyOptions {
  /** The port of 127.0.0.1 behind it. */
  readonly target: number;
  /** Marks a link on which the client says this, for good. Default: none is marked. */
  readonly marks?: RegExp;
}

interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly requests: TcpPipe;
  readonly replies: TcpPipe;
  marked: boolean;
}

interface Loss {
  readonly minBytes: number;
  readonly lost: () => void;
}

/** Stands before a server on loopback and does to its links what networks do. It keeps its port through everything. */
export class TcpProxy implements AsyncDisposable {
  readonly port: number;
  readonly #target: number;
  readonly #marks: RegExp | undefined;
  readonly #links = new Set<Link>();
  #server: Server | undefined;
  #delayMs = 0;
  #silence: { readonly what: Silence; readonly which: Which } | undefined;
  #loss: Loss | undefined;

  private constructor(port: number, { target, marks }: TcpProxyOptions) {
    this.port = port;
    this.#target = target;
    this.#marks = marks;
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(options: TcpProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(await freeLoopbackPort(), options);
    await proxy.#listen();
    return proxy;
  }

  /** How many links are open. */
  get links(): number {
    return this.#links.size;
  }

  /** Ends every fault: new links are as they should be. One that was black-holed stays so until it is closed. */
  async pass(): Promise<void> {
    this.#delayMs = 0;
    this.#silence = undefined;
    this.#loss = undefined;
    await this.#listen();
  }

  /** Holds up every reply by this many milliseconds. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** Resets links (RST): both ends notice at once. */
  cut(which: Which = 'all'): void {
    for (const link of this.#links) if (which === 'all' || link.marked) reset(link);
  }

  /** Takes no connection any more; those that are open go on. */
  refuse(): void {
    // Waits for no link that is open.
    this.#server?.close();
    this.#server = undefined;
  }

  /**
   * Links of now carry nothing any more, ever, in one direction or both, and neither do those that are made before
   * `pass`. Nobody is told.
   */
  blackHole(what: Silence = 'both', which: Which = 'all'): void {
    this.#silence = { what, which };
    for (const link of this.#links) if (which === 'all' || link.marked) silence(link, what);
  }

  /**
   * The next reply of at least this many bytes, on a link that is not marked, is not passed on: the link is reset
   * instead. What was asked for was carried out. Resolves when it has happened; never after `pass`.
   */
  async loseNextReply(minBytes: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#loss = { minBytes, lost: resolve };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.refuse();
    this.cut();
    await Promise.resolve();
  }

  async #listen(): Promise<void> {
    if (this.#server) return;
    // A client that has said its last word may still be waiting for the answer.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#take(client));
    this.#server = server;
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
  }

  #take(client: Socket): void {
    const upstream = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const link: Link = {
      client,
      upstream,
      marked: false,
      requests: new TcpPipe(client, upstream, { hear: (chunk) => this.#hearRequest(link, chunk), delayMs: () => 0 }),
      replies: new TcpPipe(upstream, client, {
        hear: (chunk) => this.#hearReply(link, chunk),
        delayMs: () => this.#delayMs,
      }),
    };
    this.#links.add(link);
    for (const socket of [client, upstream]) {
      socket.on('error', () => reset(link));
      socket.on('close', () => this.#forget(link));
    }
    // Nothing would tell the other side of a link that carries nothing.
    client.on('end', () => link.requests.isDead && reset(link));
    if (this.#silence?.which === 'all') silence(link, this.#silence.what);
  }

  #hearRequest(link: Link, chunk: Buffer): void {
    if (link.marked || this.#marks?.test(chunk.toString('latin1')) !== true) return;
    link.marked = true;
    if (this.#silence?.which === 'marked') silence(link, this.#silence.what);
  }

  #hearReply(link: Link, chunk: Buffer): void {
    const loss = this.#loss;
    if (!loss || link.marked || chunk.length < loss.minBytes) return;
    this.#loss = undefined;
    silence(link, 'replies');
    reset(link);
    loss.lost();
  }

  #forget(link: Link): void {
    this.#links.delete(link);
    // Both ends have said their last word, or one of them was cut.
    link.client.destroy();
    link.upstream.destroy();
  }
}

function silence({ requests, replies }: Link, what: Silence): void {
  if (what !== 'replies') requests.die();
  if (what !== 'requests') replies.die();
}

function reset({ client, upstream }: Link): void {
  client.resetAndDestroy();
  upstream.resetAndDestroy();
}
