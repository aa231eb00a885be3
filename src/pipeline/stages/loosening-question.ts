import type { CandidateCenter } from '../../db/centers.ts';
import type { PreparedWish } from '../preferences/preference-type.ts';
import { findSmallestLoosening, type Loosening, withLoosening } from '../ranking/loosening.ts';
import { rankCenters } from '../ranking/ranking.ts';
import { refineBest } from '../ranking/refine-best.ts';
import type { RunContext } from '../run-context.ts';
import { stageTexts } from './stage-texts.ts';

/** A loosening as it is recorded: a replay over centers that have changed meanwhile must come upon the same question. */
interface Decision {
  readonly preferenceId: string;
  readonly limitKey: string;
  readonly value: number;
  readonly adds: number;
  /** Whether a yes would change which offers come out, or their order: otherwise it is not asked. */
  readonly worthAsking: boolean;
}

/** A loosening that could be offered: one limit of one wish at another value. */
export type OfferedLoosening = Pick<Loosening, 'wish' | 'limit' | 'value'>;

/**
 * Where nothing meets every wish, the smallest loosening that would, and whether the person takes it. Undefined where
 * something meets every wish, or no single limit does it.
 */
export async function offeredLoosening(
  run: RunContext,
  candidates: readonly CandidateCenter[],
  wishes: readonly PreparedWish[],
): Promise<(OfferedLoosening & { readonly accepted: boolean }) | undefined> {
  const found = await decide(run, candidates, wishes);
  const decision = await run.step('loosening', () => found);
  const loosening = decision && find(decision, wishes);
  if (!loosening) return undefined;
  return { ...loosening, accepted: decision.worthAsking && (await isAccepted(run, loosening, decision.adds)) };
}

async function decide(
  run: RunContext,
  candidates: readonly CandidateCenter[],
  wishes: readonly PreparedWish[],
): Promise<Decision | null> {
  const { limit } = run.input;
  const best = rankCenters(candidates, wishes, limit);
  if (best.length === 0 || best[0]?.satisfied) return null;
  const loosening = await findSmallestLoosening(run, candidates, wishes);
  if (!loosening) return null;
  const loosenedWishes = withLoosening(wishes, loosening);
  await refineBest(run, candidates, { wishes: loosenedWishes, limit });
  const loosened = rankCenters(candidates, loosenedWishes, limit);
  return {
    preferenceId: loosening.wish.wish.preferenceId,
    limitKey: loosening.limit.key,
    value: loosening.value,
    adds: loosening.adds.length,
    worthAsking: best.some(({ center }, index) => center.id !== loosened[index]?.center.id),
  };
}

function find(
  { preferenceId, limitKey, value }: Decision,
  wishes: readonly PreparedWish[],
): OfferedLoosening | undefined {
  const wish = wishes.find((one) => one.wish.preferenceId === preferenceId);
  const limit = wish?.limits.find(({ key }) => key === limitKey);
  return wish && limit && { wish, limit, value };
}

async function isAccepted(run: RunContext, { wish, limit, value }: OfferedLoosening, adds: number): Promise<boolean> {
  const { locale } = run.input;
  const answer = await run.ask('loosening', {
    interactionType: 'confirmation',
    question: stageTexts[locale].loosen(limit.words(value, locale), adds),
    fieldName: limit.fieldName,
    context: {
      preferenceId: wish.wish.preferenceId,
      requiredFor: wish.type.type,
      reason: 'no_match',
      attempt: 1,
    },
    options: null,
  });
  return answer.kind === 'confirmation' && answer.confirmed;
}
