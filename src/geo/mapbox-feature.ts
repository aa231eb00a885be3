import { z } from 'zod';
import { CONFIDENCES } from './geocoder.ts';

const component = z.string().optional().catch(undefined);

/** How well each part of an address fits what was asked for. A confidence that is new to us is taken as none. */
const matchCode = z.object({
  address_number: component,
  street: component,
  postcode: component,
  place: component,
  locality: component,
  region: component,
  confidence: z.enum(CONFIDENCES).catch('low'),
});

/** One level of what a feature lies in. */
const level = z.object({ name: z.string().min(1), street_name: component });

const properties = z.object({
  feature_type: z.string(),
  name: z.string().min(1),
  place_formatted: component,
  full_address: component,
  coordinates: z.object({
    longitude: z.number().min(-180).max(180),
    latitude: z.number().min(-90).max(90),
    accuracy: component,
  }),
  match_code: matchCode.optional(),
  context: z.record(z.string(), level.optional().catch(undefined)).default({}),
});

const place = z.object({ properties });

/** What is used of a feature of Mapbox Geocoding v6: its properties, coordinates in degrees. */
export type MapboxFeature = z.infer<typeof properties>;

/** The shape of an answer; whether each feature is usable is seen one by one. */
export const mapboxFeatures = z.object({ features: z.array(z.unknown()) });

/** The feature; undefined where it is not usable, such as one with a latitude beyond 90 degrees. */
export function parseMapboxFeature(value: unknown): MapboxFeature | undefined {
  return place.safeParse(value).data?.properties;
}

/** The street of an address or a street, without its number; empty for what has no street. */
export function streetNameOf({ feature_type, name, context }: MapboxFeature): string {
  const street = context['address']?.street_name ?? context['street']?.name;
  if (street !== undefined) return street;
  if (feature_type === 'street') return name;
  return feature_type === 'address' ? name.replace(/[\s,]+\d\S*(?:\s[a-z])?$/iu, '') : '';
}

/** The names of all that the feature lies in, without its street. */
export function surroundingsOf({ context }: MapboxFeature): readonly string[] {
  const levels = Object.entries(context).filter(([kind]) => kind !== 'address' && kind !== 'street');
  return levels.flatMap(([, value]) => value?.name ?? []);
}

/**
 * What to call each feature: its full address; where several have the same, with the part of the city; and where that
 * does not tell them apart either, with its coordinates. Those that still read the same are the same place.
 */
export function labelsOf(features: readonly MapboxFeature[]): readonly string[] {
  const withParts = toldApart(features.map(addressOf), (index) => partOfCity(features[index]));
  return toldApart(withParts, (index) => coordinatesOf(features[index]));
}

/** The labels, each with more of its feature where that tells it from another that reads the same. */
function toldApart(labels: readonly string[], moreOf: (index: number) => string | undefined): readonly string[] {
  return labels.map((label, index) => {
    const more = moreOf(index);
    const tells = labels.some((other, at) => other === label && moreOf(at) !== more);
    return tells && more !== undefined ? `${label} (${more})` : label;
  });
}

function addressOf({ full_address, name, place_formatted }: MapboxFeature): string {
  return full_address ?? [name, place_formatted].filter((part) => part !== undefined).join(', ');
}

function partOfCity(feature: MapboxFeature | undefined): string | undefined {
  const { locality, neighborhood, postcode } = feature?.context ?? {};
  return (locality ?? neighborhood ?? postcode)?.name;
}

/** To 0.001°, about 100 m. */
function coordinatesOf(feature: MapboxFeature | undefined): string | undefined {
  if (feature === undefined) return undefined;
  const { latitude, longitude } = feature.coordinates;
  return `${latitude.toFixed(3)}, ${longitude.toFixed(3)}`;
}
