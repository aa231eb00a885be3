import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';

/** How many looks there are at least in the time that a reader may stall, and how far they are apart at least. */
const LOOKS = 10;
const LEAST_BETWEEN_LOOKS_MS = 1000;

interface SlowReadersOptions {
  readonly clock: Clock;
  /** How long a reader may take nothing of what is there for it, in milliseconds. */
  readonly stallMs: number;
}

/** A connection that is watched, and how far its reader was at the last look. */
interface Watched {
  readonly socket: Socket;
  /** `takenFrom` it. */
  taken: number;
  /** Since when that has not changed, by the monotonic clock; null where nothing waited. */
  since: number | null;
}

/**
 * Cuts the connections whose readers take nothing for too long, while something is there for them, whatever it is: two
 * looks after that time at the latest. One timer looks at all of them, so that a request costs nothing, and there is none
 * while no connection is watched.
 */
export class SlowReaders {
  readonly #clock: Clock;
  readonly #stallMs: number;
  readonly #betweenMs: number;
  readonly #watched = new Map<Socket, Watched>();
  #timer: Timer | undefined;
  #cut = 0;

  constructor({ clock, stallMs }: SlowReadersOptions) {
    this.#clock = clock;
    this.#stallMs = stallMs;
    this.#betweenMs = Math.max(LEAST_BETWEEN_LOOKS_MS, stallMs / LOOKS);
  }

  /** How many were cut so far. */
  get cut(): number {
    return this.#cut;
  }

  /** Watches a connection until it is over. */
  watch(socket: Socket): void {
    this.#watched.set(socket, { socket, taken: 0, since: null });
    this.#timer ??= this.#lookLater();
    socket.once('close', () => this.#unwatch(socket));
  }

  #unwatch(socket: Socket): void {
    this.#watched.delete(socket);
    if (this.#watched.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #lookLater(): Timer {
    return this.#clock.after(this.#betweenMs, () => {
      this.#timer = this.#lookLater();
      this.#look(this.#clock.monotonic());
    });
  }

  #look(now: number): void {
    for (const one of this.#watched.values()) {
      // Nearly always: an idle connection costs one comparison.
      if (one.socket.writableLength === 0) one.since = null;
      else if (this.#isStalled(one, now)) this.#cutOff(one.socket);
    }
  }

  #isStalled(one: Watched, now: number): boolean {
    const taken = takenFrom(one.socket);
    if (one.since !== null && one.taken === taken) return now - one.since >= this.#stallMs;
    one.taken = taken;
    one.since = now;
    return false;
  }

  #cutOff(socket: Socket): void {
    this.#unwatch(socket);
    this.#cut += 1;
    socket.destroy();
  }
}

/** What Node keeps of a write under way, and looks at for its own timeouts of sockets; not said in its types. */
type WithHandle = Socket & { readonly _handle?: { readonly writeQueueSize?: number } | null };

/**
 * A number that changes whenever the system takes more of what was written to a socket, be it a part of one large
 * write. Between two writes it may fall.
 */
export function takenFrom(socket: Socket): number {
  const underWay = (socket as WithHandle)._handle?.writeQueueSize ?? 0;
  return socket.bytesWritten - socket.writableLength - underWay;
}
