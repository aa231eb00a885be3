import type { CandidateCenter } from '../../../src/db/centers.ts';
import type { CARE_DAYS } from '../../../src/pipeline/preferences/care-hours/care-hours-payload.ts';
import { careHours, type CareHoursPreparation } from '../../../src/pipeline/preferences/care-hours/care-hours.ts';
import type { Limit, PreparedWish } from '../../../src/pipeline/preferences/preference-type.ts';
import type { Locale } from '../../../src/protocol.ts';

/** A care_hours payload, as the tests write it. */
export interface Wished {
  readonly days: readonly (typeof CARE_DAYS)[number][];
  readonly from: string;
  readonly to: string;
}

export const LONG_DAY: Wished = { days: ['mo', 'tu', 'we', 'th', 'fr'], from: '06:30', to: '18:00' };

/** A center of which nothing matters but its opening hours. */
export function centerOpen(openingHours: string | null, id = 'c'): CandidateCenter {
  return {
    id,
    name: 'Kita',
    location: { longitude: 13.4, latitude: 52.5 },
    distanceKm: 1,
    languages: null,
    pedagogy: null,
    openingHours,
    freePlaces: null,
  };
}

/** A preparation on a clock that goes on by 2 ms whenever it is looked at, and what was reported to it. */
export function preparationFor(candidates: readonly CandidateCenter[], locale: Locale = 'en') {
  const reported: string[] = [];
  let now = 0;
  const preparation: CareHoursPreparation = {
    candidates,
    run: {
      input: {
        parentId: '550e8400-e29b-41d4-a716-446655440006',
        limit: 10,
        maxDistanceKm: 10,
        includeFullCenters: false,
        includeExplanations: true,
        locale,
      },
      signal: new AbortController().signal,
      workMs() {
        now += 2;
        return now;
      },
    },
    async progress(key, done, words) {
      reported.push(`${key} ${done} ${words}`);
    },
  };
  return { preparation, reported };
}

/** The wish, prepared for centers with these opening hours. */
export async function prepared(wished: Wished, ...hours: (string | null)[]): Promise<PreparedWish> {
  const wish = { preferenceId: 'p1', weight: 1, payload: { ...wished, days: [...wished.days] } };
  const candidates = hours.map((text, index) => centerOpen(text, `c${index}`));
  return careHours.prepare(wish, preparationFor(candidates).preparation);
}

/** The limit with this key. */
export function limitNamed(wish: PreparedWish, key: string): Limit {
  const limit = wish.limits.find((one) => one.key === key);
  if (limit === undefined) throw new Error(`there is no limit ${key}`);
  return limit;
}
