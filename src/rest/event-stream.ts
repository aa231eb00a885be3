import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../clock.ts';
import { looseError, SessionFailure } from '../errors.ts';
import { endsSession } from '../protocol.ts';
import type { FollowedSession } from '../session/session-service.ts';
import { frameOf, OPENING, retryFrame } from './frames.ts';
import { keepaliveMessage, messageOf } from './message.ts';

const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  // Proxies that gather an answer before they pass it on would hold a stream back.
  'X-Accel-Buffering': 'no',
};

/** What may end a stream from outside, before its session ends. */
export interface StreamEnding {
  /** Aborts when it does. */
  readonly signal: AbortSignal;
  /** What the stream then says last. Its retryAfterMs, where it has one, is how long an EventSource waits. */
  readonly failure: () => SessionFailure;
}

/** A reader of a stream, and what may end it from outside. */
export interface StreamReader {
  readonly res: ServerResponse;
  /** Said with what fails, to find it in the server's log by. */
  readonly requestId: string;
  /** Aborts when the reader has left. */
  readonly left: AbortSignal;
  /** The first that has aborted is the one that is said. */
  readonly endings: readonly StreamEnding[];
}

export interface StreamTimes {
  readonly clock: Clock;
  /** After how much silence a stream says that it is alive. */
  readonly keepaliveMs: number;
}

/** The first of the endings that has come; undefined while none has. */
export function endingThatCame(endings: readonly StreamEnding[]): StreamEnding | undefined {
  return endings.find(({ signal }) => signal.aborted);
}

/**
 * Writes a session to a response, to its last event, or until it is ended from outside. The next event is only asked for
 * when the socket has taken the one before: a slow reader holds a cursor, never a queue. A reader who leaves leaves
 * nothing; one who does not take the last word of a stream that is ended is cut. Rejects with what was not expected of
 * the events; a SessionFailure is said as the last message.
 */
export async function streamSession(
  { events, sessionId }: FollowedSession,
  { res, requestId, left, endings }: StreamReader,
  times: StreamTimes,
): Promise<void> {
  const outlet = new Outlet(res, left, { ...times, keepalive: frameOf(keepaliveMessage(sessionId)) });
  // A `next()` that is pending is settled by nothing else.
  const stop = (): void => void events.return?.();
  const end = (): void => {
    stop();
    outlet.endSoon();
  };
  const release = listen([{ signal: left, hear: stop }, ...endings.map(({ signal }) => ({ signal, hear: end }))]);
  const lastWord = ({ code, details }: SessionFailure): string => {
    const failure = new SessionFailure(code, { ...details, requestId });
    return frameOf(messageOf({ ...looseError(failure, sessionId, times.clock.now()), fatal: true }));
  };
  try {
    res.writeHead(200, STREAM_HEADERS);
    await outlet.write(OPENING);
    let ended = false;
    for await (const event of events) {
      await outlet.write(frameOf(messageOf(event)));
      ended = endsSession(event);
    }
    const failure = ended ? undefined : endingThatCame(endings)?.failure();
    if (failure !== undefined) await outlet.write(retryOf(failure) + lastWord(failure));
    res.end();
  } catch (error) {
    if (!(error instanceof SessionFailure)) throw error;
    await outlet.write(lastWord(error));
    res.end();
  } finally {
    release();
    outlet.close();
  }
}

/** An EventSource comes back by itself, whatever a message says: not all of them are to do so at once. */
function retryOf({ details: { retryAfterMs } }: SessionFailure): string {
  return retryAfterMs === null ? '' : retryFrame(retryAfterMs);
}

/** Hears each signal, one that has aborted at once. Returns what takes that back: some of them outlive the stream. */
function listen(all: readonly { readonly signal: AbortSignal; readonly hear: () => void }[]): () => void {
  for (const { signal, hear } of all) {
    signal.addEventListener('abort', hear);
    if (signal.aborted) hear();
  }
  return () => {
    for (const { signal, hear } of all) signal.removeEventListener('abort', hear);
  };
}

/** How long a reader has to take the last word of a stream that is ended from outside. */
const LAST_WORD_MS = 4000;

/** The way to a reader: it takes one text after another, and says that it is alive when it was silent for long. */
class Outlet {
  readonly #res: ServerResponse;
  readonly #left: AbortSignal;
  readonly #options: StreamTimes & { readonly keepalive: string };
  #timer: Timer | undefined;
  #cut: Timer | undefined;
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

  /** Cuts the reader, unless the outlet is closed in time. */
  endSoon(): void {
    this.#cut ??= this.#options.clock.after(LAST_WORD_MS, () => this.#res.destroy());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#cut?.cancel();
  }

  /** The next keepalive only follows when this one was taken: they never queue up. */
  #keepAlive(): void {
    const { clock, keepaliveMs, keepalive } = this.#options;
    this.#timer?.cancel();
    if (this.#closed || this.#left.aborted) return;
    this.#timer = clock.after(keepaliveMs, () => void this.write(keepalive));
  }
}
