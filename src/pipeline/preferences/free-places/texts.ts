import type { Locale } from '../../../protocol.ts';

interface Texts {
  readonly unknown: string;
  readonly none: string;
  known(free: number | string, wished: number): string;
  fewer(places: number, wished: number): string;
  readonly costUnknown: string;
  readonly costNone: string;
}

const TEXTS: Readonly<Record<Locale, Texts>> = {
  en: {
    unknown: 'free places: not known',
    none: 'none',
    known: (free, wished) => `free places: ${free} (${wished} wished)`,
    fewer: (places, wished) => `${places} free ${places === 1 ? 'place' : 'places'} instead of ${wished}`,
    costUnknown: 'free places are not known',
    costNone: 'no free place',
  },
  de: {
    unknown: 'freie Plätze: nicht bekannt',
    none: 'keine',
    known: (free, wished) => `freie Plätze: ${free} (${wished} gewünscht)`,
    fewer: (places, wished) => `${places} ${places === 1 ? 'freier Platz' : 'freie Plätze'} statt ${wished}`,
    costUnknown: 'freie Plätze sind nicht bekannt',
    costNone: 'kein freier Platz',
  },
};

/** Such as `free places: 3 (2 wished)`; `free` is null where not known. */
export function freePlacesText(locale: Locale, free: number | null, wished: number): string {
  const texts = TEXTS[locale];
  if (free === null) return texts.unknown;
  return texts.known(free === 0 ? texts.none : free, wished);
}

/** Such as `1 free place instead of 2`. */
export function fewerPlacesText(locale: Locale, places: number, wished: number): string {
  return TEXTS[locale].fewer(places, wished);
}

/** Such as `1 free place instead of 2`, or `no free place`; null where there are enough. `free` is null where not known. */
export function freePlacesCost(locale: Locale, free: number | null, wished: number): string | null {
  const texts = TEXTS[locale];
  if (free === null) return texts.costUnknown;
  if (free >= wished) return null;
  return free === 0 ? texts.costNone : texts.fewer(free, wished);
}
