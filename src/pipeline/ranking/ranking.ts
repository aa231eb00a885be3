import type { CandidateCenter } from '../../db/centers.ts';
import { NEUTRAL_SCORE } from '../preferences/neutral-score.ts';
import type { Assessment, PreparedWish } from '../preferences/preference-type.ts';

/** A candidate with what all wishes together say of it. */
export interface RankedCenter {
  readonly center: CandidateCenter;
  /** 0 to 1. */
  readonly score: number;
  /** Whether every wish is satisfied. */
  readonly satisfied: boolean;
}

/** Which of an assessment's scores to take: as it is known, or the least or greatest it may still become. */
type Reading = 'score' | 'lowest' | 'highest';

/**
 * The score of an offer: the mean of its wishes' scores, weighted. A wish that the center says nothing of counts in no
 * mean. Where every wish is unknown, NEUTRAL_SCORE; where nothing was wished, 1: nothing is missed.
 */
export function weightedMean(
  wishes: readonly PreparedWish[],
  assessments: readonly Assessment[],
  reading: Reading = 'score',
): number {
  let sum = 0;
  let weights = 0;
  for (const [index, assessment] of assessments.entries()) {
    const score = assessment[reading];
    const weight = wishes[index]?.wish.weight ?? 0;
    if (score === null) continue;
    sum += score * weight;
    weights += weight;
  }
  if (weights === 0) return wishes.length === 0 ? 1 : NEUTRAL_SCORE;
  return sum / weights;
}

/** Those that satisfy every wish first, then by score, then by distance from the origin, then by id. */
export function compareRanked(one: RankedCenter, other: RankedCenter): number {
  return (
    Number(other.satisfied) - Number(one.satisfied) ||
    other.score - one.score ||
    one.center.distanceKm - other.center.distanceKm ||
    (one.center.id < other.center.id ? -1 : 1)
  );
}

/** The best `limit` of the candidates, in order. */
export function rankCenters(
  candidates: readonly CandidateCenter[],
  wishes: readonly PreparedWish[],
  limit: number,
): RankedCenter[] {
  const best: RankedCenter[] = [];
  for (const center of candidates) {
    const assessments = wishes.map((wish) => wish.assess(center));
    const satisfied = assessments.every((assessment) => assessment.satisfied);
    insertBest(best, { center, satisfied, score: weightedMean(wishes, assessments) }, limit);
  }
  return best;
}

/** Keeps `best` sorted and at most `limit` long: far fewer comparisons than sorting all where `limit` is small. */
function insertBest(best: RankedCenter[], ranked: RankedCenter, limit: number): void {
  const worst = best.at(-1);
  if (best.length >= limit && worst && compareRanked(worst, ranked) <= 0) return;
  const at = best.findIndex((one) => compareRanked(ranked, one) < 0);
  best.splice(at === -1 ? best.length : at, 0, ranked);
  if (best.length > limit) best.pop();
}
