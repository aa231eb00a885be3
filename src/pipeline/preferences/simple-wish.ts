import type { CandidateCenter } from '../../db/centers.ts';
import type { Locale } from '../../protocol.ts';
import type { Limit, PreparedWish } from './preference-type.ts';

/** What a simple type says of a wish of its own. */
export interface SimpleWish extends Pick<PreparedWish, 'wish' | 'type' | 'assess' | 'cost'> {
  /** What an offer shows of the wish, such as `English: spoken here`. */
  readonly details: (center: CandidateCenter, locale: Locale) => string;
  /** Those that could be loosened; none unless given. */
  readonly limits?: readonly Limit[];
}

/** A wish that one column answers: nothing of it is asked for, timed or warned of. */
export function simpleWish({ details, limits = [], ...said }: SimpleWish): PreparedWish {
  return {
    ...said,
    explain: (center, locale) => ({ details: details(center, locale), facts: {} }),
    limits,
    mayLoosen: limits.length > 0,
    executionTimesMs: () => [],
    warnings: () => [],
  };
}
