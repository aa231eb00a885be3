import type { Street } from './entries.ts';

/** A house number and where it is: `[number, latitude, longitude]`. */
type Anchor = readonly [number: number, latitude: number, longitude: number];

/**
 * A street as one line of a table. Its place is the middle; of a street through several postcodes, postcode and
 * locality are those of the middle. Length in kilometres. Anchors follow the street's own order of numbers: out along
 * one side and back along the other where it is numbered so.
 */
export type StreetRow = readonly [
  name: string,
  locality: string,
  postcode: string,
  latitude: number,
  longitude: number,
  lengthKm: number,
  anchors?: readonly Anchor[],
];

/** The streets of a table, in its order. */
export function streetsOf(rows: readonly StreetRow[]): readonly Street[] {
  return rows.map(([name, locality, postcode, latitude, longitude, lengthKm, anchors]) => ({
    name,
    locality,
    postcode,
    at: [latitude, longitude],
    lengthKm,
    ...(anchors !== undefined && { anchors }),
  }));
}
