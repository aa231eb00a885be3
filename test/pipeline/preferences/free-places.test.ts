import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CandidateCenter } from '../../../src/db/centers.ts';
import { freePlaces, freePlacesPayload } from '../../../src/pipeline/preferences/free-places/free-places.ts';
import type { Limit, PreferenceType, PreparedWish } from '../../../src/pipeline/preferences/preference-type.ts';

function center(places: number | null): CandidateCenter {
  return {
    id: 'c',
    name: 'Kita',
    location: { longitude: 13.4, latitude: 52.5 },
    distanceKm: 1,
    languages: null,
    pedagogy: null,
    openingHours: null,
    freePlaces: places,
  };
}

async function wishFor(places: number): Promise<PreparedWish> {
  return freePlaces.prepare({ preferenceId: 'p1', weight: 1, payload: { at_least: places } });
}

async function limitFor(places: number): Promise<Limit> {
  const [limit] = (await wishFor(places)).limits;
  if (limit === undefined) throw new Error('there is no limit');
  return limit;
}

const free = fc.integer({ min: 0, max: 600 });
const wished = fc.integer({ min: 1, max: 500 });

describe('the free_places preference', () => {
  it('is a simple type of the registry that reads one column', () => {
    const registered: PreferenceType = freePlaces;
    expect([registered.type, registered.complex, registered.columns]).toEqual(['free_places', null, ['freePlaces']]);
  });

  it('is satisfied by as many places as are wished, and by more', async () => {
    const wish = await wishFor(2);
    const full = { score: 1, satisfied: true, lowest: 1, highest: 1, canSatisfy: true, unknown: false, isExact: true };
    expect([wish.assess(center(2)), wish.assess(center(9))]).toEqual([full, full]);
  });

  it('scores the share of the places wished', async () => {
    const wish = await wishFor(4);
    expect(wish.assess(center(1))).toEqual({
      score: 0.25,
      satisfied: false,
      lowest: 0.25,
      highest: 0.25,
      canSatisfy: false,
      unknown: false,
      isExact: true,
    });
    expect(wish.assess(center(0)).score).toBe(0);
  });

  it('has no score where the center does not say', async () => {
    const wish = await wishFor(2);
    const { score, satisfied, canSatisfy } = wish.assess(center(null));
    expect([score, satisfied, canSatisfy]).toEqual([null, false, false]);
    expect(wish.explain(center(null), 'en').details).toBe('free places: not known');
    expect(wish.explain(center(null), 'de').details).toBe('freie Plätze: nicht bekannt');
    expect(wish.limits.map((limit) => limit.neededFor(center(null)))).toEqual([null]);
  });

  it('says how many are free and how many were wished', async () => {
    const wish = await wishFor(2);
    expect(wish.explain(center(3), 'en').details).toBe('free places: 3 (2 wished)');
    expect(wish.explain(center(0), 'en').details).toBe('free places: none (2 wished)');
    expect(wish.explain(center(3), 'de').details).toBe('freie Plätze: 3 (2 gewünscht)');
    expect(wish.explain(center(0), 'de').details).toBe('freie Plätze: keine (2 gewünscht)');
  });

  it('costs the places that are missing, or that they are not known', async () => {
    const wish = await wishFor(2);
    expect(wish.cost(center(2), 'en')).toBeNull();
    expect(wish.cost(center(1), 'en')).toBe('1 free place instead of 2');
    expect(wish.cost(center(1), 'de')).toBe('1 freier Platz statt 2');
    expect(wish.cost(center(0), 'en')).toBe('no free place');
    expect(wish.cost(center(0), 'de')).toBe('kein freier Platz');
    expect(wish.cost(center(null), 'en')).toBe('free places are not known');
    expect(wish.cost(center(null), 'de')).toBe('freie Plätze sind nicht bekannt');
  });

  it('can be loosened to fewer places', async () => {
    const limit = await limitFor(4);
    expect([limit.key, limit.fieldName]).toEqual(['at_least', 'free_places_at_least']);
    expect(limit.neededFor(center(3))).toBe(3);
    expect(limit.relativeChange(3)).toBe(0.25);
    expect(limit.words(3, 'en')).toBe('3 free places instead of 4');
    expect(limit.words(3, 'de')).toBe('3 freie Plätze statt 4');
    expect(limit.words(1, 'en')).toBe('1 free place instead of 4');
    expect(limit.words(1, 'de')).toBe('1 freier Platz statt 4');
    expect(limit.loosenedTo(3).wish).toEqual({ preferenceId: 'p1', weight: 1, payload: { at_least: 3 } });
  });

  it('scores more places no lower, always from 0 to 1', async () => {
    await fc.assert(
      fc.asyncProperty(wished, free, free, async (places, one, other) => {
        const wish = await wishFor(places);
        const low = wish.assess(center(Math.min(one, other))).score ?? Number.NaN;
        const high = wish.assess(center(Math.max(one, other))).score ?? Number.NaN;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeGreaterThanOrEqual(low);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is satisfied by the number that its limit needs, never below 1, and by no greater one', async () => {
    await fc.assert(
      fc.asyncProperty(wished, free, async (places, given) => {
        const limit = await limitFor(places);
        const satisfies = (value: number): boolean => limit.loosenedTo(value).assess(center(given)).satisfied;
        const fewer = Array.from({ length: places - 1 }, (_, index) => places - 1 - index);
        const first = given >= places ? undefined : fewer.find(satisfies);
        expect(limit.neededFor(center(given))).toBe(first ?? null);
      }),
    );
  });

  it.each([[0], [501], [1.5], ['2'], [undefined]])('refuses at_least %o', (places) => {
    expect(freePlacesPayload.safeParse({ at_least: places }).error?.issues.map((issue) => issue.message)).toEqual([
      'at_least must be a whole number from 1 to 500',
    ]);
  });

  it.each([[1], [500]])('takes at_least %o', (places) => {
    expect(freePlacesPayload.parse({ at_least: places })).toEqual({ at_least: places });
  });
});
