import { describe, expect, it } from 'vitest';
import { careHours } from '../../../src/pipeline/preferences/care-hours/care-hours.ts';
import { NEUTRAL_SCORE } from '../../../src/pipeline/preferences/neutral-score.ts';
import type { PreferenceType } from '../../../src/pipeline/preferences/preference-type.ts';
import type { Locale } from '../../../src/protocol.ts';
import { centerOpen, LONG_DAY, preparationFor, prepared, type Wished } from './care-hours-support.ts';

async function scoreOf(wished: Wished, hours: string | null): Promise<number | null> {
  return (await prepared(wished, hours)).assess(centerOpen(hours)).score;
}

async function detailsOf(wished: Wished, hours: string | null, locale: Locale = 'en'): Promise<string> {
  return (await prepared(wished, hours)).explain(centerOpen(hours), locale).details;
}

describe('the care_hours preference', () => {
  it('is a complex type of the registry with three steps', async () => {
    const registered: PreferenceType = careHours;
    const wish = await prepared(LONG_DAY, 'Mo-Fr 06:00-18:00');
    expect(registered.complex?.pipeline).toEqual(['opening_hours_parser', 'coverage_calculator', 'care_hours_scorer']);
    expect(wish.executionTimesMs()).toEqual([4, 2, 2]);
    expect(wish.type).toBe(careHours);
  });

  it('is satisfied when every asked minute is covered', async () => {
    const wish = await prepared(LONG_DAY, 'Mo-Fr 06:30-18:00');
    expect(wish.assess(centerOpen('Mo-Fr 06:30-18:00'))).toEqual({
      score: 1,
      satisfied: true,
      lowest: 1,
      highest: 1,
      canSatisfy: true,
      unknown: false,
      isExact: true,
    });
    expect(wish.explain(centerOpen('Mo-Fr 06:30-18:00'), 'en').facts).toEqual({ uncoveredMinutes: 0 });
  });

  it('scores the share of the asked minutes that is covered', async () => {
    expect(await scoreOf({ days: ['mo', 'tu'], from: '08:00', to: '16:00' }, 'Mo 08:00-16:00; Tu 12:00-14:00')).toBe(
      0.625,
    );
    expect(await scoreOf(LONG_DAY, 'Sa,Su 00:00-24:00')).toBe(0);
  });

  it('is not satisfied when one minute is missing', async () => {
    const hours = 'Mo-Fr 06:30-18:00; Fr 06:31-18:00';
    const wish = await prepared(LONG_DAY, hours);
    expect(wish.assess(centerOpen(hours)).satisfied).toBe(false);
    expect(wish.explain(centerOpen(hours), 'en').facts).toEqual({ uncoveredMinutes: 1 });
  });

  it.each([null, '', 'on request, please'])('is neutral where the hours are unknown: %o', async (hours) => {
    const asked = centerOpen(hours);
    const wish = await prepared(LONG_DAY, hours);
    expect(wish.assess(asked)).toEqual({
      score: NEUTRAL_SCORE,
      satisfied: false,
      lowest: NEUTRAL_SCORE,
      highest: NEUTRAL_SCORE,
      canSatisfy: false,
      unknown: true,
      isExact: true,
    });
    expect(wish.explain(asked, 'en')).toEqual({ details: 'care hours: not known', facts: { uncoveredMinutes: null } });
    expect(wish.limits.map((limit) => limit.neededFor(asked))).toEqual([null, null]);
  });

  it('assesses a center that was no candidate', async () => {
    expect((await prepared(LONG_DAY)).assess(centerOpen('Mo-Fr 06:00-18:00')).satisfied).toBe(true);
  });

  it('reports once that the hours are compared', async () => {
    const { preparation, reported } = preparationFor([centerOpen('24/7'), centerOpen(null)]);
    await careHours.prepare({ preferenceId: 'p1', weight: 1, payload: { ...LONG_DAY, days: ['mo'] } }, preparation);
    expect(reported).toEqual(['p1:compared 1 Opening hours of 2 centers compared']);
  });
});

