import { anyCenter, type CandidateCenter, centersWithin } from '../../db/centers.ts';
import type { Database } from '../../db/database.ts';
import type { Parent } from '../../db/parents.ts';
import type { Point, Warning } from '../../protocol.ts';
import { HOME, type PlaceOutcome, type Places } from '../places/places.ts';
import { type RunContext, Suspended } from '../run-context.ts';
import type { Family } from './loading-preferences.ts';
import { reportProgress } from './stage-progress.ts';
import { stageTexts } from './stage-texts.ts';

/** Where is searched, and what is there. */
export interface Search {
  /** Null where no place is known around which to search: then there are no candidates. */
  readonly origin: Point | null;
  readonly candidates: readonly CandidateCenter[];
  readonly warnings: readonly Warning[];
}

const STAGE = 'finding_centers';

/** Second stage: the centers around home that take a child of this age. */
export async function findCenters(
  run: RunContext,
  using: { readonly database: Database; readonly places: Places; readonly family: Family },
): Promise<Search> {
  const texts = stageTexts[run.input.locale];
  const { parent, wishes } = using.family;
  const radiusKm = run.input.maxDistanceKm;
  await reportProgress(run, STAGE, { key: 'begun', done: 0, details: texts.searching(radiusKm) });
  const { origin, isHome } = await findOrigin(run, using);
  const ageMonths = ageAtStart(parent);
  const columns = [...new Set(wishes.flatMap(({ type }) => type.columns))];
  const candidates = origin ? await centersWithin(using.database, { origin, radiusKm, ageMonths, columns }) : [];
  await reportProgress(run, STAGE, { key: 'done', done: 1, details: texts.found(candidates.length) });
  const homeText = origin ? texts.homeUnknown : texts.nowhere;
  return {
    origin,
    candidates,
    warnings: [
      ...(isHome ? [] : [{ code: 'home_unknown', field: 'home_location', message: homeText } as const]),
      ...(ageMonths === null ? [{ code: 'child_age_unknown', field: null, message: texts.childAge } as const] : []),
    ],
  };
}

/** Home; where it stays unknown, the first place of the wishes that is known. */
async function findOrigin(
  run: RunContext,
  { database, places, family }: { readonly database: Database; readonly places: Places; readonly family: Family },
): Promise<{ readonly origin: Point | null; readonly isHome: boolean }> {
  const anyAtAll = await run.step('any_center', () => anyCenter(database));
  const home = await resolveHome(places, family, () => anyAtAll);
  if (home.known) {
    places.home = home.location;
    return { origin: home.location, isHome: true };
  }
  const others = family.places.filter(({ name }) => name !== HOME);
  for (const place of others) {
    const known = await places.lookUp(place);
    if (known) return { origin: known, isHome: false };
  }
  for (const place of others) {
    const outcome = await places.resolve(place, () => anyAtAll);
    if (outcome.known) return { origin: outcome.location, isHome: false };
  }
  return { origin: null, isHome: false };
}

/** Whoever is asked where home is, is asked for the other places that are missing at once. */
async function resolveHome(places: Places, family: Family, matters: () => boolean): Promise<PlaceOutcome> {
  try {
    return await places.resolve(family.home, matters);
  } catch (thrown) {
    if (thrown instanceof Suspended) {
      const missing = family.places.filter((place) => places.isMissing(place));
      await Promise.allSettled(missing.map(async (place) => places.resolve(place, matters)));
    }
    throw thrown;
  }
}

/** The child's age in whole months when care begins; null where either date is unknown. */
function ageAtStart({ childBirthMonth, careFrom }: Parent): number | null {
  if (childBirthMonth === null || careFrom === null) return null;
  const [born, begins] = [new Date(childBirthMonth), new Date(careFrom)];
  const years = begins.getUTCFullYear() - born.getUTCFullYear();
  const months = years * 12 + begins.getUTCMonth() - born.getUTCMonth();
  // Postgres knows dates such as `infinity`.
  return Number.isNaN(months) ? null : months;
}
