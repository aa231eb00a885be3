import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CandidateCenter } from '../../../src/db/centers.ts';
import { pedagogy, pedagogyPayload } from '../../../src/pipeline/preferences/pedagogy/pedagogy.ts';
import type { PreferenceType, PreparedWish } from '../../../src/pipeline/preferences/preference-type.ts';

function center(concept: string | null): CandidateCenter {
  return {
    id: 'c',
    name: 'Kita',
    location: { longitude: 13.4, latitude: 52.5 },
    distanceKm: 1,
    languages: null,
    pedagogy: concept,
    openingHours: null,
    freePlaces: null,
  };
}

async function wishFor(concept: string): Promise<PreparedWish> {
  return pedagogy.prepare({ preferenceId: 'p1', weight: 1, payload: pedagogyPayload.parse({ concept }) });
}

describe('the pedagogy preference', () => {
  it('is a simple type of the registry that reads one column', () => {
    const registered: PreferenceType = pedagogy;
    expect([registered.type, registered.complex, registered.columns]).toEqual(['pedagogy', null, ['pedagogy']]);
  });

  it.each([
    ['montessori', 'Montessori'],
    ['FRÖBEL', 'fröbel'],
    ['Fröbel', 'froebel'],
    ['Fröbel', 'Frobel'],
    ['Fro\u0308bel', 'Fröbel'],
    ['reggio_emilia', 'Reggio-Emilia'],
    ['Reggio Emilia', ' reggio  emilia '],
    ['Spiel und Spaß', 'spiel-und-spass'],
  ])('takes %s and %s for the same concept', async (wished, given) => {
    expect((await wishFor(wished)).assess(center(given))).toEqual({
      score: 1,
      satisfied: true,
      lowest: 1,
      highest: 1,
      canSatisfy: true,
      unknown: false,
      isExact: true,
    });
  });

  it.each([
    ['montessori', 'waldorf'],
    ['reggio emilia', 'reggio'],
    ['offene arbeit', 'offenearbeit'],
  ])('takes %s and %s for different ones', async (wished, given) => {
    expect((await wishFor(wished)).assess(center(given))).toEqual({
      score: 0,
      satisfied: false,
      lowest: 0,
      highest: 0,
      canSatisfy: false,
      unknown: false,
      isExact: true,
    });
  });

  it.each([[null], [''], [' - ']])('has no score where the center names none: %o', async (concept) => {
    const wish = await wishFor('montessori');
    const { score, satisfied, canSatisfy } = wish.assess(center(concept));
    expect([score, satisfied, canSatisfy]).toEqual([null, false, false]);
    expect(wish.explain(center(concept), 'en').details).toBe('pedagogy: not known');
    expect(wish.explain(center(concept), 'de').details).toBe('Pädagogik: nicht bekannt');
  });

  it('says the concept as people write it', async () => {
    const wish = await wishFor('montessori');
    expect(wish.explain(center('MONTESSORI'), 'en').details).toBe('pedagogy: MONTESSORI');
    expect(wish.explain(center('montessori'), 'de').details).toBe('Pädagogik: Montessori');
    expect(wish.explain(center('reggio_emilia'), 'en').details).toBe('pedagogy: Reggio Emilia instead of Montessori');
    expect(wish.explain(center('nach Fröbel'), 'de').details).toBe('Pädagogik: nach Fröbel statt Montessori');
  });

  it('costs another concept than the one wished, or that none is known', async () => {
    const wish = await wishFor('montessori');
    expect(wish.cost(center('Montessori'), 'en')).toBeNull();
    expect(wish.cost(center('waldorf'), 'en')).toBe('Waldorf instead of Montessori');
    expect(wish.cost(center('waldorf'), 'de')).toBe('Waldorf statt Montessori');
    expect(wish.cost(center(null), 'en')).toBe('pedagogy is not known');
    expect(wish.cost(center(' '), 'de')).toBe('Pädagogik ist nicht bekannt');
  });

  it('is satisfied by the very concept that was wished, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }), async (concept) => {
        const parsed = pedagogyPayload.safeParse({ concept });
        fc.pre(parsed.success);
        const wish = await wishFor(concept);
        expect(wish.assess(center(concept)).satisfied).toBe(true);
        expect(wish.assess(center(`another ${concept}`)).satisfied).toBe(false);
      }),
    );
  });

  it('has nothing to loosen, to warn of or to time', async () => {
    const wish = await wishFor('montessori');
    expect([wish.limits, wish.warnings(), wish.executionTimesMs()]).toEqual([[], [], []]);
  });

  it.each([
    [{}, 'concept is needed: a name such as "montessori"'],
    [{ concept: ' _ ' }, 'concept must name a concept, such as "montessori"'],
    [{ concept: 'a'.repeat(101) }, 'concept must have at most 100 characters'],
  ])('says what is wrong with %o', (payload, message) => {
    expect(pedagogyPayload.safeParse(payload).error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});
