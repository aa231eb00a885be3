import type { Locale } from '../protocol.ts';

/** British English has no comma before the last `and`, as German has none before `und`. */
const LISTS: Readonly<Record<Locale, Intl.ListFormat>> = {
  en: new Intl.ListFormat('en-GB', { type: 'conjunction' }),
  de: new Intl.ListFormat('de', { type: 'conjunction' }),
};

/** What is listed as it stands in a sentence, such as `Monday, Tuesday and Friday`; an empty text where nothing is. */
export function asList(items: readonly string[], locale: Locale): string {
  return LISTS[locale].format(items);
}
