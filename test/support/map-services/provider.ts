import type { Twist } from './faults.ts';

/** A request, read. */
export interface StubRequest {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Null where it was sent without. */
  readonly contentType: string | null;
  /** Parsed where it is JSON, text where it is something else, null where there is none. */
  readonly body: unknown;
}

/** An answer before it is sent. */
export interface StubAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request comes to: refused as the provider refuses what is wrong, or what it asks for. */
export type Read =
  | { readonly kind: 'refused'; readonly answer: StubAnswer }
  | {
      readonly kind: 'asked';
      /** Sources x destinations; 1 where there are none. */
      readonly elements: number;
      /** The good answer, or the twisted one. */
      readonly answer: (twist: Twist | null) => StubAnswer | Promise<StubAnswer>;
      /** What counts against the provider's rate; null: nothing does. */
      readonly rate: Rate | null;
    };

/** How often a provider may be asked. */
export interface Rate {
  /** Requests of one name are counted together. */
  readonly name: string;
  readonly requests: number;
  readonly windowMs: number;
}

/** One of the services, as strict as the real one. */
export interface Provider {
  read(request: StubRequest): Read;
  /** An error in the provider's shape. */
  failure(status: number, code?: string): StubAnswer;
  /** What is wrong with a twist that this provider cannot make; null where it can. */
  unfit(twist: Twist): string | null;
}

export function refused(answer: StubAnswer): Read {
  return { kind: 'refused', answer };
}
