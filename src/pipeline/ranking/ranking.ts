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
 * Scores are told apart to 12 decimals. Sums of doubles differ in their last bits by the order of their terms alone:
 * without this, noise instead of the distance would decide between centers that are equally good.
 */
const STEPS_OF_SCORE = 1e12;

/**
 * The score of an offer: the mean of its wishes' scores, weighted, to 12 decimals. A wish that the center says nothing
 * of counts in no mean. Where every wish is unknown, NEUTRAL_SCORE; where nothing was wished, 1: nothing is missed.
 */
export function weightedMean(
  wishes: readonly PreparedWish[],
  assessments: readonly Assessment[],
  reading: Reading = 'score',
): number {
  const heaviest = heaviestKnown(wishes, assessments, reading);
  if (heaviest === 0) return wishes.length === 0 ? 1 : NEUTRAL_SCORE;
  let sum = 0;
  let weights = 0;
  for (const [index, assessment] of assessments.entries()) {
    const score = assessment[reading];
    if (score === null) continue;
    // Weights may be as great as a double can be: only as shares of the heaviest is their sum surely finite.
    const weight = (wishes[index]?.wish.weight ?? 0) / heaviest;
    sum += score * weight;
    weights += weight;
  }
  return Math.round((sum / weights) * STEPS_OF_SCORE) / STEPS_OF_SCORE;
}

/** The greatest weight of those wishes that the center says something of; 0 where there is none. */
function heaviestKnown(wishes: readonly PreparedWish[], assessments: readonly Assessment[], reading: Reading): number {
  let heaviest = 0;
  for (const [index, assessment] of assessments.entries()) {
    if (assessment[reading] !== null) heaviest = Math.max(heaviest, wishes[index]?.wish.weight ?? 0);
  }
  return heaviest;
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
