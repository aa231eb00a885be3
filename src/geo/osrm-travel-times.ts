import type { MapService } from './map-service.ts';
import { createTableSource, type StreetMode } from './travel-table.ts';
import type { TravelTimeSource } from './travel-times.ts';

/** Profiles by the names of OSRM's own; a server of one dataset has one profile and ignores the name. */
const PROFILES: Readonly<Record<StreetMode, string>> = { walking: 'foot', bike: 'bike', car: 'driving' };

/** A table takes 100 locations unless the server is told otherwise, and the origin is one. */
const MOST_DESTINATIONS = 99;

export interface OsrmTravelTimesOptions {
  readonly service: MapService;
  /** Of the server for this mode, such as `http://127.0.0.1:5000`, without a slash at its end. */
  readonly baseUrl: string;
  readonly mode: StreetMode;
}

/** Travel times by the table service of an OSRM server. The minutes are the router's own. */
export function createOsrmTravelTimes({ service, baseUrl, mode }: OsrmTravelTimesOptions): TravelTimeSource {
  const tables = `${baseUrl}/table/v1/${PROFILES[mode]}`;
  return createTableSource({
    name: 'osrm',
    service,
    mode,
    batchSize: MOST_DESTINATIONS,
    leastElements: 1,
    url: (coordinates, query) => new URL(`${tables}/${coordinates}?${query}`),
  });
}
