import type { CandidateCenter } from '../../src/db/centers.ts';
import { knownAssessment } from '../../src/pipeline/preferences/known-assessment.ts';
import { pedagogy } from '../../src/pipeline/preferences/pedagogy/pedagogy.ts';
import type { Assessment, Limit, PreparedWish } from '../../src/pipeline/preferences/preference-type.ts';

export function center(id: string, given: Partial<CandidateCenter> = {}): CandidateCenter {
  const location = { longitude: 13.4, latitude: 52.5 };
  const unsaid = { languages: null, pedagogy: null, openingHours: null, freePlaces: null };
  return { id, name: id, location, distanceKm: 1, ...unsaid, ...given };
}

/** Centers `c0`, `c1` … so many kilometres away. */
export function centersAt(...kilometres: readonly number[]): CandidateCenter[] {
  return kilometres.map((distanceKm, index) => center(`c${index}`, { distanceKm }));
}

/** Assesses every center alike, and has no limit. */
export function fixedWish(assessment: Assessment, preferenceId = 'fixed'): PreparedWish {
  return {
    wish: { preferenceId, weight: 1, payload: null },
    type: pedagogy,
    assess: () => assessment,
    explain: () => ({ details: '', facts: {} }),
    cost: () => null,
    limits: [],
    mayLoosen: true,
    executionTimesMs: () => [],
    warnings: () => [],
  };
}

/** A wish for a distance; of the centers with the ids in `bounded` not everything is known. */
export function distanceWish(
  most: number,
  bounded: Readonly<Record<string, 'canSatisfy' | 'cannot'>> = {},
  preferenceId = `within ${most}`,
): PreparedWish {
  function assess({ id, distanceKm }: CandidateCenter): Assessment {
    const known = knownAssessment(Math.min(1, most / distanceKm), distanceKm <= most);
    const bound = bounded[id];
    return bound ? { ...known, satisfied: false, canSatisfy: bound === 'canSatisfy', isExact: false } : known;
  }
  const limit: Limit = {
    key: 'most',
    fieldName: `${preferenceId}_km`,
    neededFor: ({ distanceKm }) => (distanceKm > most ? distanceKm : null),
    relativeChange: (value) => (value - most) / most,
    words: (value) => `${value} instead of ${most} km`,
    loosenedTo: (value) => distanceWish(value, bounded, preferenceId),
  };
  return { ...fixedWish(knownAssessment(1, true), preferenceId), assess, limits: [limit] };
}

/** A wish that every center meets but those of this id, of which it says what it does. */
export function concerning(wish: PreparedWish, id: string): PreparedWish {
  return { ...wish, assess: (one) => (one.id === id ? wish.assess(one) : knownAssessment(1, true)) };
}
