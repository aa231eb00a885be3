import { describe, expect, test } from 'vitest';
import { fieldOf, placeName, placeQuestion, placeTexts } from '../../src/pipeline/places/place-texts.ts';

describe('the field of a place', () => {
  test.each([
    ['work', 'work_location'],
    [' Tante Änne ', 'tante_anne_location'],
    ['Großeltern', 'grosseltern_location'],
    ['GROẞELTERN', 'grosseltern_location'],
    ['Ægir & Søn', 'aegir_son_location'],
    ['Łódź', 'lodz_location'],
    ['Kita-Nr. 12', 'kita_nr_12_location'],
    ['Работа', 'работа_location'],
    ['Мой сад', 'мой_сад_location'],
    ['会社', '会社_location'],
    ['회사', '회사_location'],
    ['がっこう', 'がっこう_location'],
    ['स्कूल', 'स्कूल_location'],
    ['٤٢', '٤٢_location'],
    ['—', 'place_location'],
    ['🏠', 'place_location'],
  ])('called %j is %s', (name, field) => {
    expect(fieldOf({ name })).toBe(field);
  });
});

describe('the name of a place', () => {
  test('is translated where it is known, and stays as it was written elsewhere', () => {
    expect([placeName('de', ' Work'), placeName('de', 'Omas Haus')]).toEqual(['Arbeit', 'Omas Haus']);
  });

  test.each([['constructor'], ['toString'], ['__proto__']])('is never one of the language: %s', (name) => {
    expect([placeName('en', name), placeName('de', name)]).toEqual([name, name]);
    expect(placeTexts.en.where(name)).toBe(`Where is your ${name} located?`);
    expect(placeTexts.de.where(name)).toBe(`Wo liegt „${name}“?`);
  });
});

describe('the question for a place', () => {
  const work = { name: 'work', preferenceId: null, requiredFor: 'distance_calculation' };

  test('after an answer that did not do is true whatever was wrong with it', () => {
    const why = { reason: 'not_found', attempt: 2 } as const;
    expect(placeQuestion('en', work, why).question).toBe(
      'Please give the address for work more exactly: street, number and city, or coordinates.',
    );
    expect(placeQuestion('de', work, why).question).toBe(
      'Bitte nennen Sie die Adresse für „Arbeit“ genauer: Straße, Hausnummer und Ort oder Koordinaten.',
    );
  });
});

test('a place that could not be looked up is told of as that', () => {
  expect(placeTexts.en.unknown.unavailable('work')).toBe(
    'The place for work could not be looked up, because addresses cannot be looked up right now; it is not taken into account.',
  );
  expect(placeTexts.de.unknown.unavailable('work')).toMatch(/^„Arbeit“ konnte nicht nachgeschlagen werden/u);
});
