import type { z } from 'zod';

/** One request to a map service over HTTP. */
export interface MapRequest<T> {
  readonly url: URL;
  /** Sent by POST as JSON; without it the request is a GET. */
  readonly body?: unknown;
  /** The shape of a good answer. */
  readonly answer: z.ZodType<T>;
  /** What an answer of that shape refuses with, in the service's own word; null where it does not. Default: none does. */
  refusalIn?(answer: T): string | null;
  readonly signal: AbortSignal;
  readonly onWait?: (waitMs: number) => Promise<void>;
}

/**
 * Why a map service could not be asked: `spent` the month's budget is used up, `busy` there was no turn in time
 * (with the status 429 where the service has asked to be left alone), `timeout`, `network`, `status` it answered with a
 * status that is none of a good answer, `garbled` what it said is not what it should say, `resting` it has just failed
 * several times and is not asked for a while.
 */
export type MapFailure = 'spent' | 'busy' | 'timeout' | 'network' | 'status' | 'garbled' | 'resting';

/** A map service could not be asked. Names the service, the failure and a status: never a URL, a token or a place. */
export class MapServiceUnavailable extends Error {
  override readonly name = 'MapServiceUnavailable';
  readonly failure: MapFailure;
  /** The HTTP status; null where there is none. */
  readonly status: number | null;
  /** The service's own word for an error, such as `NoSegment`, or for `network` the system's; null where there is none. */
  readonly code: string | null;

  constructor(
    service: string,
    failure: MapFailure,
    { status = null, code = null }: { status?: number | null; code?: string | null } = {},
  ) {
    super(
      `${service} could not be asked: ${failure}${status === null ? '' : ` ${status}`}${code === null ? '' : ` ${code}`}`,
    );
    this.failure = failure;
    this.status = status;
    this.code = code;
  }
}

/** A map service, asked within its budget and its time. */
export interface MapService {
  /** Such as `mapbox-geocoding`. */
  readonly name: string;
  /** Rejects with MapServiceUnavailable, and with the reason of an aborted signal. */
  request<T>(request: MapRequest<T>): Promise<T>;
}
