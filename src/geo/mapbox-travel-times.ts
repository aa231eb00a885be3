import type { MapService } from './map-service.ts';
import { createTableSource, type StreetMode } from './travel-table.ts';
import type { TravelTimeSource } from './travel-times.ts';

/** Mapbox's profiles; `driving-traffic` takes fewer coordinates a request and is not used. */
const PROFILES: Readonly<Record<StreetMode, string>> = { walking: 'walking', bike: 'cycling', car: 'driving' };

/** A request takes 25 coordinates at most, and the origin is one. */
const MOST_DESTINATIONS = 24;

/** "Requests with single-element results are not supported", https://docs.mapbox.com/api/navigation/matrix/. */
const LEAST_ELEMENTS = 2;

export interface MapboxTravelTimesOptions {
  readonly service: MapService;
  /** Such as `https://api.mapbox.com`, without a slash at its end. */
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly mode: StreetMode;
}

/** Travel times by Mapbox Matrix v1. The minutes are the router's own: to park or to lock is not in them. */
export function createMapboxTravelTimes(options: MapboxTravelTimesOptions): TravelTimeSource {
  const { service, baseUrl, accessToken, mode } = options;
  const tables = `${baseUrl}/directions-matrix/v1/mapbox/${PROFILES[mode]}`;
  const token = encodeURIComponent(accessToken);
  return createTableSource({
    name: 'mapbox',
    service,
    mode,
    batchSize: MOST_DESTINATIONS,
    leastElements: LEAST_ELEMENTS,
    url: (coordinates, query) => new URL(`${tables}/${coordinates}?${query}&access_token=${token}`),
  });
}
