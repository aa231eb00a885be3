import {
  CONFIDENCES,
  type GeocodeCandidate,
  type Geocoder,
  type GeocodeRequest,
  GeocoderUnavailable,
} from './geocoder.ts';
import { MapServiceUnavailable, type MapService } from './map-service.ts';
import { mapboxConfidence } from './mapbox-confidence.ts';
import { labelsOf, type MapboxFeature, mapboxFeatures, parseMapboxFeature } from './mapbox-feature.ts';
import { mapboxQuery } from './mapbox-query.ts';

const MOST_CANDIDATES = 5;

/** All that a person may mean by a place; a country or a region is none. */
const TYPES = 'address,street,place,postcode,locality,neighborhood';

export interface MapboxGeocoderOptions {
  readonly service: MapService;
  /** Such as `https://api.mapbox.com`, without a slash at its end. */
  readonly baseUrl: string;
  readonly accessToken: string;
}

/**
 * Places of Germany by Mapbox Geocoding v6. Its results are temporary ones (`permanent=false`): they may be used within
 * their session, and not be kept for another.
 */
export function createMapboxGeocoder({ service, baseUrl, accessToken }: MapboxGeocoderOptions): Geocoder {
  const base = `${baseUrl}/search/geocode/v6/forward`;
  return {
    name: 'mapbox',
    async geocode(request) {
      request.signal.throwIfAborted();
      const query = mapboxQuery(request.query);
      if (query === '') return { candidates: [], bySubstitute: false };
      const url = new URL(`${base}?${parametersOf(query, request, accessToken)}`);
      const features = usable(await featuresOf(service, url, request));
      return { candidates: candidatesOf(features, query), bySubstitute: false };
    },
  };
}

function parametersOf(query: string, { locale, near }: GeocodeRequest, accessToken: string): URLSearchParams {
  const parameters = new URLSearchParams({
    q: query,
    access_token: accessToken,
    country: 'de',
    language: locale,
    limit: String(MOST_CANDIDATES),
    types: TYPES,
    autocomplete: 'false',
    permanent: 'false',
  });
  // About a kilometre: it is someone's home.
  if (near) parameters.set('proximity', `${near.longitude.toFixed(2)},${near.latitude.toFixed(2)}`);
  return parameters;
}

async function featuresOf(
  service: MapService,
  url: URL,
  { signal, onWait }: GeocodeRequest,
): Promise<readonly unknown[]> {
  try {
    const { features } = await service.request({ url, answer: mapboxFeatures, signal, ...(onWait && { onWait }) });
    return features;
  } catch (thrown) {
    if (!(thrown instanceof MapServiceUnavailable)) throw thrown;
    throw new GeocoderUnavailable(thrown.message, { cause: thrown });
  }
}

function usable(features: readonly unknown[]): readonly MapboxFeature[] {
  const parsed = features.map(parseMapboxFeature).filter((feature) => feature !== undefined);
  if (features.length > 0 && parsed.length === 0) throw new GeocoderUnavailable('mapbox gave no place that is usable');
  return parsed;
}

function candidatesOf(features: readonly MapboxFeature[], query: string): readonly GeocodeCandidate[] {
  const labels = labelsOf(features);
  const candidates = features.map((feature, index) => ({
    label: labels[index] ?? feature.name,
    location: { longitude: feature.coordinates.longitude, latitude: feature.coordinates.latitude },
    confidence: mapboxConfidence(feature, query),
  }));
  return candidates.toSorted(byConfidence).filter(isFirstOfItsLabel).slice(0, MOST_CANDIDATES);
}

function byConfidence(one: GeocodeCandidate, other: GeocodeCandidate): number {
  return CONFIDENCES.indexOf(one.confidence) - CONFIDENCES.indexOf(other.confidence);
}

/** Nobody could choose between two that read the same. */
function isFirstOfItsLabel({ label }: GeocodeCandidate, index: number, all: readonly GeocodeCandidate[]): boolean {
  return all.findIndex((other) => other.label === label) === index;
}
