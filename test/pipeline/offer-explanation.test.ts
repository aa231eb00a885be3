import { describe, expect, test } from 'vitest';
import type { CandidateCenter } from '../../src/db/centers.ts';
import { freePlaces } from '../../src/pipeline/preferences/free-places/free-places.ts';
import { language } from '../../src/pipeline/preferences/language/language.ts';
import { pedagogy } from '../../src/pipeline/preferences/pedagogy/pedagogy.ts';
import type { PreparedWish } from '../../src/pipeline/preferences/preference-type.ts';
import { offerExplanation } from '../../src/pipeline/stages/offer-explanation.ts';
import { prepared, LONG_DAY } from './preferences/care-hours-support.ts';

const CENTER: CandidateCenter = {
  id: 'c',
  name: 'Kita',
  location: { longitude: 13.4, latitude: 52.5 },
  distanceKm: 1,
  languages: ['de'],
  pedagogy: 'waldorf',
  openingHours: 'Mo-Fr 07:00-18:00',
  freePlaces: 1,
};

const FITTING: CandidateCenter = {
  ...CENTER,
  languages: ['en'],
  pedagogy: 'montessori',
  openingHours: 'Mo-Fr 06:00-18:00',
  freePlaces: 2,
};

async function wishes(): Promise<PreparedWish[]> {
  return Promise.all([
    prepared(LONG_DAY, CENTER.openingHours, FITTING.openingHours),
    language.prepare({ preferenceId: 'p2', weight: 1, payload: { language: 'en' } }),
    pedagogy.prepare({ preferenceId: 'p3', weight: 1, payload: { concept: 'montessori' } }),
    freePlaces.prepare({ preferenceId: 'p4', weight: 1, payload: { at_least: 2 } }),
  ]);
}

describe('the explanation of an offer', () => {
  test('is what the center costs against each wish, in their order, as one sentence', async () => {
    const [hours, spoken, concept, places] = await wishes();
    const all = [hours, spoken, concept, places].filter((wish) => wish !== undefined);
    expect(offerExplanation(all, CENTER, 'en')).toBe(
      'Opens 30 minutes later than wished; English is not spoken; Waldorf instead of Montessori; 1 free place instead of 2.',
    );
    expect(offerExplanation(all, CENTER, 'de')).toBe(
      'Öffnet 30 Minuten später als gewünscht; Englisch wird nicht gesprochen; Waldorf statt Montessori; 1 freier Platz statt 2.',
    );
    expect(offerExplanation(all.toReversed(), { ...FITTING, languages: [] }, 'en')).toBe('Languages are not known.');
  });

  test('says that a center meets every wish where it costs nothing', async () => {
    expect(offerExplanation(await wishes(), FITTING, 'en')).toBe('Meets every wish.');
    expect(offerExplanation(await wishes(), FITTING, 'de')).toBe('Erfüllt alle Wünsche.');
    expect(offerExplanation([], CENTER, 'en')).toBe('Meets every wish.');
  });

  test('says but once what two wishes cost alike', async () => {
    const all = await wishes();
    const silent = { ...FITTING, openingHours: null };
    expect(offerExplanation([...all, ...all], silent, 'en')).toBe('Opening hours are not known.');
  });

  test('begins with a capital also where the first letter is an umlaut', async () => {
    const all = await wishes();
    const wish: PreparedWish | undefined = all[0] && { ...all[0], cost: () => 'über alles' };
    expect(offerExplanation(wish ? [wish] : [], CENTER, 'de')).toBe('Über alles.');
  });
});
