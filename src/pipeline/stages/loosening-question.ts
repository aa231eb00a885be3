import type { CandidateCenter } from '../../db/centers.ts';
import type { PreparedWish } from '../preferences/preference-type.ts';
import { type Loosening, smallestLoosening, withLoosening } from '../ranking/loosening.ts';
import { rankCenters } from '../ranking/ranking.ts';
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

/**
 * Where nothing meets every wish, the smallest loosening that would, and whether the person takes it. Undefined where
 * something meets every wish, or no single limit does it.
 */
export async function offeredLoosening(
  run: RunContext,
  candidates: readonly CandidateCenter[],
  wishes: readonly PreparedWish[],
): Promise<(Loosening & { readonly accepted: boolean }) | undefined> {
  const decision = await run.step('loosening', () => decide(candidates, wishes, run.input.limit));
  const loosening = decision && find(decision, wishes);
  if (!loosening) return undefined;
  return { ...loosening, accepted: decision.worthAsking && (await isAccepted(run, loosening)) };
}

function decide(
  candidates: readonly CandidateCenter[],
  wishes: readonly PreparedWish[],
  limit: number,
): Decision | null {
  const best = rankCenters(candidates, wishes, limit);
  if (best.length === 0 || best[0]?.satisfied) return null;
  const loosening = smallestLoosening(candidates, wishes);
  if (!loosening) return null;
  const loosened = rankCenters(candidates, withLoosening(wishes, loosening), limit);
  return {
    preferenceId: loosening.wish.wish.preferenceId,
    limitKey: loosening.limit.key,
    value: loosening.value,
    adds: loosening.adds,
    worthAsking: best.some(({ center }, index) => center.id !== loosened[index]?.center.id),
  };
}

function find(
  { preferenceId, limitKey, value, adds }: Decision,
  wishes: readonly PreparedWish[],
): Loosening | undefined {
  const wish = wishes.find((one) => one.wish.preferenceId === preferenceId);
  const limit = wish?.limits.find(({ key }) => key === limitKey);
  return wish && limit && { wish, limit, value, adds };
}

async function isAccepted(run: RunContext, { wish, limit, value, adds }: Loosening): Promise<boolean> {
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
