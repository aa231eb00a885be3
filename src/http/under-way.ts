import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Responses of one connection that may be under way at once. Browsers and proxies have one, and a client that pipelines a
 * few; Node parses thousands out of one packet and begins all of their responses before it sends any.
 */
const MOST_ON_A_CONNECTION = 8;

/** Counts the requests whose responses are not over, and cuts the connection that asks for too many at once. */
export class UnderWay {
  #count = 0;
  #idle = Promise.withResolvers<void>();
  readonly #onConnection = new WeakMap<Socket, number>();
  readonly #onCrowded: () => void;

  /** `onCrowded` hears of each connection that is cut, once. */
  constructor(onCrowded: () => void = () => {}) {
    this.#onCrowded = onCrowded;
  }

  /** How many there are now. */
  get count(): number {
    return this.#count;
  }

  /** The same listener, its requests counted. It does not hear of those that are too many. */
  counting(listener: RequestListener): RequestListener {
    return (req, res) => {
      const { socket } = req;
      const open = this.#on(socket) + 1;
      if (open > MOST_ON_A_CONNECTION) {
        this.#cut(socket);
        return;
      }
      this.#onConnection.set(socket, open);
      this.#count += 1;
      res.once('close', () => {
        this.#onConnection.set(socket, this.#on(socket) - 1);
        this.#count -= 1;
        if (this.#count === 0) this.#idle.resolve();
      });
      listener(req, res);
    };
  }

  /** Resolves when there are none. */
  async none(): Promise<void> {
    while (this.#count > 0) {
      this.#idle = Promise.withResolvers<void>();
      await this.#idle.promise;
    }
  }

  #cut(socket: Socket): void {
    // The requests behind it in the same packet still come.
    if (socket.destroyed) return;
    socket.destroy();
    this.#onCrowded();
  }

  #on(socket: Socket): number {
    return this.#onConnection.get(socket) ?? 0;
  }
}
