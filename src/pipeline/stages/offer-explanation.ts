import type { CandidateCenter } from '../../db/centers.ts';
import type { Locale } from '../../protocol.ts';
import type { PreparedWish } from '../preferences/preference-type.ts';

const MEETS_EVERY_WISH: Readonly<Record<Locale, string>> = {
  en: 'Meets every wish.',
  de: 'Erfüllt alle Wünsche.',
};

/**
 * What a center costs against all wishes, in their order, as one sentence, such as `7 minutes more by bike to work;
 * English is not spoken.`
 */
export function offerExplanation(wishes: readonly PreparedWish[], center: CandidateCenter, locale: Locale): string {
  const costs = new Set(wishes.flatMap((wish) => wish.cost(center, locale) ?? []));
  return costs.size === 0 ? MEETS_EVERY_WISH[locale] : `${capital([...costs].join('; '))}.`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
