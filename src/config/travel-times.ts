import { TRANSPORT_MODES, type TransportMode } from '../protocol.ts';
import { sourceForEveryMode, type TravelTimesByMode } from './travel-times-setting.ts';
import type { Environment } from './variables.ts';

type Values = Pick<Environment, 'TRAVEL_TIMES' | 'MAPBOX_ACCESS_TOKEN' | OsrmVariable | 'OTP_URL'>;
type OsrmVariable = (typeof OSRM_VARIABLES)[OsrmMode];

/** The modes that an OSRM server can be given for, each by a variable of its own. */
export const OSRM_VARIABLES = {
  walking: 'OSRM_URL_WALKING',
  bike: 'OSRM_URL_BIKE',
  car: 'OSRM_URL_CAR',
} as const satisfies Partial<Record<TransportMode, string>>;
export type OsrmMode = keyof typeof OSRM_VARIABLES;

/** The source of each mode: as set, otherwise Mapbox with a token, otherwise an estimate. */
export function travelTimesByMode(values: Values): TravelTimesByMode {
  const byDefault = sourceForEveryMode(values.MAPBOX_ACCESS_TOKEN === null ? 'estimate' : 'mapbox');
  return { ...byDefault, ...values.TRAVEL_TIMES };
}

/** What the sources that were asked for still need; null when nothing is missing. */
export function missingForTravelTimes(values: Values): string | null {
  const byMode = travelTimesByMode(values);
  const missing = new Set(TRANSPORT_MODES.map((mode) => missingForMode(values, mode, byMode)));
  missing.delete(null);
  return missing.size === 0 ? null : `it needs ${[...missing].join(', ')} as well`;
}

function missingForMode(values: Values, mode: TransportMode, byMode: TravelTimesByMode): string | null {
  const source = byMode[mode];
  if (source === 'mapbox' && values.MAPBOX_ACCESS_TOKEN === null) return 'MAPBOX_ACCESS_TOKEN';
  if (source === 'otp' && values.OTP_URL === null) return 'OTP_URL';
  if (source !== 'osrm' || mode === 'public_transport') return null;
  const variable = OSRM_VARIABLES[mode];
  return values[variable] === null ? variable : null;
}
