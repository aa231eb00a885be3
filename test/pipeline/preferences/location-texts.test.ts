import * as fc from 'fast-check';
import { waysTexts } from '../../../src/pipeline/preferences/location-distance/ways-texts.ts';
import { describe, expect, test } from 'vitest';
import {
  kilometresWords,
  legWords,
  minutesWords,
} from '../../../src/pipeline/preferences/location-distance/location-texts.ts';
import { byBike, type Limits, legOf, type Way, within } from './location-legs.ts';

function words(limits: Limits, way?: Way): [string, string] {
  const leg = legOf(limits, way);
  return [legWords(leg, 'en'), legWords(leg, 'de')];
}

describe('a leg in words', () => {
  test.each([
    [byBike(20), { km: 2, minutes: 8 }, 'work: ideal bike time (8min)', 'Arbeit: ideale Fahrradzeit (8 Min.)'],
    [
      byBike(20),
      { km: 5, minutes: 20.2 },
      'work: too far by bike (21min, 1min over 20min)',
      'Arbeit: zu weit mit dem Rad (21 Min., 1 Min. über 20 Min.)',
    ],
    [
      byBike(20),
      { km: 5, minutes: Number.NaN },
      'work: cannot be reached by bike',
      'Arbeit: mit dem Rad nicht zu erreichen',
    ],
    [within(5), { km: 4.44 }, 'work: acceptable distance (4.4km)', 'Arbeit: annehmbare Entfernung (4,4 km)'],
    [within(5), { km: 5.03 }, 'work: too far (5.1km, 0.1km over 5km)', 'Arbeit: zu weit (5,1 km, 0,1 km über 5 km)'],
    [
      within(5.25),
      { km: 5.26 },
      'work: too far (5.3km, 0.1km over 5.25km)',
      'Arbeit: zu weit (5,3 km, 0,1 km über 5,25 km)',
    ],
    [
      within(0.04),
      { km: 0.05 },
      'work: too far (0.1km, 0.1km over 0.04km)',
      'Arbeit: zu weit (0,1 km, 0,1 km über 0,04 km)',
    ],
    [byBike(20), undefined, 'work: not known', 'Arbeit: nicht bekannt'],
  ])('says how far it is, and the limit as it was wished: %j %j', (limits, way, en, de) => {
    expect(words(limits, way)).toEqual([en, de]);
  });

  test.each([
    [{ km: 5.03, minutes: 8 }, 'work: too far (5.1km, 0.1km over 5km)'],
    [{ km: 4.9, minutes: 8 }, 'work: acceptable distance (4.9km)'],
    [{ km: 4.9, minutes: 20 }, 'work: acceptable bike time (20min)'],
    [{ km: 5.5, minutes: 24 }, 'work: too far by bike (24min, 4min over 20min)'],
    [{ km: 7.5, minutes: 24 }, 'work: too far (7.5km, 2.5km over 5km)'],
    [{ km: 7.5, minutes: Number.NaN }, 'work: cannot be reached by bike'],
  ])('is about the limit, of two, that the rating goes by: %j', (way, en) => {
    expect(words({ ...byBike(20), ...within(5) }, way)[0]).toBe(en);
  });

  test('never says of a way beyond its limit that it is within', () => {
    const number = fc.double({ min: 1e-3, max: 1000, noNaN: true });
    const pair = fc.record({ km: number, minutes: number });
    fc.assert(
      fc.property(pair, pair, (most, way) => {
        const [en] = words({ ...byBike(most.minutes), ...within(most.km) }, way);
        const beyond = way.km > most.km || way.minutes > most.minutes;
        const said = /\((?<way>[\d.]+)(?:km|min), (?<over>[\d.]+)(?:km|min) over (?<limit>[\d.]+)(?:km|min)\)$/u.exec(
          en,
        )?.groups;
        expect(said !== undefined).toBe(beyond);
        expect(Number(said?.['way'] ?? 1)).toBeGreaterThan(Number(said?.['limit'] ?? 0));
        expect(Number(said?.['over'] ?? 1)).toBeGreaterThan(0);
      }),
    );
  });
});

describe('a loosened limit in words', () => {
  test('says the wished value as it was wished', () => {
    expect(kilometresWords('en', 'home', 5.3, 5.25)).toBe('5.3 instead of 5.25 km from home');
    expect(kilometresWords('de', 'home', 5.3, 5.25)).toBe('5,3 statt 5,25 km von zu Hause');
    expect(kilometresWords('en', 'home', 0.1, 0.04)).toBe('0.1 instead of 0.04 km from home');
    expect(minutesWords('de', { name: 'work', mode: 'bike' }, 8, 7.5)).toBe(
      '8 statt 7,5 Minuten mit dem Rad zur Arbeit',
    );
  });

  test('goes from home, however it is written, and to any other place', () => {
    expect(minutesWords('en', { name: 'Home', mode: 'car' }, 8, 5)).toBe('8 instead of 5 minutes by car from home');
    expect(minutesWords('en', { name: 'work', mode: 'car' }, 8, 5)).toBe('8 instead of 5 minutes by car to work');
    expect(minutesWords('de', { name: 'Home', mode: 'car' }, 8, 5)).toBe('8 statt 5 Minuten mit dem Auto von zu Hause');
  });

  test('leaves a name that is not known as it is', () => {
    expect(minutesWords('en', { name: 'Oma', mode: 'car' }, 8, 5)).toBe('8 instead of 5 minutes by car to Oma');
    expect(minutesWords('de', { name: 'Oma', mode: 'car' }, 8, 5)).toBe('8 statt 5 Minuten mit dem Auto (Oma)');
    expect(kilometresWords('de', 'Oma', 6, 5)).toBe('6 statt 5 km (Oma)');
  });
});

test('a radius is said as it was given', () => {
  expect(waysTexts.de.wider('home', 2.25)).toMatch(/auf 2,25 km begrenzt/u);
});
