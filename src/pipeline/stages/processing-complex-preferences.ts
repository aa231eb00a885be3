import type { TravelTimes, TravelTimeSource } from '../../geo/travel-times.ts';
import type { Warning } from '../../protocol.ts';
import type { Places } from '../places/places.ts';
import type { PreparedWish } from '../preferences/preference-type.ts';
import { withLoosening } from '../ranking/loosening.ts';
import { rankCenters } from '../ranking/ranking.ts';
import { isAnyPossible } from '../ranking/possible-centers.ts';
import { refineBest } from '../ranking/refine-best.ts';
import { isOrderSettled } from '../ranking/settled-order.ts';
import type { RunContext } from '../run-context.ts';
import type { Search } from './finding-centers.ts';
import type { TypedWish } from './loading-preferences.ts';
import { offeredLoosening } from './loosening-question.ts';
import { reportProgress } from './stage-progress.ts';
import { stageTexts } from './stage-texts.ts';

/** The wishes, ready to assess every candidate. */
export interface Processed {
  readonly wishes: readonly PreparedWish[];
  readonly warnings: readonly Warning[];
}

const STAGE = 'processing_complex_preferences';

/** The part of the stage that the wishes themselves take; the rest is for what to do where none is met. */
const BEFORE_LOOSENING = 0.95;

interface Processing {
  readonly places: Places;
  readonly travelTimes: TravelTimes;
  readonly search: Search;
  readonly wishes: readonly TypedWish[];
}

/** Third stage: what the wishes say of every candidate, asking for what is missing, if it matters. */
export async function processPreferences(run: RunContext, processing: Processing): Promise<Processed> {
  const texts = stageTexts[run.input.locale];
  const { candidates } = processing.search;
  const begun = texts.processing(processing.wishes.length, candidates.length);
  await reportProgress(run, STAGE, { key: 'begun', done: 0, details: begun });
  processing.places.enter(STAGE);
  const prepared = await prepareWishes(run, processing);
  const { limit } = run.input;
  const matters = (): boolean => !isOrderSettled(candidates, prepared, limit);
  const refine = async (): Promise<void> => refineBest(run, candidates, { wishes: prepared, limit });
  // What is known of the best is asked for while the person thinks.
  await run.all(
    prepared.map((wish) => async () => wish.complete?.(matters)),
    refine,
  );
  await refine();
  const { wishes, warnings } = await loosenIfNothingSatisfies(run, processing.search, prepared);
  await reportProgress(run, STAGE, { key: 'done', done: 1, details: texts.processed });
  // Where nothing was searched, there is nothing to say of the wishes.
  const ofWishes = processing.search.origin ? wishes.flatMap((wish) => wish.warnings()) : [];
  return { wishes, warnings: [...ofWishes, ...warnings] };
}

async function prepareWishes(run: RunContext, processing: Processing): Promise<PreparedWish[]> {
  const { wishes, search, places, travelTimes } = processing;
  // The wishes are prepared side by side: how far the stage has come is how far they have come together.
  const done = wishes.map(() => 0);
  const unavailable = new Set<TravelTimeSource>();
  return run.all(
    wishes.map(
      ({ type, wish }, index) =>
        async () =>
          type.prepare(wish, {
            run,
            places,
            travelTimes,
            unavailable,
            candidates: search.candidates,
            progress: async (key, ofWish, details) => {
              done[index] = Math.max(done[index] ?? 0, ofWish);
              const ofAll = done.reduce((sum, one) => sum + one, 0) / wishes.length;
              await reportProgress(run, STAGE, { key, done: ofAll * BEFORE_LOOSENING, details });
            },
          }),
    ),
  );
}

/** Where nothing meets every wish: the smallest loosening, if the person takes it; otherwise a warning that says so. */
async function loosenIfNothingSatisfies(
  run: RunContext,
  { candidates, origin }: Search,
  wishes: readonly PreparedWish[],
): Promise<Processed> {
  const { locale, maxDistanceKm } = run.input;
  const texts = stageTexts[locale];
  const loosening = await offeredLoosening(run, candidates, wishes);
  if (loosening?.accepted) {
    const loosened = withLoosening(wishes, loosening);
    await refineBest(run, candidates, { wishes: loosened, limit: run.input.limit });
    return { wishes: loosened, warnings: [] };
  }
  const [best] = rankCenters(candidates, wishes, 1);
  // Without a place to search around nothing was searched: another warning says that.
  if (best?.satisfied || !origin) return { wishes, warnings: [] };
  const words = loosening ? loosening.limit.words(loosening.value, locale) : null;
  const undecided = words === null && (await isAnyPossible(run, candidates, wishes));
  const unmet = undecided ? texts.unknownDecides : texts.nothingSatisfies(words);
  const message = best ? unmet : texts.noCenters(maxDistanceKm);
  return { wishes, warnings: [{ code: 'nothing_satisfies', field: null, message }] };
}
