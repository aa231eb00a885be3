import type { Locale } from '../../protocol.ts';
import { asWritten } from '../spoken-number.ts';

/** What the stages say of their progress, their questions and their warnings. */
export const stageTexts = {
  en: {
    loading: 'Loading parent preferences from database',
    loaded: (wishes: number) => `Preferences loaded: ${wishes}`,
    searching: (radiusKm: number) => `Searching for centers within ${asWritten(radiusKm, 'en')} km`,
    found: (centers: number) => `Centers found: ${centers}`,
    processing: (wishes: number, centers: number) => `Comparing ${centers} centers (preferences: ${wishes})`,
    processed: 'All preferences processed',
    generating: 'Sorting and explaining the offers',
    generated: (offers: number) => `Offers ready: ${offers}`,
    loosen: (words: string, adds: number) =>
      `No center meets all of your wishes. Would this be all right: ${words}? ${centersWould(adds)} meet all of them then.`,
    nothingSatisfies: (words: string | null) =>
      `No center meets all of your wishes; the offers are the best there are.${words === null ? '' : ` The smallest change that would help: ${words}.`}`,
    unknownDecides:
      'No center can be said to meet all of your wishes, because not everything is known. The offers are the best there are.',
    noCenters: (radiusKm: number) => `There is no suitable center within ${asWritten(radiusKm, 'en')} km.`,
    childAge: "The child's age at the start of care is not known, so centers of every age are offered.",
    homeUnknown: 'Home is not known; the search is around another place.',
    nowhere: 'No place is known around which to search.',
    ignored: (type: string) =>
      `A preference of type ${type} is not known or not valid, so it is not taken into account.`,
  },
  de: {
    loading: 'Wünsche werden geladen',
    loaded: (wishes: number) => `Geladene Wünsche: ${wishes}`,
    searching: (radiusKm: number) => `Kitas im Umkreis von ${asWritten(radiusKm, 'de')} km werden gesucht`,
    found: (centers: number) => `Gefundene Kitas: ${centers}`,
    processing: (wishes: number, centers: number) => `${centers} Kitas werden verglichen (Wünsche: ${wishes})`,
    processed: 'Alle Wünsche sind verglichen',
    generating: 'Die Angebote werden sortiert und begründet',
    generated: (offers: number) => `Fertige Angebote: ${offers}`,
    loosen: (words: string, adds: number) =>
      `Keine Kita erfüllt alle Wünsche. Wäre das in Ordnung: ${words}? Dann ${kitasMeet(adds)} alle.`,
    nothingSatisfies: (words: string | null) =>
      `Keine Kita erfüllt alle Wünsche; die Angebote sind die besten, die es gibt.${words === null ? '' : ` Die kleinste Änderung, die helfen würde: ${words}.`}`,
    unknownDecides:
      'Von keiner Kita lässt sich sagen, dass sie alle Wünsche erfüllt, weil nicht alles bekannt ist. Die Angebote sind die besten, die es gibt.',
    noCenters: (radiusKm: number) => `Im Umkreis von ${asWritten(radiusKm, 'de')} km gibt es keine passende Kita.`,
    childAge: 'Das Alter des Kindes zu Beginn der Betreuung ist nicht bekannt; angeboten werden Kitas für jedes Alter.',
    homeUnknown: 'Der Wohnort ist nicht bekannt; gesucht wird um einen anderen Ort.',
    nowhere: 'Es ist kein Ort bekannt, um den gesucht werden könnte.',
    ignored: (type: string) =>
      `Ein Wunsch der Art ${type} ist nicht bekannt oder nicht gültig und bleibt unberücksichtigt.`,
  },
} as const satisfies Record<Locale, object>;

function centersWould(count: number): string {
  return count === 1 ? '1 center would' : `${count} centers would`;
}

function kitasMeet(count: number): string {
  return count === 1 ? 'erfüllt 1 Kita' : `erfüllen ${count} Kitas`;
}
