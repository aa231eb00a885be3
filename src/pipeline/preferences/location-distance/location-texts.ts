import type { Locale, TransportMode } from '../../../protocol.ts';
import { placeName } from '../../places/place-texts.ts';
import type { LocationLeg } from './location-facts.ts';

interface Wording {
  /** `walking time` in `ideal walking time`. */
  readonly time: Record<TransportMode, string>;
  /** `by bike` in `20 minutes by bike`. */
  readonly by: Record<TransportMode, string>;
  readonly ideal: string;
  readonly acceptable: string;
  readonly idealDistance: string;
  readonly acceptableDistance: string;
}

const WORDING: Record<Locale, Wording> = {
  en: {
    time: {
      walking: 'walking time',
      bike: 'bike time',
      public_transport: 'public transport time',
      car: 'driving time',
    },
    by: { walking: 'on foot', bike: 'by bike', public_transport: 'by public transport', car: 'by car' },
    ideal: 'ideal',
    acceptable: 'acceptable',
    idealDistance: 'ideal',
    acceptableDistance: 'acceptable',
  },
  de: {
    time: { walking: 'Gehzeit', bike: 'Fahrradzeit', public_transport: 'Zeit mit Bus und Bahn', car: 'Fahrzeit' },
    by: { walking: 'zu Fuß', bike: 'mit dem Rad', public_transport: 'mit Bus und Bahn', car: 'mit dem Auto' },
    ideal: 'ideale',
    acceptable: 'annehmbare',
    idealDistance: 'ideale',
    acceptableDistance: 'annehmbare',
  },
};

/** A leg in words, such as `home: ideal walking time (8min)`. */
export function legWords(leg: LocationLeg, locale: Locale): string {
  return `${placeName(locale, leg.location)}: ${locale === 'en' ? english(leg) : german(leg)}`;
}

function english(leg: LocationLeg): string {
  const { time, by, ideal, acceptable } = WORDING.en;
  const { transportMode: mode, maxTravelMinutes, travelMinutes, rating } = leg;
  if (rating === 'unknown') return 'not known';
  const rated = rating === 'ideal' ? ideal : acceptable;
  if (maxTravelMinutes === null || mode === null) {
    const km = `${oneDecimal(leg.distanceKm, 'en')}km`;
    return rating === 'too_far'
      ? `too far (${km}, at most ${oneDecimal(leg.maxDistanceKm, 'en')}km)`
      : `${rated} distance (${km})`;
  }
  if (travelMinutes === null) return `cannot be reached ${by[mode]}`;
  const minutes = `${Math.ceil(travelMinutes)}min`;
  return rating === 'too_far'
    ? `too far ${by[mode]} (${minutes}${beyond('en', leg)})`
    : `${rated} ${time[mode]} (${minutes})`;
}

function german(leg: LocationLeg): string {
  const { time, by, ideal, acceptable } = WORDING.de;
  const { transportMode: mode, maxTravelMinutes, travelMinutes, rating } = leg;
  if (rating === 'unknown') return 'nicht bekannt';
  const rated = rating === 'ideal' ? ideal : acceptable;
  if (maxTravelMinutes === null || mode === null) {
    const km = `${oneDecimal(leg.distanceKm, 'de')} km`;
    return rating === 'too_far'
      ? `zu weit (${km}, höchstens ${oneDecimal(leg.maxDistanceKm, 'de')} km)`
      : `${rated} Entfernung (${km})`;
  }
  if (travelMinutes === null) return `${by[mode]} nicht zu erreichen`;
  const minutes = `${Math.ceil(travelMinutes)} Min.`;
  return rating === 'too_far'
    ? `zu weit ${by[mode]} (${minutes}${beyond('de', leg)})`
    : `${rated} ${time[mode]} (${minutes})`;
}

/** The limit that a leg lies beyond: of time, or of distance where the time alone would do. */
function beyond(locale: Locale, { travelMinutes, maxTravelMinutes, distanceKm, maxDistanceKm }: LocationLeg): string {
  const most = locale === 'en' ? 'at most' : 'höchstens';
  const [minutes, km] = locale === 'en' ? ['min', 'km'] : [' Min.', ' km'];
  if (travelMinutes !== null && maxTravelMinutes !== null && travelMinutes > maxTravelMinutes) {
    return `, ${most} ${maxTravelMinutes}${minutes}`;
  }
  return `, ${oneDecimal(distanceKm, locale)}${km}, ${most} ${oneDecimal(maxDistanceKm, locale)}${km}`;
}

/** A loosened travel time, such as `25 instead of 20 minutes by bike to work`. */
export function minutesWords(
  locale: Locale,
  leg: { name: string; mode: TransportMode },
  value: number,
  wished: number,
): string {
  const by = WORDING[locale].by[leg.mode];
  const place = placeName(locale, leg.name);
  return locale === 'en'
    ? `${value} instead of ${wished} minutes ${by} ${leg.name === 'home' ? 'from' : 'to'} ${place}`
    : `${value} statt ${wished} Minuten ${by} (${place})`;
}

/** A loosened distance, such as `6 instead of 5 km from home`. */
export function kilometresWords(locale: Locale, name: string, value: number, wished: number): string {
  const [more, less] = [oneDecimal(value, locale), oneDecimal(wished, locale)];
  const place = placeName(locale, name);
  return locale === 'en' ? `${more} instead of ${less} km from ${place}` : `${more} statt ${less} km (${place})`;
}

export const locationTexts = {
  en: {
    resolved: (known: number, all: number) => `Places known: ${known} of ${all}`,
    calculated: (name: string, centers: number) => `Ways to ${placeName('en', name)} from ${centers} centers`,
    scored: (centers: number) => `Ways to ${centers} centers scored`,
    estimated: (name: string) =>
      `Travel times for ${placeName('en', name)} are estimated from the distance, not routed.`,
    wider: (name: string, radiusKm: number) =>
      `The wish for ${placeName('en', name)} reaches further than the search, which is limited to ${oneDecimal(radiusKm, 'en')} km.`,
  },
  de: {
    resolved: (known: number, all: number) => `Bekannte Orte: ${known} von ${all}`,
    calculated: (name: string, centers: number) => `Wege von ${centers} Kitas (${placeName('de', name)})`,
    scored: (centers: number) => `Wege zu ${centers} Kitas bewertet`,
    estimated: (name: string) =>
      `Die Wegezeiten für „${placeName('de', name)}“ sind aus der Entfernung geschätzt, nicht berechnet.`,
    wider: (name: string, radiusKm: number) =>
      `Der Wunsch für „${placeName('de', name)}“ reicht weiter als die Suche, die auf ${oneDecimal(radiusKm, 'de')} km begrenzt ist.`,
  },
} as const satisfies Record<Locale, object>;

function oneDecimal(value: number | null, locale: Locale): string {
  const text = String(Math.round((value ?? 0) * 10) / 10);
  return locale === 'de' ? text.replace('.', ',') : text;
}
