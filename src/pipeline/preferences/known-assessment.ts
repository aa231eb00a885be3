import type { Assessment } from './preference-type.ts';

/**
 * The assessment of a center about which nothing can change any more. `score` as in Assessment; `unknown` where the
 * center does not say.
 */
export function knownAssessment(score: number | null, satisfied: boolean, unknown = score === null): Assessment {
  return { score, satisfied, lowest: score, highest: score, canSatisfy: satisfied, unknown, isExact: true };
}
