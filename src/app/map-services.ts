import type { Clock } from '../clock.ts';
import type { Config, OsrmMode, TravelTimesName } from '../config.ts';
import type { CallBudget, CallLimit } from '../geo/call-budget.ts';
import { createEstimatedSource } from '../geo/estimated-travel-times.ts';
import { createGazetteerGeocoder } from '../geo/gazetteer-geocoder.ts';
import type { Geocoder } from '../geo/geocoder.ts';
import type { OnMapCall } from '../geo/map-call.ts';
import { createHttpMapService } from '../geo/http-map-service.ts';
import type { MapService } from '../geo/map-service.ts';
import { createMapboxGeocoder } from '../geo/mapbox-geocoder.ts';
import { createMapboxTravelTimes } from '../geo/mapbox-travel-times.ts';
import { createOsrmTravelTimes } from '../geo/osrm-travel-times.ts';
import { createOtpTravelTimes } from '../geo/otp-travel-times.ts';
import { withSubstitute } from '../geo/substitute-geocoder.ts';
import type { TravelTimes, TravelTimeSource } from '../geo/travel-times.ts';
import { createTravelTimesByMode } from '../geo/travel-times-by-mode.ts';
import type { Log } from '../log.ts';
import type { TransportMode } from '../protocol.ts';

/**
 * Turns are this much further apart than the limit asks for, so that a request which is held up on its way by a tenth of
 * a second does not arrive in the window of those that follow.
 */
const GUARD = 1.1;

/** As much for the limit of a minute, whose turns may all be taken at once. */
const MINUTE_WITH_GUARD_MS = 61_000;

interface Using {
  readonly config: Config;
  readonly budget: CallBudget;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every attempt to ask a map service. Default: nobody. */
  readonly onCall?: OnMapCall;
}

/** What turns addresses into places, and what tells how long ways take, as the configuration names them. */
export interface MapServices {
  readonly geocoder: Geocoder;
  readonly travelTimes: TravelTimes;
  /** The limits that calls are counted against; none where nothing that has one is asked. */
  readonly limits: readonly CallLimit[];
}

/** A new geocoder, or a new source of travel times, is a line in one of the two tables. */
export function buildMapServices(using: Using): MapServices {
  const { config } = using;
  const geocoders = { gazetteer: createGazetteerGeocoder, mapbox: () => mapboxGeocoder(using) };
  const matrix = mapService(using, 'mapbox-matrix', matrixLimit(config));
  const sources: Record<TravelTimesName, (mode: TransportMode) => TravelTimeSource> = {
    estimate: createEstimatedSource,
    mapbox: (mode) => createMapboxTravelTimes({ service: matrix, ...mapboxAccess(config), mode: byStreet(mode) }),
    osrm: (mode) => osrmSource(using, byStreet(mode)),
    otp: () => otpSource(using),
  };
  const by = (mode: TransportMode): TravelTimeSource => sources[config.travelTimes[mode]](mode);
  return {
    geocoder: geocoders[config.geocoder](),
    travelTimes: createTravelTimesByMode({
      walking: by('walking'),
      bike: by('bike'),
      public_transport: by('public_transport'),
      car: by('car'),
    }),
    limits: limitsOf(config),
  };
}

function mapboxGeocoder(using: Using): Geocoder {
  const service = mapService(using, 'mapbox-geocoding', geocodingLimit(using.config));
  return withSubstitute(createMapboxGeocoder({ service, ...mapboxAccess(using.config) }), createGazetteerGeocoder());
}

function osrmSource(using: Using, mode: OsrmMode): TravelTimeSource {
  const baseUrl = given(using.config.osrmUrls[mode], `the OSRM server for ${mode}`);
  return createOsrmTravelTimes({ service: mapService(using, `osrm-${mode}`, null), baseUrl, mode });
}

function otpSource(using: Using): TravelTimeSource {
  const { otpUrl, arriveBy, timeZone } = using.config;
  const service = mapService(using, 'otp', null);
  return createOtpTravelTimes({ ...using, service, baseUrl: given(otpUrl, 'OTP_URL'), arriveBy, timeZone });
}

function mapService(using: Using, name: string, limit: CallLimit | null): MapService {
  const { config, budget, clock, log, onCall } = using;
  const ofMapbox = name.startsWith('mapbox') ? { timeoutMs: config.mapbox.timeoutMs } : {};
  return createHttpMapService({ name, limit, budget, clock, log, onCall, ...ofMapbox });
}

function limitsOf(config: Config): readonly CallLimit[] {
  const geocoding = config.geocoder === 'mapbox' ? [geocodingLimit(config)] : [];
  const matrix = Object.values(config.travelTimes).includes('mapbox') ? [matrixLimit(config)] : [];
  return [...geocoding, ...matrix];
}

function geocodingLimit({ mapbox: { ratePerSecond, monthlyLimit } }: Config): CallLimit {
  const spacingMs = Math.ceil((GUARD * 1000) / ratePerSecond);
  return { name: 'mapbox-geocoding', calls: ratePerSecond, windowMs: 1000, spacingMs, perMonth: monthlyLimit };
}

function matrixLimit({ mapbox: { matrixPerMinute } }: Config): CallLimit {
  return {
    name: 'mapbox-matrix',
    calls: matrixPerMinute,
    windowMs: MINUTE_WITH_GUARD_MS,
    spacingMs: 0,
    perMonth: null,
  };
}

function mapboxAccess({ mapbox: { baseUrl, accessToken } }: Config): { baseUrl: string; accessToken: string } {
  return { baseUrl, accessToken: accessToken ?? '' };
}

/** The configuration has checked that no source is named for a mode that it does not know, nor without its address. */
function byStreet(mode: TransportMode): OsrmMode {
  if (mode === 'public_transport') throw new TypeError('streets alone tell nothing of public transport');
  return mode;
}

function given(url: string | null, what: string): string {
  if (url === null) throw new TypeError(`${what} has no address`);
  return url;
}
