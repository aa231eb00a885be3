import type { CandidateCenter } from '../../db/centers.ts';
import type { Assessment, PreparedWish } from '../preferences/preference-type.ts';
import { weightedMean } from './ranking.ts';

/** What may still become of a candidate: satisfied or not, and between which scores. */
interface Outlook {
  readonly surelySatisfied: boolean;
  readonly maybeSatisfied: boolean;
  readonly lowest: number;
  readonly highest: number;
}

/**
 * Whether the first `limit` offers and their order are the same whatever is still open turns out to be. True only if
 * each of them, at its worst, stands before everything behind it at its best; so a question is left out only where no
 * answer to it, a refusal included, could change what comes out.
 *
 * Where no center is sure to satisfy every wish, but some may with one limit loosened, a loosening may follow: then such
 * a center may come to satisfy all, and a wish that has limits may come to score 1, for every center.
 */
export function isOrderSettled(
  candidates: readonly CandidateCenter[],
  wishes: readonly PreparedWish[],
  limit: number,
): boolean {
  const outlooks = outlooksOf(candidates, wishes).toSorted(compareAtWorst);
  // From the back: the best that anything behind may become.
  let bestBehind: Outlook | undefined;
  for (let index = outlooks.length - 1; index >= 0; index -= 1) {
    const outlook = outlooks[index];
    if (!outlook) continue;
    if (index < limit && bestBehind && !standsBefore(outlook, bestBehind)) return false;
    if (!bestBehind || isBetterAtBest(outlook, bestBehind)) bestBehind = outlook;
  }
  return true;
}

function outlooksOf(candidates: readonly CandidateCenter[], wishes: readonly PreparedWish[]): Outlook[] {
  const assessed = candidates.map((center) => wishes.map((wish) => wish.assess(center)));
  const sure = assessed.some((assessments) => assessments.every(({ satisfied }) => satisfied));
  const mayLoosen = !sure && assessed.some((assessments) => isMendable(assessments, wishes));
  return assessed.map((assessments) => ({
    surelySatisfied: assessments.every(({ satisfied }) => satisfied),
    maybeSatisfied: mayLoosen ? isMendable(assessments, wishes) : assessments.every(({ canSatisfy }) => canSatisfy),
    lowest: weightedMean(wishes, assessments, 'lowest'),
    highest: weightedMean(wishes, mayLoosen ? loosened(assessments, wishes) : assessments, 'highest'),
  }));
}

/** Whether a center may satisfy every wish once one limit of one wish is loosened. */
function isMendable(assessments: readonly Assessment[], wishes: readonly PreparedWish[]): boolean {
  const missed = wishes.filter((_, index) => !assessments[index]?.canSatisfy);
  return missed.length <= 1 && missed.every(({ mayLoosen }) => mayLoosen);
}

function loosened(assessments: readonly Assessment[], wishes: readonly PreparedWish[]): Assessment[] {
  return assessments.map((one, index) =>
    wishes[index]?.mayLoosen && one.highest !== null ? { ...one, highest: 1 } : one,
  );
}

function compareAtWorst(one: Outlook, other: Outlook): number {
  return Number(other.surelySatisfied) - Number(one.surelySatisfied) || other.lowest - one.lowest;
}

function isBetterAtBest(one: Outlook, other: Outlook): boolean {
  if (one.maybeSatisfied !== other.maybeSatisfied) return one.maybeSatisfied;
  return one.highest > other.highest;
}

function standsBefore(atWorst: Outlook, atBest: Outlook): boolean {
  if (atWorst.surelySatisfied !== atBest.maybeSatisfied) return atWorst.surelySatisfied;
  return atWorst.lowest > atBest.highest;
}
