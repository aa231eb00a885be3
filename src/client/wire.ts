import { AttemptFailure } from './attempts.ts';
import type { Bearer } from './bearer.ts';
import { type ClientClock, orAborted } from './client-clock.ts';
import type { FetchLike } from './client-options.ts';
import { type Frame, FrameParser } from './frame-parser.ts';

/** Requests to one service, each of which counts as lost when nothing comes for too long. */
export interface Wire {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly fetch: FetchLike;
  readonly headers: Readonly<Record<string, string>>;
  readonly bearer: Bearer;
  readonly silenceMs: number;
  readonly clock: ClientClock;
}

/** What is posted. */
export interface Post {
  /** From the base on, such as `/api/streaming/interactions/respond`. */
  readonly path: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The address of a service, checked. Throws TypeError for what is no http or https URL; relative only in a page. */
export function baseUrlOf(given: string): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  const { protocol, origin, pathname } = new URL(given, location?.href);
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError('the base URL must begin with http:// or https://');
  return `${origin}${pathname.replace(/\/+$/u, '')}`;
}

/**
 * Headers in lower case, the later ones over the earlier: two spellings of one name would be sent as one list. Throws
 * TypeError for what cannot be sent, naming the header and not its value, which may be a secret.
 */
export function mergedHeaders(
  ...given: readonly (Readonly<Record<string, string>> | undefined)[]
): Record<string, string> {
  const merged = new Headers();
  for (const [name, value] of given.flatMap((headers) => Object.entries(headers ?? {}))) {
    try {
      merged.set(name, value);
    } catch {
      throw new TypeError(`the header ${JSON.stringify(name)} cannot be sent: its name or its value is not allowed`);
    }
  }
  return Object.fromEntries(merged);
}

/** One request, from its first byte to its last. */
export class Exchange {
  readonly #wire: Wire;
  readonly #lost = new AbortController();
  readonly #signal: AbortSignal;

  constructor(wire: Wire, signal: AbortSignal) {
    this.#wire = wire;
    this.#signal = AbortSignal.any([signal, this.#lost.signal]);
  }

  /**
   * Sends it, and once more with another token where the first is refused and another may be had. Throws AttemptFailure
   * when the service cannot be reached, or says nothing; TypeError for what JSON or a header cannot say; MatchingError
   * unauthenticated where there is no token to send.
   */
  async post(post: Post): Promise<Response> {
    const { bearer } = this.#wire;
    const token = await bearer.token(this.#signal);
    const response = await this.#send(post, token);
    if (response.status !== 401 || token === null || !bearer.canRenew) return response;
    // Frees the connection. It fails where that was lost, which changes nothing.
    response.body?.cancel().catch(() => undefined);
    return this.#send(post, await bearer.token(this.#signal, token));
  }

  async #send({ path, body, headers }: Post, token: string | null): Promise<Response> {
    const { baseUrl, fetch, headers: always } = this.#wire;
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    const sent = mergedHeaders(always, headers, authorization, { 'content-type': 'application/json' });
    const text = JSON.stringify(body);
    return this.within(() =>
      fetch(`${baseUrl}${path}`, { method: 'POST', headers: sent, body: text, signal: this.#signal }),
    );
  }

  /** Work on the wire: AttemptFailure when it fails, or nothing comes of it for as long as silence may last. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    const { clock, silenceMs } = this.#wire;
    const cancel = clock.after(silenceMs, () => {
      this.#lost.abort(new AttemptFailure(`nothing came for ${silenceMs} ms.`));
    });
    try {
      return await orAborted(work(), this.#signal);
    } catch (error) {
      throw error instanceof AttemptFailure ? error : new AttemptFailure('the connection failed.', { cause: error });
    } finally {
      cancel();
    }
  }

  /**
   * The messages of an event stream, together as they arrive. `onRetry`: the stream said how long to wait, in ms.
   * Throws AttemptFailure when the connection is lost, FrameTooLongError for a message without end.
   */
  async *frames(response: Response, onRetry: (ms: number) => void): AsyncGenerator<readonly Frame[]> {
    const parser = new FrameParser();
    const reader = response.body?.getReader();
    try {
      for (;;) {
        const chunk = await this.within(async () => reader?.read());
        if (chunk?.value === undefined) return;
        const frames = parser.push(chunk.value);
        if (parser.retryMs !== null) onRetry(parser.retryMs);
        yield frames;
      }
    } finally {
      // Frees the connection at once. It fails where that was lost, which is known by then.
      reader?.cancel().catch(() => undefined);
    }
  }
}
