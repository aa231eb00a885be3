import type { Building } from './entries.ts';

/** A building as one line of a table; `aliases` are other names that people use for it. */
export type BuildingRow = readonly [
  name: string,
  address: string,
  postcode: string,
  locality: string,
  latitude: number,
  longitude: number,
  aliases?: readonly string[],
];

/** The buildings of a table, in its order. */
export function buildingsOf(rows: readonly BuildingRow[]): readonly Building[] {
  return rows.map(([name, address, postcode, locality, latitude, longitude, aliases]) => ({
    name,
    address,
    postcode,
    locality,
    at: [latitude, longitude],
    ...(aliases !== undefined && { aliases }),
  }));
}
