import type { CandidateCenter } from '../../db/centers.ts';
import type { Limit, PreparedWish } from '../preferences/preference-type.ts';
import type { RunContext } from '../run-context.ts';
import { isKnown, refineFirst } from './refine-best.ts';

/** One limit of one wish at another value, and what that brings. */
export interface Loosening {
  readonly wish: PreparedWish;
  readonly limit: Limit;
  readonly value: number;
  /** Centers that satisfy every wish with it, and do not without. */
  readonly adds: readonly CandidateCenter[];
}

/** A center that misses exactly one wish. */
interface NearMiss {
  readonly center: CandidateCenter;
  readonly wish: PreparedWish;
}

/**
 * The smallest loosening, exactly: asks for what costs, of the centers that by their bounds might be added by a smaller one
 * than is known, or by the one that is. Undefined where no single limit does it.
 */
export async function findSmallestLoosening(
  run: Pick<RunContext, 'all'>,
  candidates: readonly CandidateCenter[],
  wishes: readonly PreparedWish[],
): Promise<Loosening | undefined> {
  for (;;) {
    const smallest = smallestLoosening(candidates, wishes);
    const inDoubt = smallest?.adds.filter((center) => !isKnown(center, wishes)) ?? [];
    if (inDoubt.length === 0) return smallest;
    await refineFirst(run, wishes, inDoubt);
  }
}

/**
 * The smallest loosening by what is known: the change of one limit of one wish, smallest relative to the limit, with which some center
 * satisfies every wish. Undefined where no single limit does it. Of equal ones the first in the wishes' order.
 */
function smallestLoosening(
  candidates: readonly CandidateCenter[],
  wishes: readonly PreparedWish[],
): Loosening | undefined {
  const misses = candidates.flatMap((center) => nearMiss(center, wishes));
  let smallest: Omit<Loosening, 'adds'> | undefined;
  for (const wish of wishes) {
    const missing = misses.filter((miss) => miss.wish === wish);
    for (const limit of wish.limits) {
      for (const { center } of missing) {
        const value = limit.neededFor(center);
        if (value === null) continue;
        const change = limit.relativeChange(value);
        if (!smallest || change < smallest.limit.relativeChange(smallest.value)) smallest = { wish, limit, value };
      }
    }
  }
  return smallest && { ...smallest, adds: centersAdded(smallest, misses) };
}

/** The wishes with one of them loosened. */
export function withLoosening(
  wishes: readonly PreparedWish[],
  { wish, limit, value }: Pick<Loosening, 'wish' | 'limit' | 'value'>,
): PreparedWish[] {
  return wishes.map((one) => (one === wish ? limit.loosenedTo(value) : one));
}

function nearMiss(center: CandidateCenter, wishes: readonly PreparedWish[]): NearMiss[] {
  const [wish, ...others] = wishes.filter((one) => !one.assess(center).canSatisfy);
  return wish && others.length === 0 ? [{ center, wish }] : [];
}

function centersAdded(
  { wish, limit, value }: Omit<Loosening, 'adds'>,
  misses: readonly NearMiss[],
): readonly CandidateCenter[] {
  const change = limit.relativeChange(value);
  const added = misses.filter((miss) => {
    if (miss.wish !== wish) return false;
    const needed = limit.neededFor(miss.center);
    return needed !== null && limit.relativeChange(needed) <= change;
  });
  return added.map(({ center }) => center);
}
