import type { CandidateCenter } from '../../db/centers.ts';
import type { PreparedWish } from '../preferences/preference-type.ts';
import type { RunContext } from '../run-context.ts';
import { compareRanked, type RankedCenter, weightedMean } from './ranking.ts';

/**
 * How many of those in doubt may be asked for in a round: about two requests' worth, so that requests are full although
 * each place of a wish is asked for only where the one before it left something in doubt.
 */
const IN_A_ROUND = 48;

type Branches = Pick<RunContext, 'all'>;

/**
 * Asks for what costs, for as few centers as it takes to know the best `limit` exactly: they and their order are those
 * that asking for all would give.
 *
 * The threshold algorithm (R. Fagin, A. Lotem and M. Naor, "Optimal aggregation algorithms for middleware", Journal of
 * Computer and System Sciences 66, 2003), as it is for sources that are asked for one object at a time (K. Chang and
 * S. Hwang, "Minimal probing", SIGMOD 2002): candidates stand in the order of the best that they can still become; what
 * is in doubt among the first `limit` is asked for, until nothing is. Then whatever stands behind them cannot pass them.
 */
export async function refineBest(
  run: Branches,
  candidates: readonly CandidateCenter[],
  { wishes, limit }: { readonly wishes: readonly PreparedWish[]; readonly limit: number },
): Promise<void> {
  if (wishes.every((wish) => wish.refine === undefined)) return;
  for (;;) {
    const prospects = candidates.map((center) => prospectOf(center, wishes)).toSorted(compareRanked);
    if (prospects.slice(0, limit).every((prospect) => prospect.isExact)) return;
    // A request costs much the same for one as for many: those that come next are likely to be asked for soon.
    const inDoubt = prospects.filter((prospect) => !prospect.isExact).map(({ center }) => center);
    await refineFirst(run, wishes, inDoubt);
  }
}

/** Tells more of the first of these centers, which are in doubt. */
export async function refineFirst(
  run: Branches,
  wishes: readonly PreparedWish[],
  inDoubt: readonly CandidateCenter[],
): Promise<void> {
  const first = inDoubt.slice(0, IN_A_ROUND);
  await run.all(wishes.map((wish) => async () => wish.refine?.(first)));
}

/** Whether a center is in doubt no more: everything is known of it that a service can tell. */
export function isKnown(center: CandidateCenter, wishes: readonly PreparedWish[]): boolean {
  return wishes.every((wish) => wish.assess(center).isExact);
}

/** A center as the best that it can still become. */
interface Prospect extends RankedCenter {
  readonly isExact: boolean;
}

function prospectOf(center: CandidateCenter, wishes: readonly PreparedWish[]): Prospect {
  const assessments = wishes.map((wish) => wish.assess(center));
  return {
    center,
    score: weightedMean(wishes, assessments, 'highest'),
    satisfied: assessments.every(({ canSatisfy }) => canSatisfy),
    isExact: assessments.every(({ isExact }) => isExact),
  };
}
