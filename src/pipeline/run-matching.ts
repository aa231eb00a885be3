import { SessionFailure } from '../errors.ts';
import type { MatchResultsBody } from '../protocol.ts';
import { Places } from './places/places.ts';
import type { PreferenceType } from './preferences/preference-type.ts';
import type { Pipeline, RunContext } from './run-context.ts';
import { findCenters } from './stages/finding-centers.ts';
import { generateResults } from './stages/generating-results.ts';
import { loadPreferences } from './stages/loading-preferences.ts';
import { processPreferences } from './stages/processing-complex-preferences.ts';
import type { Database } from '../db/database.ts';
import { isUnavailable } from '../db/unavailable.ts';
import { findParent } from '../db/parents.ts';
import type { Geocoder } from '../geo/geocoder.ts';
import type { TravelTimes } from '../geo/travel-times.ts';

/** What a matching works with. */
export interface MatchingDependencies {
  readonly database: Database;
  readonly geocoder: Geocoder;
  readonly travelTimes: TravelTimes;
  readonly preferenceTypes: readonly PreferenceType[];
}

/** When to try again where the database does not answer. */
const RETRY_AFTER_MS = 1000;

/** The matching as sessions run it. */
export function createMatchingPipeline(dependencies: MatchingDependencies): Pipeline {
  return {
    async admit(account, { parentId }) {
      const parent = await withDatabase(() => findParent(dependencies.database, account, parentId));
      if (!parent) throw new SessionFailure('parent_not_found', { parentId });
    },
    run: (run) => withDatabase(() => runMatching(run, dependencies)),
  };
}

/** One search, in its four stages. It may be run again from its top: see RunContext. */
export async function runMatching(run: RunContext, dependencies: MatchingDependencies): Promise<MatchResultsBody> {
  const family = await loadPreferences(run, dependencies);
  const places = new Places(run, dependencies.geocoder, [family.home, ...family.places]);
  const search = await findCenters(run, { ...dependencies, places, family });
  const processed = await processPreferences(run, { ...dependencies, places, search, wishes: family.wishes });
  const warnings = [...family.warnings, ...search.warnings, ...places.warnings, ...processed.warnings];
  return generateResults(run, { ...dependencies, search, wishes: processed.wishes, warnings });
}

/** A database that does not answer is an expected failure, which may be over soon. */
async function withDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new SessionFailure('unavailable', { retryAfterMs: RETRY_AFTER_MS }, { cause: error });
  }
}
