import { z } from 'zod';
import { TRANSPORT_MODES, type TransportMode } from '../protocol.ts';

/** Which modes each source of travel times knows. Mapbox and OSRM have no public transport. */
export const TRAVEL_TIMES_MODES = {
  estimate: TRANSPORT_MODES,
  mapbox: ['walking', 'bike', 'car'],
  osrm: ['walking', 'bike', 'car'],
  otp: ['public_transport'],
} as const satisfies Record<string, readonly TransportMode[]>;

/** Where travel times come from. */
export type TravelTimesName = keyof typeof TRAVEL_TIMES_MODES;

/** The source for each mode. */
export type TravelTimesByMode = Readonly<Record<TransportMode, TravelTimesName>>;

/** What was asked for; a mode that is not named keeps the default. */
export type TravelTimesSetting = Readonly<Partial<Record<TransportMode, TravelTimesName>>>;

const ALLOWED =
  'estimate, mapbox, osrm or otp, or a list by mode such as walking=osrm,bike=osrm,car=mapbox,public_transport=otp' +
  ' (mapbox and osrm know walking, bike and car; otp knows public_transport)';

/** One name stands for every mode that it knows; the others are estimated. */
export const travelTimesSetting: z.ZodType<TravelTimesSetting, string> = z.string().transform((value, context) => {
  const setting = isName(value) ? sourceForEveryMode(value) : byMode(value);
  if (setting !== null) return setting;
  context.addIssue(ALLOWED);
  return z.NEVER;
});

/** One source for every mode that it knows; the others are estimated. */
export function sourceForEveryMode(name: TravelTimesName): TravelTimesByMode {
  const source = (mode: TransportMode): TravelTimesName => (knows(name, mode) ? name : 'estimate');
  return {
    walking: source('walking'),
    bike: source('bike'),
    public_transport: source('public_transport'),
    car: source('car'),
  };
}

function byMode(value: string): TravelTimesSetting | null {
  const setting: Partial<Record<TransportMode, TravelTimesName>> = {};
  for (const part of value.split(',')) {
    const [modeText, name = ''] = part.trim().split('=', 2);
    const mode = TRANSPORT_MODES.find((known) => known === modeText);
    if (mode === undefined || setting[mode] !== undefined || !isName(name) || !knows(name, mode)) return null;
    setting[mode] = name;
  }
  return setting;
}

function isName(value: string): value is TravelTimesName {
  return Object.hasOwn(TRAVEL_TIMES_MODES, value);
}

function knows(name: TravelTimesName, mode: TransportMode): boolean {
  const modes: readonly TransportMode[] = TRAVEL_TIMES_MODES[name];
  return modes.includes(mode);
}
