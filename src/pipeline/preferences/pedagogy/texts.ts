import type { Locale } from '../../../protocol.ts';
import { conceptName } from './concept.ts';

interface Texts {
  readonly unknown: string;
  same(concept: string): string;
  other(concept: string, wished: string): string;
  readonly costUnknown: string;
  cost(concept: string, wished: string): string;
}

const TEXTS: Readonly<Record<Locale, Texts>> = {
  en: {
    unknown: 'pedagogy: not known',
    same: (concept) => `pedagogy: ${concept}`,
    other: (concept, wished) => `pedagogy: ${concept} instead of ${wished}`,
    costUnknown: 'pedagogy is not known',
    cost: (concept, wished) => `${concept} instead of ${wished}`,
  },
  de: {
    unknown: 'Pädagogik: nicht bekannt',
    same: (concept) => `Pädagogik: ${concept}`,
    other: (concept, wished) => `Pädagogik: ${concept} statt ${wished}`,
    costUnknown: 'Pädagogik ist nicht bekannt',
    cost: (concept, wished) => `${concept} statt ${wished}`,
  },
};

export function unknownPedagogyText(locale: Locale): string {
  return TEXTS[locale].unknown;
}

/** Such as `pedagogy: Montessori`. */
export function samePedagogyText(locale: Locale, concept: string): string {
  return TEXTS[locale].same(conceptName(concept));
}

/** Such as `pedagogy: Waldorf instead of Montessori`. */
export function otherPedagogyText(locale: Locale, concept: string, wished: string): string {
  return TEXTS[locale].other(conceptName(concept), conceptName(wished));
}

/** What a center costs that names no concept. */
export function unknownPedagogyCost(locale: Locale): string {
  return TEXTS[locale].costUnknown;
}

/** Such as `Waldorf instead of Montessori`. */
export function otherPedagogyCost(locale: Locale, concept: string, wished: string): string {
  return TEXTS[locale].cost(conceptName(concept), conceptName(wished));
}
