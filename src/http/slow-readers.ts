import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';

/** How many looks there are at least in the time that a reader may stall, and how far they are apart at least. */
const LOOKS = 10;
const LEAST_BETWEEN_LOOKS_MS = 1000;

/**
 * How many times longer a reader may stall where no stream is open on its connection. Linux says that a socket takes more
 * only when about a third of its buffer is free, so that a steady reader on a slow line seems to take nothing for a minute
 * and more. The answers that it may hold for so long are of shared buffers, or small.
 */
const WITHOUT_STREAM = 10;

interface SlowReadersOptions {
  readonly clock: Clock;
  /** How long the reader of a stream may take nothing of what is there for it, in milliseconds; any other ten times that. */
  readonly stallMs: number;
}

/** A connection that is watched, and how far its reader was at the last look. */
interface Watched {
  readonly socket: Socket;
  /** `takenFrom` it. */
  taken: number;
  /** Since when that has not changed, by the monotonic clock; null where nothing waited. */
  since: number | null;
  /** How many streams are open on it. */
  streams: number;
}

/**
 * Cuts the connections whose readers take nothing for too long, while something is there for them, whatever it is: two
 * looks after that time at the latest. That time is `stallMs` while a stream is open on the connection, and ten times that
 * otherwise. One timer looks at all of them, so that a request costs nothing, and there is none while no connection is
 * watched.
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

  /** Watches a connection until it is over: loosely, but for the time between `hurry` and `ease`. */
  watch(socket: Socket): void {
    this.#watched.set(socket, { socket, taken: 0, since: null, streams: 0 });
    this.#timer ??= this.#lookLater();
    socket.once('close', () => this.#unwatch(socket));
  }

  /** A stream begins on a connection. The first one's reader has all of its time from now on, whatever was before. */
  hurry(socket: Socket): void {
    const one = this.#watched.get(socket);
    if (one === undefined) return;
    if (one.streams === 0) one.since = null;
    one.streams += 1;
  }

  /** One of the streams of a connection is over: once for each `hurry`. */
  ease(socket: Socket): void {
    const one = this.#watched.get(socket);
    if (one !== undefined) one.streams -= 1;
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
    if (one.since !== null && one.taken === taken) return now - one.since >= this.#longestOf(one);
    one.taken = taken;
    one.since = now;
    return false;
  }

  #longestOf({ streams }: Watched): number {
    return streams > 0 ? this.#stallMs : this.#stallMs * WITHOUT_STREAM;
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
