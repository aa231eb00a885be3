import type { Point, TransportMode } from '../protocol.ts';

export interface TravelTimeRequest {
  readonly origin: Point;
  readonly destinations: readonly Point[];
  readonly mode: TransportMode;
  readonly signal: AbortSignal;
}

export interface TravelTime {
  /** From door to door; null where the destination cannot be reached by this mode. */
  readonly minutes: number | null;
  /** Along the way; null unless routed. */
  readonly routeKm: number | null;
  readonly source: 'routed' | 'estimated';
}

/** How long it takes from one place to many. */
export interface TravelTimes {
  readonly name: string;
  /**
   * One entry a destination, in the same order. `onBatch` hears how many destinations are done, for progress.
   * Rejects with TravelTimesUnavailable when the service behind it cannot be asked.
   */
  travelTimes(request: TravelTimeRequest, onBatch?: (done: number) => Promise<void>): Promise<readonly TravelTime[]>;
  /** The greatest straight-line distance, in kilometres, that could be covered in `minutes`: an upper bound. */
  reachKm(mode: TransportMode, minutes: number): number;
}

/** The service behind travel times does not answer, or its budget is spent. Carries no coordinates. */
export class TravelTimesUnavailable extends Error {
  override readonly name = 'TravelTimesUnavailable';
}
