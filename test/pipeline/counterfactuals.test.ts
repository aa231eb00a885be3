import { describe, expect, test } from 'vitest';
import type { CandidateCenter } from '../../src/db/centers.ts';
import { knownAssessment } from '../../src/pipeline/preferences/known-assessment.ts';
import type { Assessment, PreparedWish } from '../../src/pipeline/preferences/preference-type.ts';
import { counterfactuals } from '../../src/pipeline/ranking/counterfactuals.ts';
import { center, centersAt, concerning, distanceWish, fixedWish } from './distance-wish.ts';

const UNREFINED: Assessment = { ...knownAssessment(1, false), canSatisfy: true, isExact: false };

/** Each as `value: adds`, with `+` where it is at least. */
function brief(candidates: readonly CandidateCenter[], wishes: readonly PreparedWish[]): string[] {
  return counterfactuals(candidates, wishes, 'en').map(
    ({ value, addsCenters, isAtLeast }) => `${value}: ${addsCenters}${isAtLeast ? '+' : ''}`,
  );
}

describe('what another limit would add', () => {
  test('is said in words, with the limit that it is about', () => {
    const wishes = [distanceWish(20)];
    expect(counterfactuals(centersAt(19, 25, 25), wishes, 'en')).toEqual([
      {
        preferenceId: 'within 20',
        type: 'pedagogy',
        fieldName: 'within 20_km',
        value: 25,
        addsCenters: 2,
        isAtLeast: false,
        details: '25 instead of 20 km adds 2 centers',
      },
    ]);
    expect(counterfactuals(centersAt(25), wishes, 'en')[0]?.details).toBe('25 instead of 20 km adds 1 center');
    expect(counterfactuals(centersAt(25, 24), wishes, 'de')[0]?.details).toBe('25 instead of 20 km: 2 Kitas mehr');
    expect(counterfactuals(centersAt(25), wishes, 'de')[0]?.details).toBe('25 instead of 20 km: 1 Kita mehr');
  });

  test('weighs how many it adds against how much is given up', () => {
    // 1 / (0.05 + 0.1) < 2 / (0.1 + 0.1), but 3 / (0.4 + 0.1) is less again.
    expect(brief(centersAt(21, 22, 28), [distanceWish(20)])).toEqual(['22: 2']);
    expect(brief(centersAt(21, 22, ...Array.from({ length: 20 }, () => 28)), [distanceWish(20)])).toEqual(['28: 22']);
  });

  test('is the smaller change where two are worth the same, and then the first of the wishes', () => {
    // 1 / (0.1 + 0.1) = 2 / (0.3 + 0.1)
    expect(brief(centersAt(22, 26), [distanceWish(20)])).toEqual(['22: 1']);
    const candidates = ['a', 'a', 'b', 'c'].map((id) => center(id, { distanceKm: id === 'a' ? 26 : 22 }));
    const wishes = ['a', 'b', 'c'].map((id) => concerning(distanceWish(20, {}, id), id));
    const found = counterfactuals(candidates, wishes, 'en');
    expect(found.map(({ preferenceId }) => preferenceId)).toEqual(['b', 'c', 'a']);
  });

  test('is never more than half as much again, and half is none too many', () => {
    expect(brief(centersAt(30.1), [distanceWish(20)])).toEqual([]);
    expect(brief(centersAt(30), [distanceWish(20)])).toEqual(['30: 1']);
    // As doubles 2.1 / 1.4 is a little more than 1.5.
    expect(brief(centersAt(2.1), [distanceWish(1.4)])).toEqual(['2.1: 1']);
  });

  test('is nothing where a center misses another wish besides', () => {
    expect(brief(centersAt(25), [distanceWish(20), fixedWish(knownAssessment(0, false))])).toEqual([]);
    expect(brief(centersAt(25), [distanceWish(20), distanceWish(21)])).toEqual([]);
  });

  test('is nothing where every center meets every wish, and where there is no wish or no center', () => {
    expect([brief(centersAt(5), [distanceWish(20)]), brief(centersAt(5), []), brief([], [distanceWish(20)])]).toEqual([
      [],
      [],
      [],
    ]);
  });

  test('names three at most, the most helpful first', () => {
    const wishes = [1, 2, 3, 4].map((index) => concerning(distanceWish(20, {}, `w${index}`), `c${index}`));
    const candidates = [1, 2, 3, 4].flatMap((index) =>
      Array.from({ length: index }, () => center(`c${index}`, { distanceKm: 25 })),
    );
    const found = counterfactuals(candidates, wishes, 'en');
    expect(found.map(({ preferenceId, addsCenters }) => `${preferenceId}: ${addsCenters}`)).toEqual([
      'w4: 4',
      'w3: 3',
      'w2: 2',
    ]);
  });
});

describe('what is not known of every center', () => {
  test('is not counted, and makes it at least', () => {
    const candidates = [...centersAt(25, 25), center('open', { distanceKm: 24 })];
    for (const bound of ['canSatisfy', 'cannot'] as const) {
      const [found, ...others] = counterfactuals(candidates, [distanceWish(20, { open: bound })], 'en');
      expect(others).toEqual([]);
      expect(found).toMatchObject({ addsCenters: 2, isAtLeast: true });
      expect(found?.details).toBe('25 instead of 20 km adds at least 2 centers');
    }
    const [german] = counterfactuals(candidates, [distanceWish(20, { open: 'cannot' })], 'de');
    expect(german?.details).toBe('25 instead of 20 km: mindestens 2 Kitas mehr');
  });

  test('does not make it at least where that value does not reach it, not even at best', () => {
    const candidates = [...centersAt(25, 25), center('open', { distanceKm: 26 })];
    expect(brief(candidates, [distanceWish(20, { open: 'cannot' })])).toEqual(['25: 2']);
  });

  test('does not make it at least where another wish is missed for sure', () => {
    const candidates = [...centersAt(25, 25), center('open', { distanceKm: 5 })];
    const speaksAgainst: PreparedWish = {
      ...fixedWish(knownAssessment(1, true)),
      assess: ({ id }) => knownAssessment(id === 'open' ? 0 : 1, id !== 'open'),
    };
    expect(brief(candidates, [distanceWish(20, { open: 'canSatisfy' })])).toEqual(['25: 2+']);
    expect(brief(candidates, [distanceWish(20, { open: 'canSatisfy' }), speaksAgainst])).toEqual(['25: 2']);
  });

  test('may be about another wish than the one that is loosened', () => {
    const [near, ...far] = centersAt(25, 25, 25);
    const other: PreparedWish = {
      ...fixedWish(UNREFINED),
      assess: (one) => (one === near ? UNREFINED : knownAssessment(1, true)),
    };
    expect(brief([...(near ? [near] : []), ...far], [distanceWish(20), other])).toEqual(['25: 2+']);
  });

  test('changes nothing where the center meets every wish already', () => {
    const met: Assessment = { ...knownAssessment(1, true), isExact: false };
    const candidates = [...centersAt(25), center('met')];
    const wish = distanceWish(20);
    const assess = (one: CandidateCenter): Assessment => (one.id === 'met' ? met : wish.assess(one));
    expect(brief(candidates, [{ ...wish, assess }])).toEqual(['25: 1']);
  });

  test('leaves nothing to say where no center is known well enough', () => {
    expect(brief(centersAt(25), [distanceWish(20, { c0: 'cannot' })])).toEqual([]);
  });
});
