import type { Locale, Point } from '../protocol.ts';

export const CONFIDENCES = ['exact', 'high', 'medium', 'low'] as const;
/**
 * How sure a geocoder is of a candidate: `exact` the very address; `high` the right street or square, off by walking
 * minutes at most; `medium` one part was guessed, or the place is wide; `low` hardly more than a hint.
 */
export type Confidence = (typeof CONFIDENCES)[number];

export interface GeocodeRequest {
  /** As a person typed it, 1 to 256 characters. */
  readonly query: string;
  readonly locale: Locale;
  /** Where the person is at home, if known: breaks ties, excludes nothing. */
  readonly near: Point | null;
  readonly signal: AbortSignal;
}

export interface GeocodeCandidate {
  /** Enough to tell it from the other candidates, such as `Hauptstraße 5, 10827 Berlin (Schöneberg)`. */
  readonly label: string;
  readonly location: Point;
  readonly confidence: Confidence;
}

/** Turns what a person typed into places. */
export interface Geocoder {
  readonly name: string;
  /**
   * The candidates, best first, at most five; none when nothing fits. Rejects with GeocoderUnavailable when it cannot
   * be asked.
   */
  geocode(request: GeocodeRequest): Promise<readonly GeocodeCandidate[]>;
}

/** The service behind a geocoder does not answer, or its budget is spent. Carries no query. */
export class GeocoderUnavailable extends Error {
  override readonly name = 'GeocoderUnavailable';
}
