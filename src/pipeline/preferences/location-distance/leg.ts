import type { Point } from '../../../protocol.ts';
import type { PlaceOutcome, PlaceRequest } from '../../places/places.ts';
import type { LegTimes } from './leg-times.ts';
import type { WishedLocation } from './location-payload.ts';

/** One location of a wish, with what is known of the ways from it. */
export interface Leg {
  readonly wished: WishedLocation;
  readonly request: PlaceRequest;
  /** `open` until it is known whether the place will be known. */
  readonly place: { readonly status: 'open' } | { readonly status: 'known'; readonly location: Point } | UnknownPlace;
  /** Null until the place is known. */
  readonly ways: Ways | null;
}

interface UnknownPlace {
  readonly status: 'unknown';
  readonly reason: Extract<PlaceOutcome, { known: false }>['reason'];
}

/** From one location to every candidate, in the candidates' order. */
export interface Ways {
  /** In a straight line. */
  readonly distancesKm: Float64Array;
  /** Null where the wish has no travel time. */
  readonly times: LegTimes | null;
}
