import type { CentersTable } from '../tables.ts';
import { type Locality, PEOPLE_OF_LOCALITIES } from './berlin.ts';
import { centerName, hostLabel, streetName } from './center-names.ts';
import { madeUpTraits } from './center-traits.ts';
import { pickWeighted, type Random, seededRandom } from './random.ts';

/** A center as it is written. */
export type CenterRow = Readonly<CentersTable>;

/**
 * Made-up centers, spread over Berlin as its people are. The same seed gives the same centers, and fewer of them are
 * the first of more. No name comes twice.
 */
export function* madeUpCenters(count: number, seed: number): Generator<CenterRow, void, undefined> {
  const random = seededRandom(seed);
  const named = new Map<Locality, number>();
  for (let index = 0; index < count; index += 1) {
    const locality = localityOf(index);
    const before = named.get(locality) ?? 0;
    named.set(locality, before + 1);
    yield madeUpCenter(random, locality, before);
  }
}

/** The golden ratio's fraction: its multiples fill the span from 0 to 1 evenly, however many there are (Weyl). */
const GOLDEN_FRACTION = (Math.sqrt(5) - 1) / 2;

/** Taken in turn and not drawn, so that even a few centers lie where the people are. */
function localityOf(index: number): Locality {
  return pickWeighted(PEOPLE_OF_LOCALITIES, (0.5 + index * GOLDEN_FRACTION) % 1);
}

function madeUpCenter(random: Random, locality: Locality, before: number): CenterRow {
  const name = centerName(locality.name, before, hashOf(locality.name));
  return {
    id: random.uuid(),
    name,
    address: `${streetName(random.integer(0, 9999))} ${random.integer(1, 160)}, ${locality.postcode} Berlin`,
    district: locality.district,
    location: placeIn(locality, random),
    ...madeUpTraits(random),
    // .example leads nowhere (RFC 2606).
    website: random.chance(0.85) ? `https://${hostLabel(name)}.example` : null,
    phone: random.chance(0.95) ? fictionalPhone(random) : null,
  };
}

/** Berlin's 030 23125 000 to 999 are for film and television (Bundesnetzagentur, Mitteilung 148/2021). */
function fictionalPhone(random: Random): string {
  return `030 23125${String(random.integer(0, 999)).padStart(3, '0')}`;
}

/** A place around the middle of a locality. The spread is that of a quarter of a few square kilometres. */
function placeIn(locality: Locality, random: Random): { x: number; y: number } {
  const spreadKm = 0.9;
  // Kilometres in a degree at Berlin's latitude of 52.5.
  const kmOfLongitude = 67.9;
  const kmOfLatitude = 111.3;
  return {
    x: rounded(locality.longitude + (spread(random) * spreadKm) / kmOfLongitude),
    y: rounded(locality.latitude + (spread(random) * spreadKm) / kmOfLatitude),
  };
}

/** Normal, but never further out than twice the standard deviation: a center stays in its locality. */
function spread(random: Random): number {
  for (;;) {
    const drawn = random.normal();
    if (Math.abs(drawn) <= 2) return drawn;
  }
}

/** To 0.00001 of a degree, about a metre. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 100_003;
  return hash;
}
