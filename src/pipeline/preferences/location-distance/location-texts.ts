import type { Locale, TransportMode } from '../../../protocol.ts';
import { placeName } from '../../places/place-texts.ts';
import { asWritten, inTenths, inTenthsAbove } from '../../spoken-number.ts';
import { decisiveWay, kilometresOver, type MeasuredWay, minutesOver, type TimedWay } from './decisive-way.ts';
import type { LocationLeg } from './location-facts.ts';
import { wayFrom, wayTo } from './way-words.ts';

interface Wording {
  /** `walking time` in `ideal walking time`. */
  readonly time: Record<TransportMode, string>;
  readonly distance: string;
  /** `by bike` in `20 minutes by bike`. */
  readonly by: Record<TransportMode, string>;
  readonly minutes: string;
  /** `minutes` in a sentence. */
  readonly spokenMinutes: string;
  readonly km: string;
  readonly ideal: string;
  readonly acceptable: string;
  readonly tooFar: string;
  /** `over` in `7min over 20min`. */
  readonly over: string;
  readonly insteadOf: string;
  readonly unknown: string;
  readonly unreachable: (by: string) => string;
}

/** The words that details and costs share. */
export const WORDING: Readonly<Record<Locale, Wording>> = {
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
    spokenMinutes: 'minutes',
    km: 'km',
    ideal: 'ideal',
    acceptable: 'acceptable',
    tooFar: 'too far',
    over: 'over',
    insteadOf: 'instead of',
    unknown: 'not known',
    unreachable: (by) => `cannot be reached ${by}`,
  },
  de: {
    time: { walking: 'Gehzeit', bike: 'Fahrradzeit', public_transport: 'Zeit mit Bus und Bahn', car: 'Fahrzeit' },
    distance: 'Entfernung',
    by: { walking: 'zu Fuß', bike: 'mit dem Rad', public_transport: 'mit Bus und Bahn', car: 'mit dem Auto' },
    minutes: ' Min.',
    spokenMinutes: 'Minuten',
    km: ' km',
    ideal: 'ideale',
    acceptable: 'annehmbare',
    tooFar: 'zu weit',
    over: 'über',
    insteadOf: 'statt',
    unknown: 'nicht bekannt',
    unreachable: (by) => `${by} nicht zu erreichen`,
  },
};

/**
 * A leg in words, such as `home: ideal walking time (8min)`. Of two limits the words are about the one that the rating
 * goes by: the one of which the way takes the greater share.
 */
export function legWords(leg: LocationLeg, locale: Locale): string {
  return `${placeName(locale, leg.location)}: ${wayWords(leg, locale)}`;
}

function wayWords(leg: LocationLeg, locale: Locale): string {
  const way = decisiveWay(leg);
  if (way === null) return WORDING[locale].unknown;
  return way.kind === 'time' ? timeWords(way, leg, locale) : distanceWords(way, leg, locale);
}

function timeWords(way: TimedWay, { rating }: LocationLeg, locale: Locale): string {
  const { time, by, minutes: unit, ideal, acceptable, tooFar, over, unreachable } = WORDING[locale];
  if (way.minutes === Infinity) return unreachable(by[way.mode]);
  const said = `${Math.ceil(way.minutes)}${unit}`;
  return rating === 'too_far'
    ? `${tooFar} ${by[way.mode]} (${said}, ${minutesOver(way)}${unit} ${over} ${asWritten(way.most, locale)}${unit})`
    : `${rating === 'ideal' ? ideal : acceptable} ${time[way.mode]} (${said})`;
}

function distanceWords(way: MeasuredWay, { rating }: LocationLeg, locale: Locale): string {
  const { distance, km: unit, ideal, acceptable, tooFar, over } = WORDING[locale];
  if (rating !== 'too_far')
    return `${rating === 'ideal' ? ideal : acceptable} ${distance} (${inTenths(way.km, locale)}${unit})`;
  const [said, excess] = [inTenthsAbove(way.km, locale), inTenths(kilometresOver(way), locale)];
  return `${tooFar} (${said}${unit}, ${excess}${unit} ${over} ${asWritten(way.most, locale)}${unit})`;
}

/** A loosened travel time, such as `25 instead of 20 minutes by bike to work`. */
export function minutesWords(
  locale: Locale,
  leg: { readonly name: string; readonly mode: TransportMode },
  value: number,
  wished: number,
): string {
  const { spokenMinutes, by } = WORDING[locale];
  return `${instead(locale, value, wished)} ${spokenMinutes} ${by[leg.mode]} ${wayTo(locale, leg.name)}`;
}

/** A loosened distance, such as `6 instead of 5.25 km from home`. */
export function kilometresWords(locale: Locale, name: string, value: number, wished: number): string {
  return `${instead(locale, value, wished)} km ${wayFrom(locale, name)}`;
}

function instead(locale: Locale, value: number, wished: number): string {
  return `${asWritten(value, locale)} ${WORDING[locale].insteadOf} ${asWritten(wished, locale)}`;
}
