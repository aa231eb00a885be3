import { foldText, keyOfWords } from './gazetteer/normalise.ts';
import { type Confidence, CONFIDENCES } from './geocoder.ts';
import { type MapboxFeature, streetNameOf, surroundingsOf } from './mapbox-feature.ts';

/** Of features that are no address, and have no match code for it: what is wide is less sure to be what was meant. */
const BY_TYPE: Readonly<Record<string, Confidence>> = {
  address: 'medium',
  street: 'medium',
  postcode: 'medium',
  neighborhood: 'medium',
  locality: 'low',
  place: 'low',
};

/** The country goes without saying, in whichever language. */
const COUNTRY_WORDS: ReadonlySet<string> = new Set(['deutschland', 'germany', 'brd']);

/** A point of the street, not of the house. */
const ACCURACIES_OF_STREETS: ReadonlySet<string | undefined> = new Set(['street', 'intersection']);

/**
 * How sure it is that a feature is what a person meant by `query`: Mapbox's own confidence, but `medium` at most where a
 * part that the person gave is unmatched, or where a house was asked for and only the street is found. Mapbox calls a
 * part unmatched that was not given, too, such as the postcode; that costs nothing.
 */
export function mapboxConfidence(feature: MapboxFeature, query: string): Confidence {
  const { match_code: match, feature_type } = feature;
  if (!match) return BY_TYPE[feature_type] ?? 'low';
  const isGuessed = hasUnmatchedPart(feature, match, query) || isStreetForHouse(feature, query);
  return isGuessed ? atMostMedium(match.confidence) : match.confidence;
}

type MatchCode = NonNullable<MapboxFeature['match_code']>;

function hasUnmatchedPart(feature: MapboxFeature, match: MatchCode, query: string): boolean {
  if (match.street === 'unmatched') return true;
  if (match.address_number === 'unmatched' && asksForHouse(feature, query)) return true;
  if (match.postcode === 'unmatched' && asksForOtherPostcode(feature, query)) return true;
  const isElsewhere = [match.place, match.locality, match.region].includes('unmatched');
  return isElsewhere && namesAnotherPlace(feature, query);
}

function isStreetForHouse(feature: MapboxFeature, query: string): boolean {
  return ACCURACIES_OF_STREETS.has(feature.coordinates.accuracy) && asksForHouse(feature, query);
}

function atMostMedium(confidence: Confidence): Confidence {
  return CONFIDENCES.indexOf(confidence) < CONFIDENCES.indexOf('medium') ? 'medium' : confidence;
}

/** A number that is neither a postcode nor the one of the street's name, as in "Straße des 17. Juni". */
function asksForHouse(feature: MapboxFeature, query: string): boolean {
  const numbers = numbersIn(query).filter((number) => number.length < 5);
  const ofStreet = numbersIn(streetNameOf(feature)).filter((number) => numbers.includes(number));
  return numbers.length > ofStreet.length;
}

function asksForOtherPostcode({ context }: MapboxFeature, query: string): boolean {
  const postcodes = numbersIn(query).filter((number) => number.length === 5);
  return postcodes.length > 0 && !postcodes.includes(context['postcode']?.name ?? '');
}

/** A word that is neither of the street's name nor of what the feature lies in, such as the name of another city. */
function namesAnotherPlace(feature: MapboxFeature, query: string): boolean {
  const surroundings = new Set(surroundingsOf(feature).flatMap(wordsIn).map(keyOf));
  const words = withoutStreet(wordsIn(query), wordsIn(streetNameOf(feature)));
  return words.some((word) => !COUNTRY_WORDS.has(word) && !surroundings.has(keyOf(word)));
}

/**
 * What is left when the street is taken out: once and in whole, as a city may be named after its words, as in
 * "Potsdamer Straße 5, Potsdam". Only where it is nowhere in whole are all its words taken out.
 */
function withoutStreet(words: readonly string[], street: readonly string[]): readonly string[] {
  const key = keyOfWords(street);
  for (let start = 0; start < words.length; start += 1) {
    for (let end = start + 1; end <= words.length; end += 1) {
      if (keyOfWords(words.slice(start, end)) === key) return words.toSpliced(start, end - start);
    }
  }
  const keys = new Set(street.map(keyOf));
  return words.filter((word) => !keys.has(keyOf(word)));
}

/** Folded. One letter alone belongs to a number, as in "5 a" or "D-10827". */
function wordsIn(text: string): readonly string[] {
  return foldText(text).match(/\p{L}{2,}/gu) ?? [];
}

function numbersIn(text: string): readonly string[] {
  return text.match(/\d+/gu) ?? [];
}

function keyOf(word: string): string {
  return keyOfWords([word]);
}
