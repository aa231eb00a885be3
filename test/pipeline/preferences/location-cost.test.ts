import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costWords, legCost } from '../../../src/pipeline/preferences/location-distance/location-cost.ts';
import type { LocationLeg } from '../../../src/pipeline/preferences/location-distance/location-facts.ts';
import { byBike, legOf, within } from './location-legs.ts';

function costs(leg: LocationLeg): [string | null, string | null] {
  return [legCost(leg, 'en'), legCost(leg, 'de')];
}

const BOTH = { ...byBike(20), ...within(5) };

describe('what a leg costs', () => {
  test.each([[{ km: 2, minutes: 8 }], [{ km: 4.9, minutes: 20 }], [{ km: 5, minutes: 12 }]])(
    'is nothing within its limits: %j',
    (way) => {
      expect(costs(legOf(BOTH, way))).toEqual([null, null]);
    },
  );

  test.each([
    [27, '7 minutes more by bike to work', '7 Minuten mehr mit dem Rad zur Arbeit'],
    [26.2, '7 minutes more by bike to work', '7 Minuten mehr mit dem Rad zur Arbeit'],
    [20.01, '1 minute more by bike to work', '1 Minute mehr mit dem Rad zur Arbeit'],
    [20 + 1e-12, '1 minute more by bike to work', '1 Minute mehr mit dem Rad zur Arbeit'],
  ])('is the minutes beyond the limit, rounded up: %d of 20', (minutes, en, de) => {
    expect(costs(legOf(byBike(20), { km: 4, minutes }))).toEqual([en, de]);
  });

  test('is about so many minutes where they are estimated', () => {
    expect(costs(legOf(byBike(20), { km: 4, minutes: 27 }, 'home', 'estimated'))).toEqual([
      'about 7 minutes more by bike from home',
      'etwa 7 Minuten mehr mit dem Rad von zu Hause',
    ]);
  });

  test('is the kilometres beyond the limit, rounded up to a tenth', () => {
    const costOf = (most: number, km: number): string | null => legCost(legOf(within(most), { km }), 'en');
    expect(costOf(5, 6.11)).toBe('1.2 km further from work');
    expect(costOf(5.1, 5.2)).toBe('0.1 km further from work');
    expect(costOf(5, 5.001)).toBe('0.1 km further from work');
    expect(costs(legOf(within(5), { km: 6.2 }, 'home'))).toEqual([
      '1.2 km further from home',
      '1,2 km weiter von zu Hause',
    ]);
  });

  test('is that it cannot be reached', () => {
    expect(costs(legOf(BOTH, { km: 4, minutes: Number.NaN }))).toEqual([
      'cannot be reached by bike from work',
      'von der Arbeit mit dem Rad nicht zu erreichen',
    ]);
  });

  test('is that its place is not known, or the way to it', () => {
    expect(costs(legOf(byBike(20)))).toEqual(['the place for work is not known', '„Arbeit“ ist nicht bekannt']);
    const open: LocationLeg = { ...legOf(byBike(20), { km: 4 }), rating: 'unknown' };
    expect(costs(open)).toEqual(['the way to work is not known', 'der Weg zur Arbeit ist nicht bekannt']);
  });

  test.each([
    [{ km: 5.5, minutes: 12 }, '0.5 km further from work'],
    [{ km: 4, minutes: 24 }, '4 minutes more by bike to work'],
    [{ km: 5.5, minutes: 24 }, '4 minutes more by bike to work'],
    [{ km: 7.5, minutes: 24 }, '2.5 km further from work'],
  ])('is, of two limits, of the one that is missed, or missed by more: %j', (way, en) => {
    expect(legCost(legOf(BOTH, way), 'en')).toBe(en);
  });

  test('is null exactly where the leg is within its limits, and never nothing otherwise', () => {
    const number = fc.double({ min: 1e-3, max: 1000, noNaN: true });
    const pair = fc.record({ km: number, minutes: number });
    fc.assert(
      fc.property(pair, pair, (most, way) => {
        const cost = legCost(legOf({ ...byBike(most.minutes), ...within(most.km) }, way), 'en');
        expect(cost === null).toBe(way.km <= most.km && way.minutes <= most.minutes);
        expect(Number.parseFloat(cost ?? '1')).toBeGreaterThan(0);
      }),
    );
  });
});

describe('what several legs cost', () => {
  test('is joined as in a sentence, without those that cost nothing', () => {
    const far = legOf(byBike(20), { km: 4, minutes: 27 });
    const near = legOf(byBike(20), { km: 1, minutes: 5 }, 'school');
    const unknown = legOf(byBike(20), undefined, 'grandparents');
    const distant = legOf(within(5), { km: 6 }, 'home');
    expect(costWords([near], 'en')).toBeNull();
    expect(costWords([far, near], 'en')).toBe('7 minutes more by bike to work');
    expect(costWords([far, near, distant], 'en')).toBe('7 minutes more by bike to work and 1 km further from home');
    expect(costWords([far, distant], 'de')).toBe('7 Minuten mehr mit dem Rad zur Arbeit und 1 km weiter von zu Hause');
    expect(costWords([far, distant, unknown], 'en')).toBe(
      '7 minutes more by bike to work, 1 km further from home and the place for grandparents is not known',
    );
  });
});
