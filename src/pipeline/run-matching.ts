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

/** The matching as sessions run it. */
export function createMatchingPipeline(dependencies: MatchingDependencies): Pipeline {
  return {
    async admit(account, { parentId }) {
      const parent = await findParent(dependencies.database, account, parentId);
      if (!parent) throw new SessionFailure('parent_not_found', { parentId });
    },
    run: (run) => runMatching(run, dependencies),
  };
}

/** One search, in its four stages. It may be run again from its top: see RunContext. */
export async function runMatching(run: RunContext, dependencies: MatchingDependencies): Promise<MatchResultsBody> {
  const places = new Places(run, dependencies.geocoder);
  const family = await loadPreferences(run, dependencies);
  const search = await findCenters(run, { ...dependencies, places, family });
  const processed = await processPreferences(run, { ...dependencies, places, search, wishes: family.wishes });
  return generateResults(run, {
    ...dependencies,
    search,
    processed,
    warnings: [...family.warnings, ...search.warnings, ...places.warnings],
  });
}
