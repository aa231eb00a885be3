import type { Locale, TransportMode } from '../../../protocol.ts';
import { placeName } from '../../places/place-texts.ts';
import { HOME } from '../../places/places.ts';
import { asWritten, inTenths, inTenthsAbove } from '../../spoken-number.ts';
import type { LocationLeg } from './location-facts.ts';

interface Wording {
  /** `walking time` in `ideal walking time`. */
  readonly time: Record<TransportMode, string>;
  readonly distance: string;
  /** `by bike` in `20 minutes by bike`. */
  readonly by: Record<TransportMode, string>;
  readonly minutes: string;
  readonly km: string;
  readonly ideal: string;
  readonly acceptable: string;
  readonly tooFar: string;
  readonly atMost: string;
  readonly unknown: string;
  readonly unreachable: (by: string) => string;
}

const WORDING: Record<Locale, Wording> = {
  en: {
    time: {
      walking: 'walking time',
      bike: 'bike time',
      public_transport: 'public transport time',
      car: 'driving time',
    },
    distance: 'distance',
    by: { walking: 'on foot', bike: 'by bike', public_transport: 'by public transport', car: 'by car' },
    minutes: 'min',
    km: 'km',
    ideal: 'ideal',
    acceptable: 'acceptable',
    tooFar: 'too far',
    atMost: 'at most',
    unknown: 'not known',
    unreachable: (by) => `cannot be reached ${by}`,
  },
  de: {
    time: { walking: 'Gehzeit', bike: 'Fahrradzeit', public_transport: 'Zeit mit Bus und Bahn', car: 'Fahrzeit' },
    distance: 'Entfernung',
    by: { walking: 'zu Fuß', bike: 'mit dem Rad', public_transport: 'mit Bus und Bahn', car: 'mit dem Auto' },
    minutes: ' Min.',
    km: ' km',
    ideal: 'ideale',
    acceptable: 'annehmbare',
    tooFar: 'zu weit',
    atMost: 'höchstens',
    unknown: 'nicht bekannt',
    unreachable: (by) => `${by} nicht zu erreichen`,
  },
};

/** A way by time and its limit, in minutes; infinite where there is no way. */
interface TimedWay {
  readonly mode: TransportMode;
  readonly minutes: number;
  readonly most: number;
}

/** A way by distance and its limit, in kilometres. */
interface MeasuredWay {
  readonly km: number;
  readonly most: number;
}

/**
 * A leg in words, such as `home: ideal walking time (8min)`. Of two limits the words are about the one that the rating
 * goes by: the one of which the way takes the greater share.
 */
export function legWords(leg: LocationLeg, locale: Locale): string {
  return `${placeName(locale, leg.location)}: ${wayWords(leg, locale)}`;
}

function wayWords(leg: LocationLeg, locale: Locale): string {
  const [timed, measured] = [timedWay(leg), measuredWay(leg)];
  if (timed && (!measured || timed.minutes / timed.most >= measured.km / measured.most)) {
    return timeWords(timed, leg, locale);
  }
  return measured ? distanceWords(measured, leg, locale) : WORDING[locale].unknown;
}

function timedWay({ distanceKm, transportMode: mode, travelMinutes, maxTravelMinutes }: LocationLeg): TimedWay | null {
  if (distanceKm === null || mode === null || maxTravelMinutes === null) return null;
  return { mode, minutes: travelMinutes ?? Infinity, most: maxTravelMinutes };
}

function measuredWay({ distanceKm, maxDistanceKm }: LocationLeg): MeasuredWay | null {
  return distanceKm === null || maxDistanceKm === null ? null : { km: distanceKm, most: maxDistanceKm };
}

function timeWords({ mode, minutes, most }: TimedWay, { rating }: LocationLeg, locale: Locale): string {
  const { time, by, minutes: unit, ideal, acceptable, tooFar, atMost, unreachable } = WORDING[locale];
  if (minutes === Infinity) return unreachable(by[mode]);
  const said = `${Math.ceil(minutes)}${unit}`;
  return rating === 'too_far'
    ? `${tooFar} ${by[mode]} (${said}, ${atMost} ${asWritten(most, locale)}${unit})`
    : `${rating === 'ideal' ? ideal : acceptable} ${time[mode]} (${said})`;
}

function distanceWords({ km, most }: MeasuredWay, { rating }: LocationLeg, locale: Locale): string {
  const { distance, km: unit, ideal, acceptable, tooFar, atMost } = WORDING[locale];
  return rating === 'too_far'
    ? `${tooFar} (${inTenthsAbove(km, locale)}${unit}, ${atMost} ${asWritten(most, locale)}${unit})`
    : `${rating === 'ideal' ? ideal : acceptable} ${distance} (${inTenths(km, locale)}${unit})`;
}

/** A loosened travel time, such as `25 instead of 20 minutes by bike to work`. */
export function minutesWords(
  locale: Locale,
  leg: { readonly name: string; readonly mode: TransportMode },
  value: number,
  wished: number,
): string {
  const by = WORDING[locale].by[leg.mode];
  const place = placeName(locale, leg.name);
  const [more, less] = [asWritten(value, locale), asWritten(wished, locale)];
  return locale === 'en'
    ? `${more} instead of ${less} minutes ${by} ${leg.name.toLowerCase() === HOME ? 'from' : 'to'} ${place}`
    : `${more} statt ${less} Minuten ${by} (${place})`;
}

/** A loosened distance, such as `6 instead of 5.25 km from home`. */
export function kilometresWords(locale: Locale, name: string, value: number, wished: number): string {
  const [more, less] = [asWritten(value, locale), asWritten(wished, locale)];
  const place = placeName(locale, name);
  return locale === 'en' ? `${more} instead of ${less} km from ${place}` : `${more} statt ${less} km (${place})`;
}

export const locationTexts = {
  en: {
    resolved: (known: number, all: number) => `Places known: ${known} of ${all}`,
    calculated: (name: string, centers: number) => `Ways to ${placeName('en', name)} from ${centers} centers`,
    estimated: (name: string) =>
      `Travel times for ${placeName('en', name)} are estimated from the distance, not routed.`,
    wider: (name: string, radiusKm: number) =>
      `The wish for ${placeName('en', name)} reaches further than the search, which is limited to ${asWritten(radiusKm, 'en')} km.`,
  },
  de: {
    resolved: (known: number, all: number) => `Bekannte Orte: ${known} von ${all}`,
    calculated: (name: string, centers: number) => `Wege von ${centers} Kitas (${placeName('de', name)})`,
    estimated: (name: string) =>
      `Die Wegezeiten für „${placeName('de', name)}“ sind aus der Entfernung geschätzt, nicht berechnet.`,
    wider: (name: string, radiusKm: number) =>
      `Der Wunsch für „${placeName('de', name)}“ reicht weiter als die Suche, die auf ${asWritten(radiusKm, 'de')} km begrenzt ist.`,
  },
} as const satisfies Record<Locale, object>;
