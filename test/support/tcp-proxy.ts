import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Whether it has asked for a path that is cut. */
  carriesStream: boolean;
}

/** A request as it came to the proxy. */
export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The header of that name; null where there was none. */
  readonly lastEventId: string | null;
}

const REQUEST_HEAD = /(?<method>[A-Z]+) (?<path>\S+) HTTP\/1\.1\r\n(?<headers>(?:[^\r\n]+\r\n)*)\r\n/gu;

/**
 * Stands between an HTTP client and its server, notes what is asked, and cuts what a network would cut. It passes bytes
 * on as they come.
 */
export class TcpProxy implements AsyncDisposable {
  /** What was asked so far, over all links, in the order that it came. */
  readonly requests: SeenRequest[] = [];
  readonly #target: URL;
  readonly #links = new Set<Link>();
  readonly #server = createServer((client) => this.#take(client));
  #refuses = false;

  private constructor(target: URL) {
    this.#target = target;
  }

  /** @param url of the server behind it, such as `http://127.0.0.1:8001` */
  static async open(url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(url));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The requests for streams of events: attaching and coming back. */
  get streamRequests(): readonly SeenRequest[] {
    return this.requests.filter(isStream);
  }

  /** Cuts the links that a stream of events came over, in the middle of whatever they carry; says how many there were. */
  cutStreams(): number {
    const streams = [...this.#links].filter(({ carriesStream }) => carriesStream);
    for (const link of streams) cut(link);
    return streams.length;
  }

  /** From now on every new link is cut at once, and every old one too; until `accept`. */
  refuse(): void {
    this.#refuses = true;
    this.cutAll();
  }

  /** Cuts every link, in the middle of whatever it carries. */
  cutAll(): void {
    for (const link of this.#links) cut(link);
  }

  /** New links are as they should be again. */
  accept(): void {
    this.#refuses = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(client: Socket): void {
    if (this.#refuses) return void client.destroy();
    const upstream = connect(Number(this.#target.port), this.#target.hostname);
    const link: Link = { client, upstream, carriesStream: false };
    this.#links.add(link);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', () => cut(link));
      socket.on('close', () => {
        cut(link);
        this.#links.delete(link);
      });
    }
    client.on('data', (bytes: Buffer) => {
      this.#note(link, bytes);
      upstream.write(bytes);
    });
    upstream.on('data', (bytes: Buffer) => void client.write(bytes));
  }

  /** A browser sends the head of a request in one piece. */
  #note(link: Link, bytes: Buffer): void {
    for (const { groups = {} } of bytes.toString('latin1').matchAll(REQUEST_HEAD)) {
      const { method = '', path = '', headers = '' } = groups;
      const lastEventId = /^last-event-id: *(.*)\r$/imu.exec(headers)?.[1] ?? null;
      const request = { method, path, lastEventId };
      this.requests.push(request);
      if (isStream(request)) link.carriesStream = true;
    }
  }
}

function isStream({ method, path }: SeenRequest): boolean {
  return method === 'GET' && /\/events(?:\?|$)/u.test(path);
}

function cut({ client, upstream }: Link): void {
  client.destroy();
  upstream.destroy();
}
