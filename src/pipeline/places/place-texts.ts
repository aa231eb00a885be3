import type { InteractionContext, InteractionReason, Locale, Question } from '../../protocol.ts';

/** A place that may have to be asked for. */
export interface QuestionedPlace {
  /** As the wish names it, such as `home`, `work`, `grandparents`. */
  readonly name: string;
  /** The first preference that needs it; null for the parent's home. */
  readonly preferenceId: string | null;
  /** What needs it, such as `distance_calculation`. */
  readonly requiredFor: string;
}

interface Noun {
  /** `Where is your …` */
  readonly where: string;
  /** As a label and within a sentence. */
  readonly name: string;
}

const NOUNS: Record<Locale, ReadonlyMap<string, Noun>> = {
  en: new Map([
    ['home', { where: 'Where is your home located?', name: 'home' }],
    ['work', { where: 'Where is your work located?', name: 'work' }],
    ['school', { where: 'Where is the school located?', name: 'school' }],
    ['grandparents', { where: 'Where do the grandparents live?', name: 'grandparents' }],
  ]),
  de: new Map([
    ['home', { where: 'Wo wohnen Sie?', name: 'Zuhause' }],
    ['work', { where: 'Wo liegt Ihre Arbeit?', name: 'Arbeit' }],
    ['school', { where: 'Wo liegt die Schule?', name: 'Schule' }],
    ['grandparents', { where: 'Wo wohnen die Großeltern?', name: 'Großeltern' }],
  ]),
};

function nounOf(locale: Locale, name: string): Noun | undefined {
  return NOUNS[locale].get(name.trim().toLowerCase());
}

/** A place's name in a locale: those that are known are translated, others stay as the parent wrote them. */
export function placeName(locale: Locale, name: string): string {
  return nounOf(locale, name)?.name ?? name;
}

/** The sentences about places. Those that a log line or a warning may hold name a place, never an address. */
export const placeTexts = {
  en: {
    where: (name: string) => nounOf('en', name)?.where ?? `Where is your ${name} located?`,
    again: (name: string) =>
      `Please give the address for ${placeName('en', name)} more exactly: street, number and city, or coordinates.`,
    byCoordinates: (name: string) =>
      `Addresses cannot be looked up right now. Please give the coordinates of ${placeName('en', name)}.`,
    choose: (name: string) => `The address for ${placeName('en', name)} fits several places. Which one is meant?`,
    confirm: (name: string, label: string) => `Is “${label}” the right place for ${placeName('en', name)}?`,
    none: 'None of these',
    waiting: 'Waiting for the map service',
    substituted: (name: string) =>
      `The map service is not available right now: the place for ${placeName('en', name)} was looked up in a list of well-known places, which is less complete.`,
    unknown: {
      declined: (name: string) =>
        `The place for ${placeName('en', name)} was not given, so it is not taken into account.`,
      not_found: (name: string) =>
        `The place for ${placeName('en', name)} could not be found, so it is not taken into account.`,
      unavailable: (name: string) =>
        `The place for ${placeName('en', name)} could not be looked up, because addresses cannot be looked up right now; it is not taken into account.`,
      not_asked: (name: string) =>
        `The place for ${placeName('en', name)} is not known. It was not asked for: no answer could change the offers or their order.`,
    },
  },
  de: {
    where: (name: string) => nounOf('de', name)?.where ?? `Wo liegt „${name}“?`,
    again: (name: string) =>
      `Bitte nennen Sie die Adresse für „${placeName('de', name)}“ genauer: Straße, Hausnummer und Ort oder Koordinaten.`,
    byCoordinates: (name: string) =>
      `Adressen können gerade nicht nachgeschlagen werden. Bitte nennen Sie die Koordinaten für „${placeName('de', name)}“.`,
    choose: (name: string) => `Die Adresse für „${placeName('de', name)}“ passt auf mehrere Orte. Welcher ist gemeint?`,
    confirm: (name: string, label: string) => `Ist „${label}“ der richtige Ort für „${placeName('de', name)}“?`,
    none: 'Keiner davon',
    waiting: 'Warten auf den Kartendienst',
    substituted: (name: string) =>
      `Der Kartendienst ist gerade nicht erreichbar: „${placeName('de', name)}“ wurde in einem Verzeichnis bekannter Orte nachgeschlagen, das weniger vollständig ist.`,
    unknown: {
      declined: (name: string) => `„${placeName('de', name)}“ wurde nicht genannt und bleibt unberücksichtigt.`,
      not_found: (name: string) => `„${placeName('de', name)}“ wurde nicht gefunden und bleibt unberücksichtigt.`,
      unavailable: (name: string) =>
        `„${placeName('de', name)}“ konnte nicht nachgeschlagen werden, weil Adressen gerade nicht nachgeschlagen werden können, und bleibt unberücksichtigt.`,
      not_asked: (name: string) =>
        `„${placeName('de', name)}“ ist nicht bekannt. Es wurde nicht danach gefragt: Keine Antwort könnte die Angebote oder ihre Reihenfolge ändern.`,
    },
  },
} as const satisfies Record<Locale, object>;

/** Latin letters that have no decomposition, as they are usually written without them. */
const LATIN_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ħ', 'h'],
  ['ı', 'i'],
]);

/**
 * A place's name as the name of a field, such as `work_location` or `tante_anne_location`: letters and digits of any
 * script, lower case, Latin ones without their marks, and underscores. `place_location` where a name has neither.
 */
export function fieldOf({ name }: { readonly name: string }): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .replaceAll(/\p{Script=Latin}/gu, (letter) => LATIN_SPELLINGS.get(letter) ?? letter)
    // Beyond Latin a mark is a part of its letter: й is not и, and syllables of Hangul are composed again.
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '_');
  return `${slug.replaceAll(/^[_\p{M}]+|_+$/gu, '') || 'place'}_location`;
}

/** The context of a question about a place. */
export function contextOf(place: QuestionedPlace, reason: InteractionReason, attempt: number): InteractionContext {
  const { preferenceId, requiredFor } = place;
  return { preferenceId, requiredFor, reason, attempt: Math.max(1, attempt) };
}

/** The location_input for a place. */
export function placeQuestion(
  locale: Locale,
  place: QuestionedPlace,
  why: { readonly reason: InteractionReason; readonly attempt: number },
): Question {
  const texts = placeTexts[locale];
  const sentence =
    why.reason === 'missing' ? texts.where : why.reason === 'provider_unavailable' ? texts.byCoordinates : texts.again;
  return {
    interactionType: 'location_input',
    question: sentence(place.name),
    fieldName: fieldOf(place),
    context: contextOf(place, why.reason, why.attempt),
    options: null,
  };
}
