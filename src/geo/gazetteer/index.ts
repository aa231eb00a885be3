import { BUILDINGS } from './buildings.ts';
import { DISTRICTS } from './districts.ts';
import type { Building, District, Locality, Postcode, Street } from './entries.ts';
import { LOCALITIES } from './localities.ts';
import { createNameIndex, type NameIndex } from './name-index.ts';
import { foldText } from './normalise.ts';
import { type HouseNumber, parseHouseNumber } from './parse-address.ts';
import { POSTCODES } from './postcodes.ts';
import { STREET_NICKNAMES, STREETS } from './streets.ts';

/** The address of a building: a street, which need not be in the gazetteer itself, and the numbers that are its own. */
export interface BuildingAddress {
  readonly building: Building;
  readonly street: string;
  readonly first: HouseNumber;
  /** The same as the first one's value where it is no range. */
  readonly lastValue: number;
}

/** What a name may mean. */
export type Place =
  | { readonly kind: 'street'; readonly street: Street }
  | { readonly kind: 'building'; readonly building: Building }
  | { readonly kind: 'address'; readonly address: BuildingAddress };

/** A part of the city. */
export type Area =
  | { readonly kind: 'locality'; readonly locality: Locality }
  | { readonly kind: 'district'; readonly district: District };

/** The gazetteer by name and by postcode. */
export interface Gazetteer {
  readonly places: NameIndex<Place>;
  /** Localities before districts of the same name. */
  readonly areas: NameIndex<Area>;
  readonly postcodes: ReadonlyMap<string, Postcode>;
  readonly localities: ReadonlyMap<string, Locality>;
}

/** Everything that is known of Berlin, ready to look up. Takes a few milliseconds. */
export function buildGazetteer(): Gazetteer {
  return {
    places: createNameIndex([...streetNames(), ...buildingNames()]),
    areas: createNameIndex<Area>([
      ...LOCALITIES.map((locality) => [locality.name, { kind: 'locality', locality }] as const),
      ...DISTRICTS.map((district) => [district.name, { kind: 'district', district }] as const),
    ]),
    postcodes: new Map(POSTCODES.map((postcode) => [postcode.code, postcode])),
    localities: new Map(LOCALITIES.map((locality) => [locality.name, locality])),
  };
}

function* streetNames(): Generator<readonly [string, Place]> {
  for (const street of STREETS) {
    const place: Place = { kind: 'street', street };
    yield [street.name, place];
    for (const [nickname, name] of STREET_NICKNAMES) if (street.name === name) yield [nickname, place];
  }
}

function* buildingNames(): Generator<readonly [string, Place]> {
  for (const building of BUILDINGS) {
    const place: Place = { kind: 'building', building };
    for (const name of [building.name, ...(building.aliases ?? [])]) yield [name, place];
    const address = addressOf(building);
    if (address !== null) yield [address.street, { kind: 'address', address }];
  }
}

function addressOf(building: Building): BuildingAddress | null {
  const match = /^(.+) (\d+\s?[A-Za-z]?(?:-\d+)?[A-Za-z]?)$/.exec(building.address);
  const first = parseHouseNumber(foldText(match?.[2] ?? ''));
  const street = match?.[1];
  if (first === null || street === undefined) return null;
  const last = /-(\d+)/.exec(first.text)?.[1];
  return { building, street, first, lastValue: last === undefined ? first.value : Number(last) };
}
