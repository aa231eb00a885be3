import type { Point } from '../protocol.ts';
import { distanceKmFrom } from './distance.ts';
import { candidatesOf } from './gazetteer/candidates.ts';
import { buildGazetteer, type Gazetteer } from './gazetteer/index.ts';
import { parseAddress } from './gazetteer/parse-address.ts';
import { readAddress } from './gazetteer/read-address.ts';
import { CONFIDENCES, type GeocodeCandidate, type Geocoder } from './geocoder.ts';

/** As the contract has it, GeocodeRequest. */
const LONGEST_QUERY = 256;
const MOST_CANDIDATES = 5;

/**
 * A geocoder of Berlin that needs no service: a gazetteer of its districts, localities and postcodes and of its
 * well-known streets, squares and buildings, in memory. It knows a fraction of the city's streets, and where in a street
 * a number is only for a few.
 *
 * It forgives case, umlauts written either way, abbreviated kinds of street, the order of the parts, and a small typo.
 *
 * - `exact`: a well-known building or its address, or a numbered address placed between known house numbers.
 * - `high`: the right street or square where it is short, up to 1.8 km: its middle is walking minutes off at most. Streets
 *   of one name share the confidence of the least sure.
 * - `medium`: a long street without a position along it, a postcode alone, or a corrected typo.
 * - `low`: a locality or district alone, a street that is not known in a part of the city that is, or a street that
 *   contradicts the part of the city named with it.
 *
 * A part of an address that means nothing in Berlin leaves no candidate: it may be another city. Candidates of the same
 * confidence are ordered by their distance to `near`, without it by label. Never unavailable; rejects only with the
 * reason of an aborted signal.
 */
export function createGazetteerGeocoder(): Geocoder {
  const gazetteer = buildGazetteer();
  return {
    name: 'gazetteer',
    async geocode({ query, near, signal }) {
      signal.throwIfAborted();
      const candidates = lookUp(gazetteer, query).toSorted(byRank(near)).slice(0, MOST_CANDIDATES);
      return { candidates, bySubstitute: false };
    },
  };
}

function lookUp(gazetteer: Gazetteer, query: string): readonly GeocodeCandidate[] {
  const address = query.length > LONGEST_QUERY ? null : parseAddress(query);
  if (address === null || !address.postcodes.every((code) => isOfBerlin(gazetteer, code))) return [];
  const reading = readAddress(gazetteer, address);
  return reading === null ? [] : candidatesOf(gazetteer, reading, address.postcodes);
}

/** Berlin's codes are 10115 to 14199 but for 12529, Schönefeld's; the gazetteer has those of areas, not of receivers. */
function isOfBerlin({ postcodes }: Gazetteer, code: string): boolean {
  return postcodes.has(code) || (code >= '10100' && code <= '14199' && code !== '12529');
}

function byRank(near: Point | null): (a: GeocodeCandidate, b: GeocodeCandidate) => number {
  const distanceKm = near === null ? () => 0 : distanceKmFrom(near);
  return (a, b) =>
    CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
    distanceKm(a.location) - distanceKm(b.location) ||
    a.label.localeCompare(b.label, 'de');
}
