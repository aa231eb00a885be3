import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../clock.ts';
import { looseError, SessionFailure } from '../errors.ts';
import { endsSession } from '../protocol.ts';
import type { FollowedSession } from '../session/session-service.ts';
import { comeBackAfterMs } from './come-back.ts';
import { frameOf, OPENING, retryFrame } from './frames.ts';
import { keepaliveMessage, messageOf } from './message.ts';

const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  // Proxies that gather an answer before they pass it on would hold a stream back.
  'X-Accel-Buffering': 'no',
};

/** A reader of a stream, and what may end it from outside. */
export interface StreamReader {
  readonly res: ServerResponse;
  /** Aborts when the reader has left. */
  readonly left: AbortSignal;
  /** Aborts when the server is about to close. */
  readonly ending: AbortSignal;
}

export interface StreamTimes {
  readonly clock: Clock;
  /** From 0 to below 1: spreads the readers of a server that closes over the time that they come back in. */
  readonly random: () => number;
  /** After how much silence a stream says that it is alive. */
  readonly keepaliveMs: number;
}

/**
 * Writes a session to a response, to its last event. The next event is only asked for when the socket has taken the one
 * before: a slow reader holds a cursor, never a queue. A reader who leaves leaves nothing. Rejects with what was not
 * expected of the events; a SessionFailure is said as the last message.
 */
export async function streamSession(
  { events, sessionId }: FollowedSession,
  { res, left, ending }: StreamReader,
  times: StreamTimes,
): Promise<void> {
  // A `next()` that is pending is settled by nothing else.
  const stop = (): void => void events.return?.();
  for (const signal of [left, ending]) {
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  }
  const outlet = new Outlet(res, left, { ...times, keepalive: frameOf(keepaliveMessage(sessionId)) });
  const sayFailure = (failure: SessionFailure, before = ''): Promise<void> => {
    const error = { ...looseError(failure, sessionId, times.clock.now()), fatal: true };
    return outlet.write(before + frameOf(messageOf(error)));
  };
  try {
    res.writeHead(200, STREAM_HEADERS);
    await outlet.write(OPENING);
    let ended = false;
    for await (const event of events) {
      await outlet.write(frameOf(messageOf(event)));
      ended = endsSession(event);
    }
    if (ending.aborted && !ended) {
      const retryAfterMs = comeBackAfterMs(times.random);
      // An EventSource comes back by itself, whatever a message says: not all of them are to do so at once.
      await sayFailure(new SessionFailure('unavailable', { retryAfterMs }), retryFrame(retryAfterMs));
    }
    res.end();
  } catch (error) {
    if (!(error instanceof SessionFailure)) throw error;
    await sayFailure(error);
    res.end();
  } finally {
    // The server's signal lives as long as the server, the stream does not.
    for (const signal of [left, ending]) signal.removeEventListener('abort', stop);
    outlet.close();
  }
}

/** The way to a reader: it takes one text after another, and says that it is alive when it was silent for long. */
class Outlet {
  readonly #res: ServerResponse;
  readonly #left: AbortSignal;
  readonly #options: StreamTimes & { readonly keepalive: string };
  #timer: Timer | undefined;
  #closed = false;

  constructor(res: ServerResponse, left: AbortSignal, options: StreamTimes & { readonly keepalive: string }) {
    this.#res = res;
    this.#left = left;
    this.#options = options;
  }

  /** Resolves when the socket has taken the text, or the reader has left. */
  async write(text: string): Promise<void> {
    this.#timer?.cancel();
    if (this.#left.aborted || this.#res.destroyed) return;
    const { promise: taken, resolve } = Promise.withResolvers<void>();
    const settle = (): void => resolve();
    this.#left.addEventListener('abort', settle);
    this.#res.write(text, settle);
    await taken;
    this.#left.removeEventListener('abort', settle);
    this.#keepAlive();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** The next keepalive only follows when this one was taken: they never queue up. */
  #keepAlive(): void {
    const { clock, keepaliveMs, keepalive } = this.#options;
    this.#timer?.cancel();
    if (this.#closed || this.#left.aborted) return;
    this.#timer = clock.after(keepaliveMs, () => void this.write(keepalive));
  }
}
