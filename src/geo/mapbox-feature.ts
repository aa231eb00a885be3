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

/** What to call each feature: its full address, and the part of the city where several have the same. */
export function labelsOf(features: readonly MapboxFeature[]): readonly string[] {
  const addresses = features.map(addressOf);
  return features.map((feature, index) => {
    const address = addresses[index] ?? feature.name;
    const part = partOfCity(feature);
    const isShared = addresses.filter((other) => other === address).length > 1;
    return isShared && part !== undefined ? `${address} (${part})` : address;
  });
}

function addressOf({ full_address, name, place_formatted }: MapboxFeature): string {
  return full_address ?? [name, place_formatted].filter((part) => part !== undefined).join(', ');
}

function partOfCity({ context }: MapboxFeature): string | undefined {
  return (context['locality'] ?? context['neighborhood'] ?? context['postcode'])?.name;
}
