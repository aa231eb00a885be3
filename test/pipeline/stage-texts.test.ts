import { describe, expect, test } from 'vitest';
import { stageTexts } from '../../src/pipeline/stages/stage-texts.ts';

describe('what the stages say', () => {
  test('has numbers as the language writes them', () => {
    expect(stageTexts.en.searching(2.5)).toBe('Searching for centers within 2.5 km');
    expect(stageTexts.de.searching(2.5)).toBe('Kitas im Umkreis von 2,5 km werden gesucht');
    expect(stageTexts.de.noCenters(2.5)).toBe('Im Umkreis von 2,5 km gibt es keine passende Kita.');
  });

  test('claims no reason that need not be one', () => {
    expect(stageTexts.en.noCenters(2.5)).toBe('There is no suitable center within 2.5 km.');
    expect(stageTexts.en.ignored('astrology')).toMatch(/is not known or not valid/u);
    expect(stageTexts.de.ignored('astrology')).toMatch(/ist nicht bekannt oder nicht gültig/u);
    expect(stageTexts.en.unknownDecides).toMatch(/^No center can be said to meet all of your wishes, because not /u);
    expect(stageTexts.de.unknownDecides).toMatch(/weil nicht alles bekannt ist/u);
  });

  test('speaks of one center as of one', () => {
    expect(stageTexts.en.loosen('6 instead of 5 km', 1)).toMatch(/\? 1 center would meet all of them then\.$/u);
    expect(stageTexts.de.loosen('6 statt 5 km', 1)).toMatch(/\? Dann erfüllt 1 Kita alle\.$/u);
    expect(stageTexts.de.loosen('6 statt 5 km', 2)).toMatch(/\? Dann erfüllen 2 Kitas alle\.$/u);
  });

  test('is plain', () => {
    expect(stageTexts.en.homeUnknown).toBe('Home is not known; the search is around another place.');
    expect(stageTexts.de.nothingSatisfies('6 statt 5 km (Zuhause)')).toMatch(
      / Die kleinste Änderung, die helfen würde: 6 statt 5 km \(Zuhause\)\.$/u,
    );
  });
});
