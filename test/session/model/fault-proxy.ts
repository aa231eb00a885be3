import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { assertNever } from '../../../src/protocol.ts';
import type { Disturbance } from './system.ts';

/** How long a request that was held back is on its way when its sender has given it up. */
const HELD_MS = 200;

/** What befell a link: it goes on with everything that comes over it. */
type LinkState = 'carries' | 'loses_reply' | 'swallows' | 'holds' | 'mute';

interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
  isDoorbell: boolean;
  state: LinkState;
  /** Requests that are held back. */
  readonly held: Buffer[];
}

/**
 * Stands between stores and their Redis, and lets what it is told to befall the very next requests. What it has passed
 * on is carried out, whatever becomes of the link.
 */
export class FaultProxy implements AsyncDisposable {
  readonly #target: number;
  readonly #links = new Set<Link>();
  readonly #server = createServer((client) => this.#take(client));
  #armed: Disturbance | undefined;

  private constructor(target: number) {
    this.#target = target;
  }

  /** @param url of the Redis behind it, on loopback */
  static async open(url: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(Number(new URL(url).port));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Whether every link that was given up has passed on what it is to pass on. */
  get isQuiet(): boolean {
    return [...this.#links].every(({ client }) => !client.destroyed);
  }

  /** A fault of the doorbells befalls the links of now. */
  disturb(disturbance: Disturbance): void {
    const doorbells = [...this.#links].filter(({ isDoorbell }) => isDoorbell);
    switch (disturbance.fault) {
      case 'cut_doorbells':
        return doorbells.forEach(cut);
      case 'mute_doorbells':
        return doorbells.forEach((link) => {
          link.state = 'mute';
        });
      case 'lose_reply':
      case 'lose_request':
      case 'swallow_request':
      case 'delay_request':
      case 'delay_reply':
        this.#armed = disturbance;
        return undefined;
      default:
        return assertNever(disturbance.fault);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { client, upstream } of this.#links) {
      client.destroy();
      upstream.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(client: Socket): void {
    const upstream = connect(this.#target, '127.0.0.1');
    const link: Link = { client, upstream, isDoorbell: false, state: 'carries', held: [] };
    this.#links.add(link);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    client.on('error', () => client.destroy());
    upstream.on('error', () => upstream.destroy());
    client.on('close', () => giveUp(link));
    upstream.on('close', () => {
      client.destroy();
      this.#links.delete(link);
    });
    client.on('data', (request: Buffer) => this.#passOn(link, request));
    upstream.on('data', (reply: Buffer) => passBack(link, reply));
  }

  #passOn(link: Link, request: Buffer): void {
    const text = request.toString('latin1');
    if (/\r\nsubscribe\r\n/iu.test(text)) link.isDoorbell = true;
    if (link.state === 'carries' && /\r\n(?:eval|evalsha|hmget)\r\n/iu.test(text)) this.#befall(link);
    if (link.client.destroyed || link.state === 'swallows') return;
    if (link.state === 'holds') link.held.push(request);
    else link.upstream.write(request);
  }

  #befall(link: Link): void {
    if (!this.#armed) return;
    const { fault, after, times } = this.#armed;
    this.#armed = after > 0 ? { fault, after: after - 1, times } : { fault, after, times: Math.max(0, times - 1) };
    if (after > 0 || times === 0) return;
    switch (fault) {
      case 'lose_request':
        return cut(link);
      case 'lose_reply':
        link.state = 'loses_reply';
        return;
      case 'swallow_request':
        link.state = 'swallows';
        return;
      case 'delay_request':
        link.state = 'holds';
        return;
      case 'delay_reply':
        link.state = 'mute';
        return;
      case 'cut_doorbells':
      case 'mute_doorbells':
        return;
      default:
        assertNever(fault);
    }
  }
}

function passBack(link: Link, reply: Buffer): void {
  if (link.state === 'loses_reply') cut(link);
  else if (link.state !== 'mute' && !link.client.destroyed) link.client.write(reply);
}

/** What was passed on is carried out all the same. */
function cut({ client }: Link): void {
  client.destroy();
}

/** Ends a link whose client has gone; what was held back comes late. */
function giveUp({ upstream, held }: Link): void {
  if (held.length === 0) return void upstream.end();
  setTimeout(() => {
    for (const request of held) upstream.write(request);
    upstream.end();
  }, HELD_MS);
}
