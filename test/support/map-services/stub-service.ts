import { type Fault, isTwist } from './faults.ts';
import type { Provider, StubRequest } from './provider.ts';

/** A request as a service of the kit saw it. */
export interface SeenRequest {
  /** performance.timeOrigin + performance.now() when it arrived, ms: comparable between processes of a machine. */
  readonly at: number;
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed where it is JSON; null where there is none. */
  readonly body: unknown;
  /** Destinations asked for (Matrix, table: sources x destinations); else 1. */
  readonly elements: number;
  /** What it was answered with; null: it was left hanging or cut, half a body in, or it is not answered yet. */
  readonly status: number | null;
}

/** One of the services of the kit. */
export interface StubService {
  /** The base URL, as it is configured. */
  readonly url: string;
  /** In the order of arrival. */
  readonly requests: readonly SeenRequest[];
  /**
   * Faults for the next requests, one each, in order; afterwards it answers well again. A request that the provider
   * refuses as wrong is refused all the same, and uses up none. Throws a TypeError for one that it cannot have.
   */
  fail(...faults: readonly Fault[]): void;
  /** The fault of every request from now on, after those of fail; null: none. Throws as fail. */
  failAlways(fault: Fault | null): void;
  /** Forgets the requests and the faults. */
  reset(): void;
}

type Seeing = { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] };

/** What a service has been asked, and what is to go wrong with it. */
export class ScriptedService implements StubService {
  readonly name: string;
  readonly url: string;
  readonly provider: Provider;
  readonly #requests: Seeing[] = [];
  readonly #next: Fault[] = [];
  #always: Fault | null = null;

  constructor(name: string, url: string, provider: Provider) {
    this.name = name;
    this.url = url;
    this.provider = provider;
  }

  get requests(): readonly SeenRequest[] {
    return this.#requests;
  }

  fail(...faults: readonly Fault[]): void {
    for (const fault of faults) this.#check(fault);
    this.#next.push(...faults);
  }

  failAlways(fault: Fault | null): void {
    if (fault !== null) this.#check(fault);
    this.#always = fault;
  }

  reset(): void {
    this.#requests.length = 0;
    this.clear();
  }

  /** Forgets the faults alone. */
  clear(): void {
    this.#next.length = 0;
    this.#always = null;
  }

  /** The fault of this request, used up. */
  takeFault(): Fault | null {
    return this.#next.shift() ?? this.#always;
  }

  /** Keeps a request; the function says what it was answered with. */
  see({ method, path, query, body }: StubRequest, at: number, elements: number): Sight {
    const seen: Seeing = { at, method, path, query, body, elements, status: null };
    this.#requests.push(seen);
    return {
      seen,
      answered(status) {
        seen.status = status;
      },
    };
  }

  #check(fault: Fault): void {
    const unfit = isTwist(fault) ? this.provider.unfit(fault) : null;
    if (unfit !== null) throw new TypeError(`${this.name}: ${unfit}`);
  }
}

/** A request that was kept. */
export interface Sight {
  readonly seen: SeenRequest;
  answered(status: number): void;
}
