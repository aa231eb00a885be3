import type { Locale } from '../../../protocol.ts';
import { placeName } from '../../places/place-texts.ts';
import { HOME } from '../../places/places.ts';

interface GermanWay {
  /** `zur Arbeit` in `25 Minuten mit dem Rad zur Arbeit`. */
  readonly to: string;
  /** `von der Arbeit` in `6 km von der Arbeit`. */
  readonly from: string;
}

/** German prepositions go with the noun: a name that is not known stands in parentheses instead. */
const GERMAN_WAYS: ReadonlyMap<string, GermanWay> = new Map([
  [HOME, { to: 'von zu Hause', from: 'von zu Hause' }],
  ['work', { to: 'zur Arbeit', from: 'von der Arbeit' }],
  ['school', { to: 'zur Schule', from: 'von der Schule' }],
  ['grandparents', { to: 'zu den Großeltern', from: 'von den Großeltern' }],
]);

/** The way between a center and a place, as a person goes it: `from home`, and `to work`. */
export function wayTo(locale: Locale, name: string): string {
  if (locale === 'de') return germanWay(name).to;
  return `${isHome(name) ? 'from' : 'to'} ${placeName(locale, name)}`;
}

/** Where a distance is measured from: `from home`, `from work`. */
export function wayFrom(locale: Locale, name: string): string {
  return locale === 'de' ? germanWay(name).from : `from ${placeName(locale, name)}`;
}

function germanWay(name: string): GermanWay {
  const inParentheses = `(${placeName('de', name)})`;
  return GERMAN_WAYS.get(plain(name)) ?? { to: inParentheses, from: inParentheses };
}

function isHome(name: string): boolean {
  return plain(name) === HOME;
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}
