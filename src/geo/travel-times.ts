import type { Point, TransportMode } from '../protocol.ts';

/** The trips from one place to others, by the mode of the source that is asked. */
export interface TravelTimeRequest {
  readonly origin: Point;
  /** At most the source's `batchSize`. */
  readonly destinations: readonly Point[];
  readonly signal: AbortSignal;
  /** Hears when a call has to wait for its turn, for progress; the call waits for what it returns, too. */
  readonly onWait?: (waitMs: number) => Promise<void>;
}

/** How long one trip takes. */
export interface TravelTime {
  /** Null where the destination cannot be reached by this mode. */
  readonly minutes: number | null;
  /** Along the way; null unless routed. */
  readonly routeKm: number | null;
  readonly source: 'routed' | 'estimated';
}

/** Where the travel times of one mode come from. */
export interface TravelTimeSource {
  /** Such as `osrm`. */
  readonly name: string;
  /** The most destinations of one request; Infinity where a time costs nothing, so that all are asked for at once. */
  readonly batchSize: number;
  /**
   * One entry a destination, in the same order. Rejects with TravelTimesUnavailable when the service behind it cannot
   * be asked, and with the reason of an aborted signal.
   */
  travelTimes(request: TravelTimeRequest): Promise<readonly TravelTime[]>;
  /**
   * The least minutes that any way over this straight-line distance can take: a bound that no answer goes below. What
   * is asked for is decided by it.
   */
  leastMinutes(distanceKm: number): number;
}

/** How long it takes from one place to many: a source for each mode. */
export interface TravelTimes {
  /** For people, such as `osrm for walking and bike, estimate for public transport and car`. */
  readonly name: string;
  /** The same one for a mode every time. */
  by(mode: TransportMode): TravelTimeSource;
}

/** The service behind travel times does not answer, or its budget is spent. Carries no coordinates. */
export class TravelTimesUnavailable extends Error {
  override readonly name = 'TravelTimesUnavailable';
}
