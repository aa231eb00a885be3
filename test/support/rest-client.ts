import { checkAnswer, checkMessage } from './openapi-check.ts';
import { watchForPlaces } from './private-places.ts';

/** A message as it came: its bytes, its id and what it says. */
export interface Frame {
  readonly text: string;
  /** 0 where it has none. */
  readonly id: number;
  readonly message: Readonly<Record<string, unknown>>;
}

/** An answer that is no stream. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

const START = '/api/streaming/matches/interactive';

/** A REST client that holds every answer and every message against openapi.json. */
export class RestClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Starts a session with this very body, or attaches to it; after a cursor where one is given. */
  async start(body: string, lastEventId?: number): Promise<RestStream> {
    const headers = { 'content-type': 'application/json', ...cursor(lastEventId) };
    return this.#open('POST', START, { headers, body });
  }

  async events(sessionId: string, lastEventId?: number): Promise<RestStream> {
    return this.#open('GET', `/api/streaming/sessions/${sessionId}/events`, { headers: cursor(lastEventId) });
  }

  /** Sends this very body as an answer to a question. */
  async respond(body: string): Promise<RestAnswer> {
    const headers = { 'content-type': 'application/json' };
    return this.#ask('POST', '/api/streaming/interactions/respond', { headers, body });
  }

  async status(sessionId: string): Promise<RestAnswer> {
    return this.#ask('GET', `/api/streaming/sessions/${sessionId}/status`, {});
  }

  async cancel(sessionId: string): Promise<RestAnswer> {
    return this.#ask('DELETE', `/api/streaming/sessions/${sessionId}`, {});
  }

  async #ask(method: string, path: string, init: RequestInit): Promise<RestAnswer> {
    const response = await fetch(`${this.#url}${path}`, { ...init, method });
    return answerOf(response, { method, path });
  }

  async #open(method: string, path: string, init: RequestInit): Promise<RestStream> {
    const leaving = new AbortController();
    const response = await fetch(`${this.#url}${path}`, { ...init, method, signal: leaving.signal });
    const contentType = response.headers.get('content-type');
    if (!response.ok || response.body === null) {
      const { status, body } = await answerOf(response, { method, path });
      return new RestStream(status, { body, leave: () => leaving.abort() });
    }
    checkAnswer({ method, path }, { status: response.status, contentType, body: null });
    return new RestStream(response.status, { stream: response.body, leave: () => leaving.abort() });
  }
}

function cursor(lastEventId: number | undefined): Record<string, string> {
  return lastEventId === undefined ? {} : { 'Last-Event-ID': String(lastEventId) };
}

async function answerOf(response: Response, request: { method: string; path: string }): Promise<RestAnswer> {
  const text = await response.text();
  if (!response.ok) watchForPlaces(text);
  const body = (text === '' ? {} : JSON.parse(text)) as RestAnswer['body'];
  checkAnswer(request, { status: response.status, contentType: response.headers.get('content-type'), body });
  return { status: response.status, headers: response.headers, body };
}

/** A stream as it is read: frame after frame, keepalives among them. */
export class RestStream {
  readonly status: number;
  /** What was answered instead of a stream. */
  readonly refusal: RestAnswer['body'] | undefined;
  readonly frames: Frame[] = [];
  readonly #chunks: AsyncIterator<string> | undefined;
  readonly #leave: () => void;
  #text = '';

  constructor(
    status: number,
    given: { stream?: ReadableStream<BufferSource>; body?: RestAnswer['body']; leave: () => void },
  ) {
    this.status = status;
    this.refusal = given.body;
    this.#leave = given.leave;
    this.#chunks = given.stream?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  }

  /** The next message that is no keepalive; undefined at the end. */
  async next(): Promise<Frame | undefined> {
    for (;;) {
      const frame = await this.nextFrame();
      if (frame?.message['type'] !== 'keepalive') return frame;
    }
  }

  /** The next message; undefined at the end. */
  async nextFrame(): Promise<Frame | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end === -1) {
        const { value, done } = (await this.#chunks?.next()) ?? { value: undefined, done: true };
        if (done === true) return undefined;
        this.#text += value;
        continue;
      }
      const text = this.#text.slice(0, end + 2);
      this.#text = this.#text.slice(end + 2);
      if (!text.startsWith('retry:')) return this.#take(text);
    }
  }

  /** Reads on to the next message of a type. */
  async until(type: string): Promise<Frame['message']> {
    for (let frame = await this.nextFrame(); frame; frame = await this.nextFrame()) {
      if (frame.message['type'] === type) return frame.message;
    }
    throw new Error(`the stream ended without ${type}: ${JSON.stringify(this.frames.at(-1) ?? this.refusal)}`);
  }

  /** Reads to the end; what came, keepalives aside, as it came. */
  async toEnd(): Promise<string[]> {
    while (await this.next());
    return this.texts;
  }

  /** What came so far, keepalives aside. */
  get texts(): string[] {
    return this.frames.filter(({ message }) => message['type'] !== 'keepalive').map(({ text }) => text);
  }

  /** Leaves, as a client whose connection is cut. */
  cut(): void {
    this.#leave();
  }

  #take(text: string): Frame {
    const lines = text.trimEnd().split('\n');
    const data = lines.at(-1) ?? '';
    const message = JSON.parse(data.slice('data: '.length)) as Frame['message'];
    const id = lines.length === 2 ? Number(lines[0]?.slice('id: '.length)) : 0;
    checkMessage(message);
    const frame = { text, id, message };
    this.frames.push(frame);
    return frame;
  }
}
