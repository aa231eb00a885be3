import { type Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Face, FaceEvent, FaceRequest } from './face.ts';

/** What a reader hears of its stream. */
export interface StreamHearer {
  /** The first bytes are there. */
  opened(): void;
  event(event: FaceEvent): void;
  keepalive(): void;
  /** Nothing more comes. `failure` says why there is no stream, or why it was cut; null where the server ended it. */
  over(failure: string | null): void;
}

/** Where and how a request is sent. */
export interface Line {
  readonly url: string;
  readonly agent: Agent;
}

/** Sends a request for a stream and reads it. Gives what leaves it at once, without another word to the hearer. */
export function readStream(
  line: Line,
  { face, wanted }: { readonly face: Face; readonly wanted: FaceRequest },
  hearer: StreamHearer,
): () => void {
  let hasLeft = false;
  const over = (failure: string | null): void => {
    if (!hasLeft) hearer.over(failure);
    hasLeft = true;
  };
  const sent = send(line, wanted);
  sent.once('error', (error) => over(error.message));
  sent.once('response', (response) => {
    if (response.statusCode !== 200) {
      over(`status ${response.statusCode}`);
      response.resume();
      return;
    }
    const frames = new Frames(face, hearer);
    response.setEncoding('utf8').on('data', (text: string) => hasLeft || frames.take(text));
    response.once('error', (error) => over(error.message)).once('end', () => over(null));
  });
  return () => {
    hasLeft = true;
    sent.destroy();
  };
}

/** Sends a request and gives the body of its answer. Rejects where that is no 200. */
export async function ask(line: Line, wanted: FaceRequest): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  send(line, wanted).once('error', reject).once('response', resolve);
  const response = await promise;
  let body = '';
  for await (const text of response.setEncoding('utf8')) body += String(text);
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}: ${body.slice(0, 300)}`);
  return body;
}

function send({ url, agent }: Line, { method, path, headers, body }: FaceRequest): ClientRequest {
  return request(new URL(path, url), { method, headers, agent }).end(body);
}

/** The frames of an event stream, out of its text as it comes. */
class Frames {
  readonly #face: Face;
  readonly #hearer: StreamHearer;
  #rest = '';
  #isOpen = false;

  constructor(face: Face, hearer: StreamHearer) {
    this.#face = face;
    this.#hearer = hearer;
  }

  take(text: string): void {
    const isFirst = !this.#isOpen;
    this.#isOpen = true;
    if (isFirst) this.#hearer.opened();
    const frames = (this.#rest + text).split('\n\n');
    this.#rest = frames.pop() ?? '';
    for (const [index, frame] of frames.entries()) this.#hear(frame, isFirst && index === 0);
  }

  #hear(frame: string, isFirst: boolean): void {
    const data = /^data: (.+)$/mu.exec(frame)?.[1];
    const event = data === undefined ? undefined : this.#face.eventOf(data);
    if (event) this.#hearer.event(event);
    // The first says only that the stream is there. A frame that names an event has something else to say.
    else if (!isFirst && !frame.startsWith('event:')) this.#hearer.keepalive();
  }
}
