import { createGazetteerGeocoder } from '../../../src/geo/gazetteer-geocoder.ts';
import type { Confidence, GeocodeCandidate } from '../../../src/geo/geocoder.ts';
import type { Point } from '../../../src/protocol.ts';
import type { StubFeature } from './features.ts';

/** What an address comes to, best first; `near` is what the request gives as its proximity. */
export type Places = (query: string, near: Point | null) => readonly StubFeature[] | Promise<readonly StubFeature[]>;

/** `12a-14` at the end of a name. */
const NUMBERED = /\s\d+\s?[a-z]?(?:-\d+\s?[a-z]?)?$/iu;
const LABEL = /^(?:(?<head>.+), )?(?:(?<postcode>\d{5}) )?Berlin(?: \((?<locality>[^)]+)\))?$/u;

/** How sure the gazetteer is of a numbered address, as Mapbox says it of one of its own. */
const SURENESS: Readonly<Record<Confidence, Pick<StubFeature, 'accuracy' | 'match'>>> = {
  exact: { accuracy: 'rooftop' },
  high: { accuracy: 'interpolated', match: { address_number: 'plausible' } },
  medium: { accuracy: 'street', match: { address_number: 'unmatched' } },
  low: { accuracy: 'street', match: { address_number: 'unmatched', street: 'unmatched' } },
};

/** The project's own gazetteer of Berlin in Mapbox's words. */
export function gazetteerPlaces(): Places {
  const gazetteer = createGazetteerGeocoder();
  return async (query, near) => {
    const { signal } = new AbortController();
    const { candidates } = await gazetteer.geocode({ query, locale: 'de', near, signal });
    return candidates.map((candidate) => featureOf(candidate, query));
  };
}

function featureOf({ label, location, confidence }: GeocodeCandidate, query: string): StubFeature {
  const { head, postcode, locality } = LABEL.exec(label)?.groups ?? {};
  const known = { location, ...(postcode !== undefined && { postcode }), ...(locality !== undefined && { locality }) };
  if (head === undefined) return { ...known, name: postcode ?? label, featureType: 'postcode' };
  if (locality === undefined) return { ...known, name: head, featureType: 'locality' };
  if (!NUMBERED.test(head)) return { ...known, name: head, featureType: 'street', accuracy: 'street' };
  const { accuracy, match } = SURENESS[confidence];
  const said = { ...namedParts(query, postcode), ...match };
  return { ...known, name: head, confidence, match: said, ...(accuracy !== undefined && { accuracy }) };
}

/** Of what stands after the street: what the query did not say was inferred. */
function namedParts(query: string, postcode: string | undefined): NonNullable<StubFeature['match']> {
  return {
    place: /berlin/iu.test(query) ? 'matched' : 'inferred',
    ...(postcode !== undefined && { postcode: query.includes(postcode) ? 'matched' : 'inferred' }),
  };
}
