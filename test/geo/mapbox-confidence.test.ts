import { describe, expect, it } from 'vitest';
import { mapboxConfidence } from '../../src/geo/mapbox-confidence.ts';
import { type MapboxFeature, parseMapboxFeature } from '../../src/geo/mapbox-feature.ts';

type Match = Readonly<Record<string, string>>;

interface Given {
  readonly match?: Match;
  readonly name?: string;
  readonly street?: string;
  readonly accuracy?: string;
  readonly confidence?: string;
}

/** "Potsdamer Straße 5, 10785 Berlin (Tiergarten)", found exactly but for what is given. */
function address({ match, name, street, accuracy = 'rooftop', confidence = 'exact' }: Given = {}): MapboxFeature {
  return featureOf({
    feature_type: 'address',
    name: name ?? `${street ?? 'Potsdamer Straße'} 5`,
    coordinates: { longitude: 13.37, latitude: 52.5, accuracy },
    match_code: { confidence, ...match },
    context: {
      ...(street !== undefined && { street: { name: street } }),
      postcode: { name: '10785' },
      locality: { name: 'Tiergarten' },
      place: { name: 'Berlin' },
      country: { name: 'Germany' },
    },
  });
}

function featureOf(properties: object): MapboxFeature {
  const feature = parseMapboxFeature({ type: 'Feature', properties });
  if (!feature) throw new TypeError('no feature of Mapbox');
  return feature;
}

const UNMATCHED = {
  street: { street: 'unmatched' },
  number: { address_number: 'unmatched' },
  postcode: { postcode: 'unmatched' },
  place: { place: 'unmatched', locality: 'unmatched', region: 'unmatched' },
} as const;

describe('a part that is unmatched', () => {
  it.each([
    ['the postcode was not given', 'Potsdamer Straße 5, Berlin', UNMATCHED.postcode],
    ['the postcode is the right one', 'Potsdamer Straße 5, 10785 Berlin', UNMATCHED.postcode],
    ['no house was asked for', 'Potsdamer Straße, Berlin', UNMATCHED.number],
    ['no place was given', 'Potsdamer Straße 5', UNMATCHED.place],
    ['the place is abbreviated away', 'Potsdamer Str. 5', UNMATCHED.place],
    ['the street is written as one word', 'Potsdamerstraße 5', UNMATCHED.place],
    ['the place is the right one', 'Potsdamer Straße 5, D-10785 Berlin-Tiergarten, Deutschland', UNMATCHED.place],
    ['the number has a letter', 'Potsdamer Straße 5 a', UNMATCHED.place],
    ['nothing that is named is elsewhere', 'Berlin, Potsdamer Straße 5', { ...UNMATCHED.place, ...UNMATCHED.postcode }],
  ])('costs nothing where %s: %s', (_, query, match) => {
    expect(mapboxConfidence(address({ match }), query)).toBe('exact');
  });

  it.each([
    ['the street', 'Potsdamer Straße 5', UNMATCHED.street],
    ['the house', 'Potsdamer Straße 5', UNMATCHED.number],
    ['the postcode', 'Potsdamer Straße 5, 10117 Berlin', UNMATCHED.postcode],
    ['the place', 'Potsdamer Straße 5, Leipzig', UNMATCHED.place],
    ['the locality', 'Potsdamer Straße 5, Lichterfelde', { locality: 'unmatched' }],
    ['a place that the street is named after', 'Potsdamer Straße 5, Potsdam', UNMATCHED.place],
    ['a place named like a word of the street', 'Potsdamer Straße 5, Straße', UNMATCHED.place],
  ])('makes it medium where the person gave it: %s', (_, query, match) => {
    expect(mapboxConfidence(address({ match }), query)).toBe('medium');
    expect(mapboxConfidence(address({ match, confidence: 'high' }), query)).toBe('medium');
    expect(mapboxConfidence(address({ match, confidence: 'low' }), query)).toBe('low');
  });

  it('is no house where the number is of the street', () => {
    const feature = address({ street: 'Straße des 17. Juni', match: UNMATCHED.number });
    expect(mapboxConfidence(feature, 'Straße des 17. Juni, Berlin')).toBe('exact');
    expect(mapboxConfidence(feature, 'Straße des 17. Juni 135, Berlin')).toBe('medium');
    expect(mapboxConfidence(feature, 'Straße des 17. Juni 17, Berlin')).toBe('medium');
    expect(mapboxConfidence(feature, 'Straße des Juni 135, Berlin')).toBe('medium');
  });

  it('is no house where the number is of the street, as its name alone tells', () => {
    const feature = address({ name: 'Straße des 17. Juni 135', match: UNMATCHED.number });
    expect(mapboxConfidence(feature, 'Straße des 17. Juni')).toBe('exact');
    expect(mapboxConfidence(feature, 'Straße des 17. Juni 135')).toBe('medium');
  });
});

describe('the street in place of the house', () => {
  it.each(['street', 'intersection'])('is medium: %s', (accuracy) => {
    expect(mapboxConfidence(address({ accuracy }), 'Potsdamer Straße 5')).toBe('medium');
  });

  it('is what was asked for without a number', () => {
    expect(mapboxConfidence(address({ accuracy: 'street' }), 'Potsdamer Straße, 10785 Berlin')).toBe('exact');
  });

  it.each(['rooftop', 'parcel', 'point', 'interpolated'])('is not meant by another accuracy: %s', (accuracy) => {
    expect(mapboxConfidence(address({ accuracy }), 'Potsdamer Straße 5')).toBe('exact');
  });
});

it('a confidence that is not known is low', () => {
  expect(mapboxConfidence(address({ confidence: 'certain' }), 'Potsdamer Straße 5')).toBe('low');
});

it.each([
  ['street', 'medium'],
  ['postcode', 'medium'],
  ['neighborhood', 'medium'],
  ['locality', 'low'],
  ['place', 'low'],
  ['region', 'low'],
])('a %s is %s', (feature_type, confidence) => {
  const feature = featureOf({ feature_type, name: 'Tiergarten', coordinates: { longitude: 13.37, latitude: 52.5 } });
  expect(mapboxConfidence(feature, 'Tiergarten')).toBe(confidence);
});
