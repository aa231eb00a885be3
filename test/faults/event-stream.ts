import type { Clock } from '../../src/clock.ts';

/** A message of a stream, of graphql-sse's protocol. */
export interface StreamMessage {
  /** `next` or `complete`. */
  readonly event: string;
  readonly data: string;
}

/** A server that has been silent for too long, on which a reader does not wait any more. */
export class Silent extends Error {
  override readonly name = 'Silent';
}

/** A stream was refused. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** Such as `UNAVAILABLE`; `HTTP_502` where the answer has none. */
  readonly code: string;

  constructor(code: string) {
    super(`the stream was refused: ${code}`);
    this.code = code;
  }
}

export interface StreamRequest {
  readonly url: string;
  readonly query: string;
  readonly variables: object;
  /** Milliseconds without a byte, after which the stream is given up. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** A stream over POST, message for message, without any comfort. Rejects with Refused, Silent, or as fetch does. */
export async function* readStream(request: StreamRequest): AsyncGenerator<StreamMessage, void> {
  const watch = new Watch(request);
  try {
    const response = await fetch(`${request.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: request.query, variables: request.variables }),
      signal: watch.signal,
    });
    if (response.status !== 200) throw new Refused(codeIn(await response.text(), response.status));
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      watch.heard();
      text += decoder.decode(chunk, { stream: true });
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      yield* frames.map(messageOf).filter((message) => message !== undefined);
    }
  } catch (error) {
    throw watch.signal.aborted ? (watch.signal.reason as unknown) : error;
  } finally {
    watch.stop();
  }
}

/** Aborts when nothing was heard for too long, when the caller wants no more, and at the end. */
class Watch {
  readonly #request: StreamRequest;
  readonly #controller = new AbortController();
  #timer: { cancel(): void } | undefined;
  readonly #leave = (): void => this.#controller.abort(this.#request.signal.reason);

  constructor(request: StreamRequest) {
    this.#request = request;
    if (request.signal.aborted) this.#leave();
    request.signal.addEventListener('abort', this.#leave);
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    this.#timer?.cancel();
    this.#timer = this.#request.clock.after(this.#request.patienceMs, () => this.#controller.abort(new Silent()));
  }

  stop(): void {
    this.#timer?.cancel();
    this.#request.signal.removeEventListener('abort', this.#leave);
    this.#controller.abort();
  }
}

/** A frame without data, such as a ping, is no message. */
function messageOf(frame: string): StreamMessage | undefined {
  const fields = new Map(frame.split('\n').map((line) => [line.split(':')[0], line.replace(/^\w*: ?/u, '')] as const));
  const event = fields.get('event');
  return event === undefined ? undefined : { event, data: fields.get('data') ?? '' };
}

/** The first error's code in an answer of JSON. */
export function codeIn(text: string, status: number): string {
  try {
    const { errors, error_code: code } = JSON.parse(text) as {
      readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
      readonly error_code?: string;
    };
    return errors?.[0]?.extensions?.code ?? code?.toUpperCase() ?? `HTTP_${status}`;
  } catch {
    return `HTTP_${status}`;
  }
}
