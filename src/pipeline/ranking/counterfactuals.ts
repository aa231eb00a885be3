import type { CandidateCenter } from '../../db/centers.ts';
import type { Counterfactual, Locale } from '../../protocol.ts';
import type { Assessment, Limit, PreparedWish } from '../preferences/preference-type.ts';
import { counterfactualWords } from './counterfactual-texts.ts';

/** More are no help to choose from. */
const MOST_COUNTERFACTUALS = 3;

/** A limit that is changed by more than half is another wish; the noise of doubles is no change. */
const GREATEST_CHANGE = 0.5 + 1e-9;

/** How much a change of next to nothing still weighs in the gain, so that it does not outweigh any number of centers. */
const CHANGE_OF_ANY = 0.1;

/** The candidates that a loosened wish may concern. */
interface Missing {
  /** They miss this wish alone, and everything about them is known. */
  readonly sure: CandidateCenter[];
  /** Not everything is known of them, but this wish is not met as it stands: it alone may keep them out. */
  readonly beyond: CandidateCenter[];
}

const NOTHING_MISSING: Missing = { sure: [], beyond: [] };

interface Candidacy {
  /** One for each wish, in their order. */
  readonly missing: readonly Missing[];
  /** Whether some center may meet every wish as it stands, or by any limit that is loosened, once more is known. */
  readonly isAnyOpen: boolean;
}

/** A limit at the value of its greatest gain. */
interface Change {
  readonly wish: PreparedWish;
  readonly limit: Limit;
  readonly missing: Missing;
  readonly value: number;
  /** Relative to the wished value, above 0. */
  readonly change: number;
  readonly adds: number;
  readonly gain: number;
}

/**
 * The limits that would bring most if they were at another value: at most three, the most helpful first. A value is
 * offered for a limit if with it centers meet every wish that miss just this one, and if it changes the limit by at most
 * a half. Of a limit's values it is the one with the greatest gain, which is `centers added / (relative change + 0.1)`:
 * the most centers for the least that is given up. Of equal gains the smaller change, then the wishes' order, goes first.
 *
 * `addsCenters` is computed from centers of which everything is known, by exact assessments; where others may come to be
 * added besides, `isAtLeast` is true.
 */
export function counterfactuals(
  candidates: readonly CandidateCenter[],
  wishes: readonly PreparedWish[],
  locale: Locale,
): Counterfactual[] {
  const { missing, isAnyOpen } = candidacyOf(candidates, wishes);
  return wishes
    .flatMap((wish, index) => changesOf(wish, missing[index] ?? NOTHING_MISSING))
    .toSorted((one, other) => other.gain - one.gain || one.change - other.change)
    .slice(0, MOST_COUNTERFACTUALS)
    .map((change) => said(change, isAnyOpen || mayAddMore(change), locale));
}

/** Sorts the candidates by what they miss, in one pass. */
function candidacyOf(candidates: readonly CandidateCenter[], wishes: readonly PreparedWish[]): Candidacy {
  const missing = wishes.map((): Missing => ({ sure: [], beyond: [] }));
  let isAnyOpen = false;
  for (const center of candidates) {
    const assessments = wishes.map((wish) => wish.assess(center));
    const isExact = assessments.every((assessment) => assessment.isExact);
    const missed = indexesOf(assessments, ({ satisfied, canSatisfy }) => !(isExact ? satisfied : canSatisfy));
    const [only] = missed;
    if (missed.length > 1 || assessments.every(({ satisfied }) => satisfied)) continue;
    if (only === undefined) isAnyOpen = true;
    else missing[only]?.[isExact ? 'sure' : 'beyond'].push(center);
  }
  return { missing, isAnyOpen };
}

function indexesOf(assessments: readonly Assessment[], isMissed: (assessment: Assessment) => boolean): number[] {
  return assessments.flatMap((assessment, index) => (isMissed(assessment) ? index : []));
}

/** The best change of each limit of a wish. */
function changesOf(wish: PreparedWish, missing: Missing): Change[] {
  // The limits of a wish are made when they are asked for: not at all where there is nothing to gain.
  if (missing.sure.length === 0) return [];
  return wish.limits.flatMap((limit) => bestChange(wish, limit, missing) ?? []);
}

/** Undefined where no value within reach adds a center. */
function bestChange(wish: PreparedWish, limit: Limit, missing: Missing): Change | undefined {
  const needed = missing.sure
    .flatMap((center) => limit.neededFor(center) ?? [])
    .map((value) => ({ value, change: limit.relativeChange(value) }))
    .filter(({ change }) => change <= GREATEST_CHANGE)
    .toSorted((one, other) => one.change - other.change);
  let best: Change | undefined;
  for (const [index, { value, change }] of needed.entries()) {
    // Of those that need the same, the last counts them all.
    const adds = index + 1;
    const gain = adds / (change + CHANGE_OF_ANY);
    if (!best || gain > best.gain) best = { wish, limit, missing, value, change, adds, gain };
  }
  return best;
}

/** Whether a center of which not everything is known may be among those that this change adds. */
function mayAddMore({ limit, missing, change }: Change): boolean {
  return missing.beyond.some((center) => {
    const needed = limit.neededFor(center);
    return needed !== null && limit.relativeChange(needed) <= change;
  });
}

function said({ wish, limit, value, adds }: Change, isAtLeast: boolean, locale: Locale): Counterfactual {
  return {
    preferenceId: wish.wish.preferenceId,
    type: wish.type.type,
    fieldName: limit.fieldName,
    value,
    addsCenters: adds,
    isAtLeast,
    details: counterfactualWords(locale, { limit: limit.words(value, locale), adds, isAtLeast }),
  };
}
