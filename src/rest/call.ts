import type { FastifyRequest } from 'fastify';
import { RestFailure } from './rest-failure.ts';

/** Who asks REST. */
export interface RestCaller {
  /** Whose sessions the caller may see; empty at the documentation, which anybody may read. */
  readonly account: string;
  /** Aborts when the response is over, or its reader has left. */
  readonly signal: AbortSignal;
  /**
   * To be called before anything is acquired for a stream. Throws SessionFailure where there is no room for one:
   * rate_limited, unavailable.
   */
  admitStream(): void;
}

/** A request while it is being answered. */
export class Call implements RestCaller {
  readonly account: string;
  readonly signal: AbortSignal;
  /** The session that is asked for, as far as one is named yet. */
  sessionId: string | null = null;
  readonly #caller: RestCaller;
  readonly #onFailure: (failure: RestFailure) => void;

  constructor(caller: RestCaller, onFailure: (failure: RestFailure) => void) {
    this.account = caller.account;
    this.signal = caller.signal;
    this.#caller = caller;
    this.#onFailure = onFailure;
  }

  admitStream(): void {
    this.#caller.admitStream();
  }

  /** Leaves the answer to whoever answers failures. */
  fail(thrown: unknown): void {
    this.#onFailure(new RestFailure(thrown, this.sessionId));
  }
}

/** The calls that are being answered, by Node's own request. */
export class Calls {
  readonly #calls = new WeakMap<object, Call>();

  add(request: object, call: Call): void {
    this.#calls.set(request, call);
  }

  /** Throws TypeError where the request came by no `add`. */
  of({ raw }: Pick<FastifyRequest, 'raw'>): Call {
    const call = this.#calls.get(raw);
    if (call === undefined) throw new TypeError('a request came past the gate');
    return call;
  }
}

/** The session that a path or a body names, which may be none at all; null where there is no text. */
export function sessionNamed({ params, body }: Pick<FastifyRequest, 'params' | 'body'>): string | null {
  return textAt(params, 'session_id') ?? textAt(body, 'session_id');
}

function textAt(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const text = (value as Readonly<Record<string, unknown>>)[name];
  return typeof text === 'string' ? text : null;
}