describe('the warning of unknown opening hours', () => {
  it('counts the candidates, not the texts', async () => {
    const wish = await prepared(LONG_DAY, '24/7', null, 'nonsense', 'nonsense', 'Mo-Fr 07:00-17:00');
    expect(wish.warnings()).toEqual([
      {
        code: 'opening_hours_unknown',
        field: 'care_hours',
        message: 'Opening hours are not known for 3 of 5 centers; their care hours count as neither good nor bad.',
      },
    ]);
  });

  it('is in the language of the session', async () => {
    const wish = { preferenceId: 'p1', weight: 1, payload: { ...LONG_DAY, days: [...LONG_DAY.days] } };
    const german = await careHours.prepare(wish, preparationFor([centerOpen(null)], 'de').preparation);
    expect(german.warnings().map(({ message }) => message)).toEqual([
      'Für 1 von 1 Kitas sind keine Öffnungszeiten bekannt; ihre Betreuungszeiten zählen weder als gut noch als schlecht.',
    ]);
  });

  it('is not there when all hours are known, closed ones included', async () => {
    expect((await prepared(LONG_DAY, '24/7', 'off')).warnings()).toEqual([]);
  });
});

describe('the details of care_hours', () => {
  it.each([
    [LONG_DAY, '24/7', 'care hours: covered on all 5 days', 'Betreuungszeiten: an allen 5 Tagen abgedeckt'],
    [
      { ...LONG_DAY, days: ['mo', 'tu'] },
      '24/7',
      'care hours: covered on both days',
      'Betreuungszeiten: an beiden Tagen abgedeckt',
    ],
    [
      { ...LONG_DAY, days: ['mo'] },
      '24/7',
      'care hours: covered on the day wished',
      'Betreuungszeiten: am gewünschten Tag abgedeckt',
    ],
    [
      LONG_DAY,
      'Mo-Th 06:00-18:00; Fr 06:00-17:30',
      'care hours: 30min a week short (Fr until 17:30)',
      'Betreuungszeiten: pro Woche fehlen 30 Min. (Fr bis 17:30)',
    ],
    [
      LONG_DAY,
      'Mo-We,Fr 07:00-18:00; Th 06:00-18:00',
      'care hours: 2h a week short (Mo–We, Fr from 07:00)',
      'Betreuungszeiten: pro Woche fehlen 2 Std. (Mo–Mi, Fr ab 07:00)',
    ],
    [
      LONG_DAY,
      'Mo,Tu 07:00-17:00; We-Fr 06:00-12:00,13:00-18:00',
      'care hours: 6h a week short (Mo, Tu 07:00–17:00; We–Fr 06:30–12:00 and 13:00–18:00)',
      'Betreuungszeiten: pro Woche fehlen 6 Std. (Mo, Di 07:00–17:00; Mi–Fr 06:30–12:00 und 13:00–18:00)',
    ],
    [
      { days: ['fr', 'sa'], from: '08:00', to: '13:15' },
      'Fr 06:00-18:00',
      'care hours: 5h 15min a week short (Sa not at all)',
      'Betreuungszeiten: pro Woche fehlen 5 Std. 15 Min. (Sa gar nicht)',
    ],
    [LONG_DAY, null, 'care hours: not known', 'Betreuungszeiten: nicht bekannt'],
  ] as const)('of %o at %s', async (wished, hours, english, german) => {
    expect(await detailsOf(wished, hours)).toBe(english);
    expect(await detailsOf(wished, hours, 'de')).toBe(german);
  });

  it('stay short when every day lacks something else', async () => {
    const hours = 'Mo 07:00-18:00; Tu 07:10-18:00; We 07:20-18:00; Th 07:30-18:00; Fr 07:40-18:00';
    expect(await detailsOf(LONG_DAY, hours)).toBe(
      'care hours: 4h 10min a week short (Mo from 07:00; Tu from 07:10; We from 07:20; …)',
    );
  });
});
