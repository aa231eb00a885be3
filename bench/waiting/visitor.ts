import { randomUUID } from 'node:crypto';
import { ask, type Line, readStream } from './event-stream.ts';
import type { Face, FaceEvent } from './face.ts';
import type { Arrival } from './crowd-messages.ts';
import type { WallClock } from './wall-clock.ts';

/** How long anything may take that a visitor waits for, before it counts as failed. */
const LIMIT_MS = 60_000;

/** How visitors reach the service. */
export interface Way {
  readonly face: Face;
  /** A connection for each stream. */
  readonly streams: Line;
  /** Connections that calls share. */
  readonly calls: Line;
}

/** What all visitors of a process have heard together. */
export interface Heard {
  open: number;
  keepalives: number;
  events: number;
  cut: number;
}

/** One client with one session. */
export class Visitor {
  readonly #sessionId = randomUUID();
  readonly #way: Way;
  readonly #heard: Heard;
  #question = { interactionId: '', sequence: 0 };
  #leave: () => void = () => {};
  #onEvent: (event: FaceEvent) => void = () => {};
  #over: PromiseWithResolvers<void> = Promise.withResolvers();
  #isReading = false;

  constructor(way: Way, heard: Heard) {
    this.#way = way;
    this.#heard = heard;
  }

  /** Starts the session, reads until it asks, and leaves the stream: the session waits by itself. */
  async begin(): Promise<void> {
    const { face, streams } = this.#way;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = readStream(
      streams,
      { face, wanted: face.start(this.#sessionId) },
      {
        opened() {},
        keepalive() {},
        event: ({ type, interactionId, sequence, errorCode }) => {
          if (type === 'error') reject(new Error(`a session could not begin: ${errorCode}`));
          if (type !== 'user_interaction' || interactionId === null) return;
          this.#question = { interactionId, sequence };
          resolve();
        },
        over: (failure) => reject(new Error(`a session asked nothing: ${failure ?? 'its stream ended'}`)),
      },
    );
    try {
      await within(promise, 'a session has not asked');
    } finally {
      leave();
    }
  }

  /** Opens a stream from the question on. Resolves when its first bytes are there. */
  async attach(): Promise<void> {
    const { face, streams } = this.#way;
    const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    this.#over = over;
    this.#leave = readStream(
      streams,
      { face, wanted: face.attach(this.#sessionId, this.#question.sequence) },
      {
        opened: () => {
          this.#isReading = true;
          this.#heard.open += 1;
          resolve();
        },
        keepalive: () => (this.#heard.keepalives += 1),
        event: (event) => {
          this.#heard.events += 1;
          this.#onEvent(event);
        },
        over: (failure) => {
          this.#stopReading();
          if (failure !== null) this.#heard.cut += 1;
          reject(new Error(`no stream: ${failure ?? 'it ended at once'}`));
          over.resolve();
        },
      },
    );
    await within(opened, 'a stream has not opened');
  }

  /** Answers the question and reads to the end. Gives what came. */
  async answer(now: WallClock): Promise<readonly Arrival[]> {
    const { face, calls } = this.#way;
    const { interactionId } = this.#question;
    const arrivals: Arrival[] = [];
    const sentAt = now();
    this.#onEvent = ({ type, timestamp, interactionId: answered, errorCode }) => {
      const at = now();
      if (type === 'error') return this.#over.reject(new Error(`a session ended with an error: ${errorCode}`));
      const what = type === 'match_results' ? 'results' : answered === interactionId ? 'answered' : 'progress';
      arrivals.push({ what, sinceAppendMs: at - timestamp, sinceAnswerMs: at - sentAt });
    };
    const receipt = await ask(calls, face.answer(this.#sessionId, interactionId));
    if (!face.accepts(receipt)) throw new Error(`an answer was refused: ${receipt.slice(0, 300)}`);
    await within(this.#over.promise, 'a session that was answered has not ended');
    return arrivals;
  }

  /** Cancels the session, and waits until the server has ended the stream. */
  async cancel(): Promise<void> {
    const { face, calls } = this.#way;
    const status = await ask(calls, face.cancel(this.#sessionId));
    if (!face.accepts(status)) throw new Error(`a cancel was refused: ${status.slice(0, 300)}`);
    if (this.#isReading) await within(this.#over.promise, 'a stream has not ended after its session was cancelled');
  }

  /** Leaves the stream. */
  leave(): void {
    this.#leave();
    this.#stopReading();
  }

  #stopReading(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this.#heard.open -= 1;
  }
}

async function within<T>(promise: Promise<T>, otherwise: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${otherwise} within ${LIMIT_MS} ms`)), LIMIT_MS);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
