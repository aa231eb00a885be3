import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CandidateCenter } from '../../src/db/centers.ts';
import { careHours } from '../../src/pipeline/preferences/care-hours/care-hours.ts';
import { freePlaces } from '../../src/pipeline/preferences/free-places/free-places.ts';
import type { Limit, PreparedWish } from '../../src/pipeline/preferences/preference-type.ts';
import { counterfactuals } from '../../src/pipeline/ranking/counterfactuals.ts';
import { center, distanceWish } from './distance-wish.ts';
import { LONG_DAY, preparationFor } from './preferences/care-hours-support.ts';

interface Given {
  readonly centers: readonly Pick<CandidateCenter, 'openingHours' | 'freePlaces' | 'distanceKm'>[];
  readonly places: number;
  readonly from: string;
  readonly most: number;
}

interface Search {
  readonly candidates: readonly CandidateCenter[];
  readonly wishes: readonly PreparedWish[];
}

/** A change that was tried. */
interface Tried {
  readonly fieldName: string;
  readonly value: number;
  readonly change: number;
  readonly adds: number;
}

const clock = (hour: number, quarter: number): string => `${String(hour).padStart(2, '0')}:${quarter * 15 || '00'}`;
const hours = fc
  .tuple(fc.integer({ min: 5, max: 7 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 17, max: 19 }))
  .map(([opens, quarter, closes]) => `Mo-Fr ${clock(opens, quarter)}-${clock(closes, quarter)}`);

const searches: fc.Arbitrary<Given> = fc.record({
  centers: fc.array(
    fc.record({
      openingHours: fc.option(hours, { freq: 8 }),
      freePlaces: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 8 }),
      distanceKm: fc.integer({ min: 1, max: 30 }),
    }),
    { minLength: 10, maxLength: 40 },
  ),
  places: fc.integer({ min: 1, max: 4 }),
  from: fc.constantFrom('06:30', '07:10', '07:30', '08:00'),
  most: fc.integer({ min: 10, max: 25 }),
});

async function searchOf({ centers, places, from, most }: Given): Promise<Search> {
  const candidates = centers.map((one, index) => center(`c${index}`, one));
  const care = { preferenceId: 'care', weight: 1, payload: { ...LONG_DAY, days: [...LONG_DAY.days], from } };
  const wishes = [
    await careHours.prepare(care, preparationFor(candidates).preparation),
    await freePlaces.prepare({ preferenceId: 'places', weight: 1, payload: { at_least: places } }),
    distanceWish(most, {}, 'ways'),
  ];
  return { candidates, wishes };
}

/** How many centers meet every wish. */
function met(candidates: readonly CandidateCenter[], wishes: readonly PreparedWish[]): number {
  return candidates.filter((one) => wishes.every((wish) => wish.assess(one).satisfied)).length;
}

/** What comes of trying a limit of one of the wishes at each value within reach that some center needs. */
function tryLimit({ candidates, wishes }: Search, loosened: PreparedWish, limit: Limit): Tried[] {
  const values = new Set(candidates.flatMap((one) => limit.neededFor(one) ?? []));
  const before = met(candidates, wishes);
  return [...values]
    .map((value) => {
      const others = wishes.map((wish) => (wish === loosened ? limit.loosenedTo(value) : wish));
      const adds = met(candidates, others) - before;
      return { fieldName: limit.fieldName, value, change: limit.relativeChange(value), adds };
    })
    .filter(({ change, adds }) => change <= 0.5 && adds > 0);
}

const gainOf = ({ adds, change }: Tried): number => adds / (change + 0.1);
const mostHelpful = (one: Tried, other: Tried): number => gainOf(other) - gainOf(one) || one.change - other.change;

/** The three best of all limits, each limit's best once. */
function bestByTrying(search: Search): Tried[] {
  return search.wishes
    .flatMap((wish) => wish.limits.flatMap((limit) => tryLimit(search, wish, limit).toSorted(mostHelpful).slice(0, 1)))
    .toSorted(mostHelpful)
    .slice(0, 3);
}

describe('what a counterfactual claims', () => {
  test('is what comes of trying every value, and it is the best of them', async () => {
    let claims = 0;
    await fc.assert(
      fc.asyncProperty(searches, async (given) => {
        const search = await searchOf(given);
        const found = counterfactuals(search.candidates, search.wishes, 'en');
        claims += found.length;
        expect(found.map(({ fieldName, value, addsCenters }) => ({ fieldName, value, adds: addsCenters }))).toEqual(
          bestByTrying(search).map(({ fieldName, value, adds }) => ({ fieldName, value, adds })),
        );
        expect(found.some(({ isAtLeast }) => isAtLeast)).toBe(false);
      }),
      { numRuns: 300 },
    );
    expect(claims).toBeGreaterThan(200);
  });

  test('is computed with each wish asked once for each center', async () => {
    const centers = Array.from({ length: 30 }, (_, index) => ({
      openingHours: 'Mo-Fr 06:00-18:00',
      freePlaces: index % 4,
      distanceKm: index + 1,
    }));
    const { candidates, wishes } = await searchOf({ centers, places: 2, from: '06:30', most: 20 });
    let asked = 0;
    const counting = wishes.map((wish): PreparedWish => ({
      ...wish,
      assess(one) {
        asked += 1;
        return wish.assess(one);
      },
    }));
    expect(counterfactuals(candidates, counting, 'en')).toHaveLength(2);
    expect(asked).toBe(candidates.length * wishes.length);
  });
});
