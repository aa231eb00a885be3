import type { Locale } from '../../protocol.ts';

interface Brought {
  /** The limit's own words, such as `25 instead of 20 minutes by bike to work`. */
  readonly limit: string;
  /** 1 or more. */
  readonly adds: number;
  readonly isAtLeast: boolean;
}

/** What another limit brings, such as `25 instead of 20 minutes by bike to work adds at least 6 centers`. */
export function counterfactualWords(locale: Locale, { limit, adds, isAtLeast }: Brought): string {
  return locale === 'en'
    ? `${limit} adds ${isAtLeast ? 'at least ' : ''}${adds} ${adds === 1 ? 'center' : 'centers'}`
    : `${limit}: ${isAtLeast ? 'mindestens ' : ''}${adds} ${adds === 1 ? 'Kita' : 'Kitas'} mehr`;
}
