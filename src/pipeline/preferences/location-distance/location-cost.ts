import type { Locale } from '../../../protocol.ts';
import { placeName } from '../../places/place-texts.ts';
import { asList } from '../../spoken-list.ts';
import { inTenths } from '../../spoken-number.ts';
import { decisiveWay, kilometresOver, type MeasuredWay, minutesOver, type TimedWay } from './decisive-way.ts';
import type { LocationLeg } from './location-facts.ts';
import { WORDING } from './location-texts.ts';
import { wayFrom, wayTo } from './way-words.ts';

interface CostWords {
  moreMinutes(minutes: number): string;
  about(cost: string): string;
  further(kilometres: string): string;
  unreachable(by: string, from: string): string;
  unknownPlace(place: string): string;
  unknownWay(to: string): string;
}

const COST_WORDS: Readonly<Record<Locale, CostWords>> = {
  en: {
    moreMinutes: (minutes) => `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} more`,
    about: (cost) => `about ${cost}`,
    further: (kilometres) => `${kilometres} km further`,
    unreachable: (by, from) => `cannot be reached ${by} ${from}`,
    unknownPlace: (place) => `the place for ${place} is not known`,
    unknownWay: (to) => `the way ${to} is not known`,
  },
  de: {
    moreMinutes: (minutes) => `${minutes} ${minutes === 1 ? 'Minute' : 'Minuten'} mehr`,
    about: (cost) => `etwa ${cost}`,
    further: (kilometres) => `${kilometres} km weiter`,
    unreachable: (by, from) => `${from} ${by} nicht zu erreichen`,
    unknownPlace: (place) => `„${place}“ ist nicht bekannt`,
    unknownWay: (to) => `der Weg ${to} ist nicht bekannt`,
  },
};

/** What the legs that are not met cost, joined as in a sentence; null where every leg is met. */
export function costWords(legs: readonly LocationLeg[], locale: Locale): string | null {
  const costs = legs.flatMap((leg) => legCost(leg, locale) ?? []);
  return costs.length === 0 ? null : asList(costs, locale);
}

/**
 * What a leg costs beyond its limit, such as `7 minutes more by bike to work`, with `about` before it where the time is
 * an estimate. Of two limits it is about the one that the rating goes by. Null where the leg is within its limits.
 */
export function legCost(leg: LocationLeg, locale: Locale): string | null {
  if (leg.rating === 'ideal' || leg.rating === 'acceptable') return null;
  const way = decisiveWay(leg);
  if (way === null) return unknownCost(leg, locale);
  return way.kind === 'time' ? timeCost(way, leg, locale) : distanceCost(way, leg, locale);
}

function unknownCost({ location, distanceKm }: LocationLeg, locale: Locale): string {
  const words = COST_WORDS[locale];
  return distanceKm === null
    ? words.unknownPlace(placeName(locale, location))
    : words.unknownWay(wayTo(locale, location));
}

function timeCost(way: TimedWay, { location, source }: LocationLeg, locale: Locale): string {
  const words = COST_WORDS[locale];
  const by = WORDING[locale].by[way.mode];
  if (way.minutes === Infinity) return words.unreachable(by, wayFrom(locale, location));
  const cost = `${words.moreMinutes(minutesOver(way))} ${by} ${wayTo(locale, location)}`;
  return source === 'estimated' ? words.about(cost) : cost;
}

function distanceCost(way: MeasuredWay, { location }: LocationLeg, locale: Locale): string {
  return `${COST_WORDS[locale].further(inTenths(kilometresOver(way), locale))} ${wayFrom(locale, location)}`;
}
