import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CandidateCenter } from '../../src/db/centers.ts';
import { freePlaces } from '../../src/pipeline/preferences/free-places/free-places.ts';
import { knownAssessment } from '../../src/pipeline/preferences/known-assessment.ts';
import type { PreparedWish } from '../../src/pipeline/preferences/preference-type.ts';
import { rankCenters, weightedMean } from '../../src/pipeline/ranking/ranking.ts';

function center(id: string, distanceKm: number): CandidateCenter {
  const location = { longitude: 13.4, latitude: 52.5 };
  const unsaid = { languages: null, pedagogy: null, openingHours: null, freePlaces: null };
  return { id, name: id, location, distanceKm, ...unsaid };
}

/** A wish that scores each center as `scores` says, by its id. */
async function wishOf(weight: number, scores: Readonly<Record<string, number | null>>): Promise<PreparedWish> {
  const prepared = await freePlaces.prepare({ preferenceId: 'p', weight, payload: { at_least: 1 } });
  return { ...prepared, assess: ({ id }) => knownAssessment(scores[id] ?? null, false) };
}

const NEAR = center('near', 1);
const FAR = center('far', 2);

async function meanOf(...parts: readonly (readonly [weight: number, score: number | null])[]): Promise<number> {
  const wishes = await Promise.all(parts.map(([weight, score]) => wishOf(weight, { near: score })));
  return weightedMean(
    wishes,
    wishes.map((wish) => wish.assess(NEAR)),
  );
}

describe('the score of an offer', () => {
  test.each([[1.5e308], [Number.MAX_VALUE], [Number.MIN_VALUE], [1]])(
    'is the weighted mean, however great or small the weights: %d',
    async (weight) => {
      expect(await meanOf([weight, 1], [weight, 0.5], [weight, 0])).toBe(0.5);
      expect(await meanOf([weight, 1], [Number.MAX_VALUE, null])).toBe(1);
    },
  );

  test('lies between the least and the greatest of the scores, to 12 decimals', async () => {
    const weight = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(weight, score), { minLength: 1, maxLength: 6 }), async (parts) => {
        const mean = await meanOf(...parts);
        const scores = parts.map(([, one]) => one);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...scores) - 1e-12);
        expect(mean).toBeLessThanOrEqual(Math.max(...scores) + 1e-12);
        expect([mean >= 0, mean <= 1, Number(mean.toFixed(12))]).toEqual([true, true, mean]);
      }),
    );
  });

  test('is neutral where every wish is unknown, and full where nothing was wished', async () => {
    expect(await meanOf([2, null])).toBe(0.5);
    expect(await meanOf()).toBe(1);
  });
});

describe('the order of the offers', () => {
  test('goes by distance where scores are equal but for the noise of doubles', async () => {
    const tenths = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(tenths, tenths, tenths, async (one, two, three) => {
        // Both centers have exactly half of all weights, summed up from other terms.
        const wishes = await Promise.all([
          wishOf((one + two) / 10, { near: 0, far: 1 }),
          wishOf(three / 10, { near: 0, far: 1 }),
          wishOf(one / 10, { near: 1, far: 0 }),
          wishOf((two + three) / 10, { near: 1, far: 0 }),
        ]);
        expect(rankCenters([FAR, NEAR], wishes, 2).map(({ center: { id } }) => id)).toEqual(['near', 'far']);
      }),
      { numRuns: 500 },
    );
  });

  test('goes by score where scores differ in the ninth decimal', async () => {
    const wishes = [await wishOf(1, { near: 0.5, far: 0.500000001 })];
    expect(rankCenters([NEAR, FAR], wishes, 2).map(({ center: { id } }) => id)).toEqual(['far', 'near']);
  });
});
