import type { Assessment } from './preference-type.ts';

/** The assessment of a center about which nothing can change any more. `score` as in Assessment. */
export function knownAssessment(score: number | null, satisfied: boolean): Assessment {
  return { score, satisfied, lowest: score, highest: score, canSatisfy: satisfied };
}
