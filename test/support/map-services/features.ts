import { createHash } from 'node:crypto';
import type { Point } from '../../../src/protocol.ts';
import { degrees } from './ways.ts';

export const FEATURE_TYPES = [
  'country',
  'region',
  'postcode',
  'district',
  'place',
  'locality',
  'neighborhood',
  'street',
  'block',
  'address',
  'secondary_address',
] as const;
/** Everything that Mapbox knows a place as. */
export type FeatureType = (typeof FEATURE_TYPES)[number];

type Match = 'matched' | 'unmatched' | 'plausible' | 'inferred' | 'not_applicable';
type Matched = 'address_number' | 'street' | 'postcode' | 'place' | 'locality' | 'region' | 'country';

/** A place that a test gives, short; what it does not say is as for an address in Berlin that was found exactly. */
export interface StubFeature {
  /** Such as `Hauptstraße 5`. */
  readonly name: string;
  readonly location: Point;
  /** Default `address`. */
  readonly featureType?: FeatureType;
  /** Of an address, the only ones that say it. Default `exact`. */
  readonly confidence?: 'exact' | 'high' | 'medium' | 'low';
  /** Of an address: the parts that are not `matched` (`not_applicable`: locality, region). */
  readonly match?: Readonly<Partial<Record<Matched, Match>>>;
  /** Of an address or a street. Default `rooftop`. */
  readonly accuracy?: 'rooftop' | 'parcel' | 'point' | 'interpolated' | 'intersection' | 'street';
  /** Five digits; default: none is said. */
  readonly postcode?: string;
  /** Default `Berlin`. */
  readonly place?: string;
  /** Such as `Schöneberg`; default: none is said. */
  readonly locality?: string;
}

/** The collection that a forward request is answered with. */
export function featureCollection(
  features: readonly StubFeature[],
  language: string,
): Readonly<Record<string, unknown>> {
  return {
    type: 'FeatureCollection',
    features: features.map((feature) => mapboxFeature(feature, language)),
    attribution: 'NOTICE: made up for tests',
  };
}

function mapboxFeature(feature: StubFeature, language: string): Readonly<Record<string, unknown>> {
  const { name, featureType = 'address' } = feature;
  const longitude = degrees(feature.location.longitude);
  const latitude = degrees(feature.location.latitude);
  const id = idOf(`${featureType} ${name} ${longitude} ${latitude}`);
  const formatted = placeFormatted(feature, language);
  return {
    type: 'Feature',
    id,
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: {
      mapbox_id: id,
      feature_type: featureType,
      name,
      name_preferred: name,
      place_formatted: formatted,
      full_address: `${name}, ${formatted}`,
      coordinates: { longitude, latitude, ...positionOf(feature, { longitude, latitude }) },
      ...(featureType === 'address' && { match_code: matchCode(feature) }),
      context: contextOf(feature, language),
    },
  };
}

function placeFormatted({ featureType, postcode, place = 'Berlin' }: StubFeature, language: string): string {
  const code = postcode === undefined || featureType === 'postcode' ? '' : `${postcode} `;
  return featureType === 'place' ? countryIn(language) : `${code}${place}, ${countryIn(language)}`;
}

function countryIn(language: string): string {
  return /^de\b/iu.test(language) ? 'Deutschland' : 'Germany';
}

function positionOf({ featureType = 'address', accuracy = 'rooftop' }: StubFeature, { longitude, latitude }: Point) {
  if (featureType === 'street') return { accuracy };
  return featureType === 'address'
    ? { accuracy, routable_points: [{ name: 'default', latitude: degrees(latitude + 0.0001), longitude }] }
    : {};
}

function matchCode({ confidence = 'exact', match, postcode }: StubFeature): Readonly<Record<string, string>> {
  return {
    address_number: 'matched',
    street: 'matched',
    postcode: postcode === undefined ? 'not_applicable' : 'matched',
    place: 'matched',
    locality: 'not_applicable',
    region: 'not_applicable',
    country: 'inferred',
    ...match,
    confidence,
  };
}

function contextOf(feature: StubFeature, language: string): Readonly<Record<string, unknown>> {
  const { featureType = 'address', name, postcode, place = 'Berlin', locality } = feature;
  const named = (text: string) => ({ mapbox_id: idOf(`context ${text}`), name: text });
  return {
    ...(featureType.endsWith('address') && { address: { ...named(name), ...streetAndNumber(name) } }),
    ...(postcode !== undefined && { postcode: named(postcode) }),
    ...(locality !== undefined && { locality: named(locality) }),
    place: named(place),
    country: { ...named(countryIn(language)), country_code: 'DE', country_code_alpha_3: 'DEU' },
  };
}

function streetAndNumber(name: string): { readonly street_name: string; readonly address_number?: string } {
  const found = /^(?<street>.*\S)\s+(?<number>\d.*)$/u.exec(name)?.groups;
  const { street = name, number } = found ?? {};
  return { street_name: street, ...(number !== undefined && { address_number: number }) };
}

function idOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 24);
}
