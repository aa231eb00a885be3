import { describe, expect, it } from 'vitest';
import type { CandidateCenter } from '../../../src/db/centers.ts';
import { language, languagePayload } from '../../../src/pipeline/preferences/language/language.ts';
import type { PreferenceType, PreparedWish } from '../../../src/pipeline/preferences/preference-type.ts';

function center(languages: readonly string[] | null): CandidateCenter {
  return {
    id: 'c',
    name: 'Kita',
    location: { longitude: 13.4, latitude: 52.5 },
    distanceKm: 1,
    languages,
    pedagogy: null,
    openingHours: null,
    freePlaces: null,
  };
}

async function wishFor(code: string): Promise<PreparedWish> {
  return language.prepare({ preferenceId: 'p1', weight: 1, payload: languagePayload.parse({ language: code }) });
}

describe('the language preference', () => {
  it('is a simple type of the registry that reads one column', () => {
    const registered: PreferenceType = language;
    expect([registered.type, registered.complex, registered.columns]).toEqual(['language', null, ['languages']]);
  });

  it('is satisfied where the language is spoken', async () => {
    expect((await wishFor('en')).assess(center(['de', 'en']))).toEqual({
      score: 1,
      satisfied: true,
      lowest: 1,
      highest: 1,
      canSatisfy: true,
      unknown: false,
      isExact: true,
    });
  });

  it('scores 0 where only others are spoken', async () => {
    expect((await wishFor('en')).assess(center(['de', 'tr']))).toEqual({
      score: 0,
      satisfied: false,
      lowest: 0,
      highest: 0,
      canSatisfy: false,
      unknown: false,
      isExact: true,
    });
  });

  it.each([[null], [[]], [['', ' ']]])('has no score where the center names none: %o', async (languages) => {
    const wish = await wishFor('en');
    expect(wish.assess(center(languages))).toEqual({
      score: null,
      satisfied: false,
      lowest: null,
      highest: null,
      canSatisfy: false,
      unknown: true,
      isExact: true,
    });
    expect(wish.explain(center(languages), 'en').details).toBe('languages: not known');
    expect(wish.explain(center(languages), 'de').details).toBe('Sprachen: nicht bekannt');
  });

  it.each([
    ['EN', 'en'],
    ['en', 'en-GB'],
    ['deu', 'de'],
    ['de', 'DEU'],
    ['hsb', 'hsb'],
    ['xx', 'XX'],
  ])('takes %s and %s for the same language', async (wished, spoken) => {
    expect((await wishFor(wished)).assess(center([spoken])).satisfied).toBe(true);
  });

  it('names languages in the language of the session', async () => {
    const wish = await wishFor('en');
    expect(wish.explain(center(['de', 'en']), 'en').details).toBe('English: spoken here');
    expect(wish.explain(center(['de', 'en']), 'de').details).toBe('Englisch: wird hier gesprochen');
    expect(wish.explain(center(['de', 'tr']), 'en').details).toBe('English: not among its languages (German, Turkish)');
    expect(wish.explain(center(['de', 'tr']), 'de').details).toBe(
      'Englisch: nicht unter den Sprachen der Kita (Deutsch, Türkisch)',
    );
  });

  it('costs that it is not spoken, or that languages are not known', async () => {
    const wish = await wishFor('en');
    expect(wish.cost(center(['de', 'en']), 'en')).toBeNull();
    expect(wish.cost(center(['de']), 'en')).toBe('English is not spoken');
    expect(wish.cost(center(['de']), 'de')).toBe('Englisch wird nicht gesprochen');
    expect(wish.cost(center(null), 'en')).toBe('languages are not known');
    expect(wish.cost(center(['']), 'de')).toBe('Sprachen sind nicht bekannt');
  });

  it('says a word that is no code as it stands', async () => {
    const wish = await wishFor('en');
    expect(wish.explain(center(['Plattdeutsch (a bit)']), 'en').details).toBe(
      'English: not among its languages (plattdeutsch (a bit))',
    );
  });

  it('has nothing to loosen, to warn of or to time', async () => {
    const wish = await wishFor('en');
    expect([wish.limits, wish.warnings(), wish.executionTimesMs()]).toEqual([[], [], []]);
  });

  it.each([
    [{}, 'language is needed: a code such as "en"'],
    [{ language: 'english' }, 'language must be a code of two or three letters, such as "en"'],
    [{ language: 'e' }, 'language must be a code of two or three letters, such as "en"'],
    [{ language: 'e1' }, 'language must be a code of two or three letters, such as "en"'],
  ])('says what is wrong with %o', (payload, message) => {
    expect(languagePayload.safeParse(payload).error?.issues.map((issue) => issue.message)).toEqual([message]);
  });
});
