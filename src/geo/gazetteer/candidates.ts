import { distanceKmFrom } from '../distance.ts';
import { type Confidence, CONFIDENCES, type GeocodeCandidate } from '../geocoder.ts';
import type { Postcode } from './entries.ts';
import { type Fit, fitOf, FITS } from './fit.ts';
import type { Gazetteer } from './index.ts';
import type { Reading } from './read-address.ts';
import { pointAt, type Spot, spotOf } from './spots.ts';

/** Half the width of a postcode's area, of Berlin's larger ones. */
const POSTCODE_REACH_KM = 1.5;
/** Within this distance of a street's end, an address on a street of that name is on that street. */
const SAME_PLACE_KM = 1;

/**
 * The candidates of a reading, in no order. What contradicts the parts of the city that were named is left out where
 * something agrees, else it is `low`; what stands on a corrected typo is `medium` at most.
 */
export function candidatesOf(
  gazetteer: Gazetteer,
  reading: Reading,
  postcodes: readonly string[],
): readonly GeocodeCandidate[] {
  if (reading.places.length === 0) return areaCandidates(gazetteer, reading, postcodes);
  const spots = withoutDoubles(reading.places.flatMap((place) => spotOf(place, reading.number) ?? []));
  const rated = spots.map((spot) => ({ spot, fit: fitOf(gazetteer, spot, reading.areas, postcodes) }));
  const best = Math.max(...rated.map(({ fit }) => FITS.indexOf(fit)));
  const agreeing = rated.filter(({ fit }) => FITS.indexOf(fit) === best);
  const shared = sharedConfidence(agreeing.map(({ spot }) => spot));
  return agreeing.map(({ spot, fit }) => ({
    label: labelOf(spot, fit, postcodes),
    location: spot.location,
    confidence: confidenceOf(spot.kind === 'street' ? shared : spot.confidence, fit, reading.corrected),
  }));
}

/** That of the least sure street: a shorter one is no likelier to be meant than a longer one of the same name. */
function sharedConfidence(spots: readonly Spot[]): Confidence {
  const ranks = spots.filter(({ kind }) => kind === 'street').map(({ confidence }) => CONFIDENCES.indexOf(confidence));
  return CONFIDENCES[Math.max(...ranks, 0)] ?? 'low';
}

function confidenceOf(confidence: Confidence, fit: Fit, corrected: boolean): Confidence {
  if (fit === 'contradicts') return 'low';
  return corrected && confidence !== 'low' ? 'medium' : confidence;
}

/** A postcode that was named and agrees is kept: a long street has several. */
function labelOf({ address, postcode, postcodeKnown, locality }: Spot, fit: Fit, named: readonly string[]): string {
  const [code = null] = fit === 'contradicts' || named.length > 1 ? [] : named;
  const shown = code ?? (postcodeKnown ? postcode : null);
  return `${address}, ${shown === null ? '' : `${shown} `}Berlin (${locality})`;
}

/** A building's address stands for the building and for the street that it is on; one does for several buildings. */
function withoutDoubles(spots: readonly Spot[]): readonly Spot[] {
  const addresses = spots.filter(({ kind }) => kind === 'address');
  const others = spots.filter(({ kind, middle, reachKm }) => {
    const distanceKm = distanceKmFrom(middle);
    return kind !== 'address' && !addresses.some(({ location }) => distanceKm(location) <= reachKm + SAME_PLACE_KM);
  });
  return [...addresses.slice(0, 1), ...others];
}

function areaCandidates(
  gazetteer: Gazetteer,
  reading: Reading,
  postcodes: readonly string[],
): readonly GeocodeCandidate[] {
  const known = postcodes.flatMap((code) => gazetteer.postcodes.get(code) ?? []);
  if (known.length > 0) return known.map((postcode) => postcodeCandidate(gazetteer, postcode, reading));
  const named = [...new Set(reading.areas.flatMap(([first]) => first ?? []))];
  const localities = named.filter(({ kind }) => kind === 'locality');
  return (localities.length > 0 ? localities : named).map((area) => {
    const { name, at } = area.kind === 'locality' ? area.locality : area.district;
    return { label: `${name}, Berlin`, location: pointAt(at), confidence: 'low' };
  });
}

function postcodeCandidate(gazetteer: Gazetteer, postcode: Postcode, reading: Reading): GeocodeCandidate {
  const { code, locality } = postcode;
  const location = pointAt(postcode.at);
  const judged = { postcode: code, locality, middle: location, reachKm: POSTCODE_REACH_KM };
  const fit = fitOf(gazetteer, judged, reading.areas, []);
  const confidence = reading.unknownStreet || fit === 'contradicts' ? 'low' : 'medium';
  return { label: `${code} Berlin (${locality})`, location, confidence };
}
