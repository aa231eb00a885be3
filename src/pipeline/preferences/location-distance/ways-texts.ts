import type { Locale } from '../../../protocol.ts';
import { placeName } from '../../places/place-texts.ts';
import { asWritten } from '../../spoken-number.ts';

/** What is said while ways are found, and of what was not found out about them. */
export const waysTexts = {
  en: {
    resolved: (known: number, all: number) => `Places known: ${known} of ${all}`,
    calculated: (name: string, centers: number) => `Ways to ${placeName('en', name)} from ${centers} centers`,
    routed: (name: string, centers: number) => `Travel times to ${placeName('en', name)}: ${centers} centers so far`,
    waiting: 'Waiting for the map service',
    estimated: (name: string) =>
      `Travel times for ${placeName('en', name)} are estimated from the distance, not routed.`,
    partlyEstimated: (name: string) =>
      `Some travel times for ${placeName('en', name)} are estimated from the distance, not routed.`,
    unavailable: (name: string) =>
      `Travel times for ${placeName('en', name)} could not be asked for, because the map service is not available right now.`,
    wider: (name: string, radiusKm: number) =>
      `The wish for ${placeName('en', name)} reaches further than the search, which is limited to ${asWritten(radiusKm, 'en')} km.`,
  },
  de: {
    resolved: (known: number, all: number) => `Bekannte Orte: ${known} von ${all}`,
    calculated: (name: string, centers: number) => `Wege von ${centers} Kitas (${placeName('de', name)})`,
    routed: (name: string, centers: number) => `Wegezeiten (${placeName('de', name)}): bisher ${centers} Kitas`,
    waiting: 'Warten auf den Kartendienst',
    estimated: (name: string) =>
      `Die Wegezeiten für „${placeName('de', name)}“ sind aus der Entfernung geschätzt, nicht berechnet.`,
    partlyEstimated: (name: string) =>
      `Einige Wegezeiten für „${placeName('de', name)}“ sind aus der Entfernung geschätzt, nicht berechnet.`,
    unavailable: (name: string) =>
      `Die Wegezeiten für „${placeName('de', name)}“ konnten nicht abgefragt werden, weil der Kartendienst gerade nicht erreichbar ist.`,
    wider: (name: string, radiusKm: number) =>
      `Der Wunsch für „${placeName('de', name)}“ reicht weiter als die Suche, die auf ${asWritten(radiusKm, 'de')} km begrenzt ist.`,
  },
} as const satisfies Record<Locale, object>;
