/**
 * Rows of the offline gazetteer of Berlin. Coordinates are WGS84 degrees,
 * `[latitude, longitude]`, meant to be right to about 100 m for streets and
 * buildings and to a few hundred metres for the centers of areas.
 */

/** One of the twelve boroughs ("Bezirke"), placed at its built-up center. */
export interface District {
  readonly name: string;
  readonly at: readonly [number, number];
}

/** One of the 97 localities ("Ortsteile"), with the `name` of the district it belongs to. */
export interface Locality {
  readonly name: string;
  readonly district: string;
  readonly at: readonly [number, number];
}

/** A five-digit postcode, the locality most of its addresses lie in, and the center of its area. */
export interface Postcode {
  readonly code: string;
  readonly locality: string;
  readonly at: readonly [number, number];
}

/**
 * A street or square, placed at its middle. `lengthKm` is its length from end
 * to end, in kilometres. `anchors` place house numbers along it, as
 * `[number, latitude, longitude]` in ascending order of number.
 */
export interface Street {
  readonly name: string;
  readonly locality: string;
  readonly postcode: string;
  readonly at: readonly [number, number];
  readonly lengthKm: number;
  readonly anchors?: readonly (readonly [number, number, number])[];
}

/** A named building or site, with its street address and the other names people use for it. */
export interface Building {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly address: string;
  readonly locality: string;
  readonly postcode: string;
  readonly at: readonly [number, number];
}
