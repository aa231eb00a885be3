import type { Locale, Point } from '../protocol.ts';

export const CONFIDENCES = ['exact', 'high', 'medium', 'low'] as const;
/**
 * How sure a geocoder is of a candidate: `exact` the very address; `high` the right street or square, off by walking
 * minutes at most; `medium` one part was guessed, or the place is wide; `low` hardly more than a hint.
 */
export type Confidence = (typeof CONFIDENCES)[number];

/** One address to look up. */
export interface GeocodeRequest {
  /** As a person typed it, 1 to 256 characters. */
  readonly query: string;
  readonly locale: Locale;
  /** Where the person is at home, if known: breaks ties, excludes nothing. */
  readonly near: Point | null;
  readonly signal: AbortSignal;
  /** Hears when the call has to wait for its turn, for progress; the call waits for what it returns, too. */
  readonly onWait?: (waitMs: number) => Promise<void>;
}

/** A place that an address may mean. */
export interface GeocodeCandidate {
  /** Enough to tell it from the other candidates, such as `Hauptstraße 5, 10827 Berlin (Schöneberg)`. */
  readonly label: string;
  readonly location: Point;
  readonly confidence: Confidence;
}

/** What an address may mean, and who said so. */
export interface Geocoded {
  /** Best first, at most five; none when nothing fits. */
  readonly candidates: readonly GeocodeCandidate[];
  /** Whether a substitute gave them, as the geocoder that should have could not be asked. */
  readonly bySubstitute: boolean;
}

/** Turns what a person typed into places. */
export interface Geocoder {
  /** For people, such as `mapbox`. */
  readonly name: string;
  /** Rejects with GeocoderUnavailable when it cannot be asked, and with the reason of an aborted signal. */
  geocode(request: GeocodeRequest): Promise<Geocoded>;
}

/** The service behind a geocoder does not answer, or its budget is spent. Carries no query. */
export class GeocoderUnavailable extends Error {
  override readonly name = 'GeocoderUnavailable';
}
