import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A link through a proxy. */
interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Whether it has asked for a channel. */
  subscriber: boolean;
}

/** Stands between a client and its Redis, and does to the link what networks do. */
export class RedisProxy implements AsyncDisposable {
  /** How many requests with the text of the last `loseReplyTo` were carried out. */
  seen = 0;
  /** Answers to SUBSCRIBE are held back until this many bytes have come, and then handed over in one piece. */
  holdAcknowledgement = 0;
  /** How long every reply takes longer, in milliseconds. */
  replyDelayMs = 0;
  /** Whether a link that is made is cut at once. */
  cutsLinks = false;
  /** Whether a link that subscribes is cut at once. */
  cutsSubscribers = false;
  readonly #target: number;
  readonly #links = new Set<Link>();
  readonly #server = createServer((client) => this.#take(client));
  #lose: string | undefined;
  #armed = false;
  #silent: (link: Link) => boolean = () => false;

  private constructor(target: number) {
    this.#target = target;
  }

  /** @param url of the Redis behind it, on loopback */
  static async open(url: string): Promise<RedisProxy> {
    const proxy = new RedisProxy(Number(new URL(url).port));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** The next request with this text is passed on, and the link is cut when its reply comes. */
  loseReplyTo(text: string): void {
    this.#lose = text;
    this.#armed = true;
    this.seen = 0;
  }

  /** Links of now stay open and carry nothing more; new ones are as they should be. */
  silenceLinks(which: 'all' | 'subscribers'): void {
    const silent = new Set([...this.#links].filter(({ subscriber }) => which === 'all' || subscriber));
    this.#silent = (link) => silent.has(link);
  }

  /** Nothing that is published comes through, now and later, while everything else does. */
  muteSubscribers(): void {
    this.#silent = ({ subscriber }) => subscriber;
  }

  /** Whatever is sent is swallowed, over links of now and later ones: they can be made, and carry nothing. */
  swallow(): void {
    this.#silent = () => true;
  }

  /** Every link carries again what is sent from now on, those too that have swallowed something. */
  carry(): void {
    this.#silent = () => false;
  }

  cutLinks(): void {
    for (const link of this.#links) cut(link);
  }

  cutSubscribers(): void {
    for (const link of this.#links) if (link.subscriber) cut(link);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const link of this.#links) cut(link);
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(client: Socket): void {
    if (this.cutsLinks) return void client.on('error', () => {}).destroy();
    const upstream = connect(this.#target, '127.0.0.1');
    const link: Link = { client, upstream, subscriber: false };
    this.#links.add(link);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.on('error', () => cut(link));
      socket.on('close', () => {
        cut(link);
        this.#links.delete(link);
      });
    }
    let losing = false;
    let held: Buffer[] | undefined;
    client.on('data', (request: Buffer) => {
      const text = request.toString('latin1');
      if (/\r\nsubscribe\r\n/iu.test(text)) {
        link.subscriber = true;
        if (this.cutsSubscribers) return cut(link);
        if (this.holdAcknowledgement > 0) held = [];
      }
      if (this.#silent(link)) return undefined;
      if (this.#lose !== undefined && text.includes(this.#lose)) {
        this.seen += 1;
        losing = this.#armed;
      }
      return upstream.write(request);
    });
    upstream.on('data', (reply: Buffer) => {
      if (this.#silent(link)) return undefined;
      // A script that Redis does not know yet was not carried out.
      if (losing && reply.toString('latin1').startsWith('-NOSCRIPT')) {
        this.seen -= 1;
      } else if (losing) {
        this.#armed = false;
        return cut(link);
      }
      if (this.replyDelayMs > 0) return setTimeout(() => client.write(reply), this.replyDelayMs);
      held?.push(reply);
      if (held === undefined) return client.write(reply);
      const all = Buffer.concat(held);
      if (all.length < this.holdAcknowledgement) return undefined;
      held = undefined;
      return client.write(all);
    });
  }
}

function cut({ client, upstream }: Link): void {
  client.destroy();
  upstream.destroy();
}
