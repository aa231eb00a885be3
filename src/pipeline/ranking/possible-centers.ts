import type { CandidateCenter } from '../../db/centers.ts';
import type { PreparedWish } from '../preferences/preference-type.ts';
import type { RunContext } from '../run-context.ts';
import { isKnown, refineFirst } from './refine-best.ts';

/**
 * Whether nothing that can be known speaks against some center, so that only what nobody says keeps it from meeting every
 * wish. Exactly: asks for what costs, of those that their bounds leave in doubt, until there is one or none is left.
 */
export async function isAnyPossible(
  run: Pick<RunContext, 'all'>,
  candidates: readonly CandidateCenter[],
  wishes: readonly PreparedWish[],
): Promise<boolean> {
  for (;;) {
    const possible = candidates.filter((center) => isPossible(center, wishes));
    if (possible.length === 0) return false;
    if (possible.some((center) => isKnown(center, wishes))) return true;
    await refineFirst(run, wishes, possible);
  }
}

function isPossible(center: CandidateCenter, wishes: readonly PreparedWish[]): boolean {
  return wishes.every((wish) => {
    const { satisfied, unknown, canSatisfy, isExact } = wish.assess(center);
    return satisfied || unknown || (canSatisfy && !isExact);
  });
}
