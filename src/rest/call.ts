import type { FastifyRequest } from 'fastify';
import type { Caller, RateKind } from '../caller.ts';
import { RestFailure } from './rest-failure.ts';

/** A request while it is being answered. */
export class Call implements Caller {
  /** The session that is asked for, as far as one is named yet. */
  sessionId: string | null = null;
  readonly #caller: Caller;
  readonly #onFailure: (failure: RestFailure) => void;

  constructor(caller: Caller, onFailure: (failure: RestFailure) => void) {
    this.#caller = caller;
    this.#onFailure = onFailure;
  }

  get account(): string {
    return this.#caller.account;
  }

  get requestId(): string {
    return this.#caller.requestId;
  }

  get signal(): AbortSignal {
    return this.#caller.signal;
  }

  get expired(): AbortSignal {
    return this.#caller.expired;
  }

  get expiresAt(): number | null {
    return this.#caller.expiresAt;
  }

  async admitStream(): Promise<void> {
    await this.#caller.admitStream();
  }

  async spend(kind: RateKind): Promise<void> {
    await this.#caller.spend(kind);
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
