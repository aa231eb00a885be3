import type { Locale } from '../../../protocol.ts';
import { languageName } from './language-code.ts';

interface Texts {
  readonly unknown: string;
  spoken(language: string): string;
  notSpoken(language: string, spoken: string): string;
  readonly costUnknown: string;
  cost(language: string): string;
}

const TEXTS: Readonly<Record<Locale, Texts>> = {
  en: {
    unknown: 'languages: not known',
    spoken: (language) => `${language}: spoken here`,
    notSpoken: (language, spoken) => `${language}: not among its languages (${spoken})`,
    costUnknown: 'languages are not known',
    cost: (language) => `${language} is not spoken`,
  },
  de: {
    unknown: 'Sprachen: nicht bekannt',
    spoken: (language) => `${language}: wird hier gesprochen`,
    notSpoken: (language, spoken) => `${language}: nicht unter den Sprachen der Kita (${spoken})`,
    costUnknown: 'Sprachen sind nicht bekannt',
    cost: (language) => `${language} wird nicht gesprochen`,
  },
};

/** Such as `English: not among its languages (German, Turkish)`. `spoken` are codes; none where not known. */
export function languageText(locale: Locale, wished: string, spoken: readonly string[]): string {
  const texts = TEXTS[locale];
  if (spoken.length === 0) return texts.unknown;
  const name = languageName(wished, locale);
  if (spoken.includes(wished)) return texts.spoken(name);
  return texts.notSpoken(name, spoken.map((code) => languageName(code, locale)).join(', '));
}

/** Such as `English is not spoken`; null where it is. `spoken` are codes; none where not known. */
export function languageCost(locale: Locale, wished: string, spoken: readonly string[]): string | null {
  const texts = TEXTS[locale];
  if (spoken.length === 0) return texts.costUnknown;
  return spoken.includes(wished) ? null : texts.cost(languageName(wished, locale));
}
