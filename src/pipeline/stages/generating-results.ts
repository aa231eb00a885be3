import { centersByIds } from '../../db/centers.ts';
import type { Database } from '../../db/database.ts';
import type {
  ComplexPreferenceMatch,
  MatchResultsBody,
  Offer,
  SimplePreferenceMatch,
  Warning,
} from '../../protocol.ts';
import type { PreparedWish } from '../preferences/preference-type.ts';
import { counterfactuals } from '../ranking/counterfactuals.ts';
import { type RankedCenter, rankCenters } from '../ranking/ranking.ts';
import type { RunContext } from '../run-context.ts';
import type { Search } from './finding-centers.ts';
import { offerExplanation } from './offer-explanation.ts';
import { reportProgress } from './stage-progress.ts';
import { stageTexts } from './stage-texts.ts';

const STAGE = 'generating_results';

/** Fourth stage: the offers in their order, with what they are made of. */
export async function generateResults(
  run: RunContext,
  using: {
    readonly database: Database;
    readonly search: Search;
    readonly wishes: readonly PreparedWish[];
    readonly warnings: readonly Warning[];
  },
): Promise<MatchResultsBody> {
  const { locale, includeExplanations, includeFullCenters, limit } = run.input;
  const texts = stageTexts[locale];
  const { candidates } = using.search;
  const { wishes } = using;
  await reportProgress(run, STAGE, { key: 'begun', done: 0, details: texts.generating });
  const ranked = rankCenters(candidates, wishes, limit);
  const full = includeFullCenters
    ? await centersByIds(
        using.database,
        ranked.map(({ center }) => center.id),
      )
    : undefined;
  const offers = ranked.map((one) => ({ ...offerOf(run, one, wishes), center: full?.get(one.center.id) ?? null }));
  await reportProgress(run, STAGE, { key: 'done', done: 1, details: texts.generated(offers.length) });
  const complex = wishes.filter(({ type }) => type.complex).map(({ type }) => type.type);
  return {
    type: 'match_results',
    success: candidates.length > 0,
    offers,
    counterfactuals: includeExplanations ? counterfactuals(candidates, wishes, locale) : [],
    processingDetails: {
      centersEvaluated: candidates.length,
      complexTypesProcessed: [...new Set(complex)],
      processingTimeMs: Math.round(run.workMs()),
      interactionsRequired: run.questionsAsked(),
      warnings: withoutRepeats(using.warnings),
    },
  };
}

/** Two wishes may warn of the same thing. */
function withoutRepeats(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values()];
}

function offerOf(run: RunContext, { center, score }: RankedCenter, wishes: readonly PreparedWish[]): Offer {
  const simplePreferences: SimplePreferenceMatch[] = [];
  const complexPreferences: ComplexPreferenceMatch[] = [];
  for (const wish of wishes) {
    const { score: ofWish, satisfied } = wish.assess(center);
    const { details, facts } = wish.explain(center, run.input.locale);
    const common = { type: wish.type.type, satisfied, details: run.input.includeExplanations ? details : null };
    if (!wish.type.complex) {
      simplePreferences.push({ ...common, score: ofWish });
      continue;
    }
    if (ofWish === null) throw new TypeError(`${wish.type.type} is complex, so it scores every center`);
    complexPreferences.push({
      ...common,
      preferenceId: wish.wish.preferenceId,
      score: ofWish,
      processingMetadata: {
        pipelineUsed: true,
        pipelineName: wish.type.complex.pipeline.join('->'),
        executionTimesMs: wish.executionTimesMs(),
      },
      facts,
    });
  }
  return {
    centerId: center.id,
    centerName: center.name,
    score,
    preferenceMatches: { simplePreferences, complexPreferences },
    explanation: run.input.includeExplanations ? offerExplanation(wishes, center, run.input.locale) : null,
    center: null,
  };
}
