import { describe, expect, it } from 'vitest';
import type { Locale } from '../../../src/protocol.ts';
import { centerOpen, LONG_DAY, prepared, type Wished } from './care-hours-support.ts';

async function costOf(wished: Wished, hours: string | null, locale: Locale = 'en'): Promise<string | null> {
  return (await prepared(wished, hours)).cost(centerOpen(hours), locale);
}

const TWO_DAYS: Wished = { days: ['mo', 'we'], from: '08:00', to: '12:00' };

describe('what opening hours cost against the care hours wished', () => {
  it('is nothing where all of them are covered', async () => {
    expect(await costOf(LONG_DAY, 'Mo-Su 06:00-20:00')).toBeNull();
  });

  it.each([null, 'on request, please'])('is that they are not known: %o', async (hours) => {
    expect(await costOf(LONG_DAY, hours)).toBe('opening hours are not known');
    expect(await costOf(LONG_DAY, hours, 'de')).toBe('Öffnungszeiten sind nicht bekannt');
  });

  it.each([
    [
      'a later start on some days',
      'Mo-Fr 06:00-18:00; Mo,Fr 07:00-18:00',
      'opens 30 minutes later than wished on Monday and Friday',
      'öffnet am Montag und Freitag 30 Minuten später als gewünscht',
    ],
    [
      'a later start on every day',
      'Mo-Fr 06:31-18:00',
      'opens 1 minute later than wished',
      'öffnet 1 Minute später als gewünscht',
    ],
    [
      'an earlier end on most days',
      'Mo-Fr 06:00-16:30; We 06:00-18:00',
      'closes 1 hour 30 minutes earlier than wished on 4 of 5 days',
      'schließt an 4 von 5 Tagen 1 Stunde 30 Minuten früher als gewünscht',
    ],
    [
      'both at once',
      'Mo-Fr 07:00-16:00',
      'opens 30 minutes later than wished, closes 2 hours earlier than wished',
      'öffnet 30 Minuten später als gewünscht, schließt 2 Stunden früher als gewünscht',
    ],
    [
      'a day that is closed, and another that ends early',
      'Mo-Fr 06:00-18:00; We off; Fr 06:00-15:00',
      'closed on Wednesday, closes 3 hours earlier than wished on Friday',
      'am Mittwoch geschlossen, schließt am Freitag 3 Stunden früher als gewünscht',
    ],
    [
      'three days that are closed',
      'Mo-Tu 06:00-18:00',
      'closed on Wednesday, Thursday and Friday',
      'am Mittwoch, Donnerstag und Freitag geschlossen',
    ],
    ['all days closed', 'Sa-Su 06:00-18:00', 'closed on all 5 days', 'an allen 5 Tagen geschlossen'],
  ])('names %s', async (_, hours, english, german) => {
    expect(await costOf(LONG_DAY, hours)).toBe(english);
    expect(await costOf(LONG_DAY, hours, 'de')).toBe(german);
  });

  it.each([
    ['a pause', 'Mo-Fr 06:00-18:00; We 06:30-12:00,13:00-18:00', '1 hour', '1 Stunde'],
    [
      'more than two different gaps',
      'Mo-Fr 06:00-18:00; Mo 07:00-18:00; Tu 08:00-18:00; We off',
      '13 hours 30 minutes',
      '13 Stunden 30 Minuten',
    ],
  ])('is the time that is missing in a week where there is %s', async (_, hours, english, german) => {
    expect(await costOf(LONG_DAY, hours)).toBe(`open ${english} a week less than wished`);
    expect(await costOf(LONG_DAY, hours, 'de')).toBe(`pro Woche ${german} weniger geöffnet als gewünscht`);
  });

  it('does not call a day closed on which the center opens after the hours wished', async () => {
    const hours = 'Mo 08:00-12:00; We 13:00-18:00';
    expect(await costOf(TWO_DAYS, hours)).toBe('not open at the hours wished on Wednesday');
    expect(await costOf(TWO_DAYS, hours, 'de')).toBe('am Mittwoch nicht zu den gewünschten Zeiten geöffnet');
  });

  it('is null exactly where the wish is met', async () => {
    for (const hours of ['Mo,We 08:00-12:00', 'Mo,We 08:01-12:00', 'Mo 08:00-12:00', '24/7', 'We 11:00-11:59']) {
      const wish = await prepared(TWO_DAYS, hours);
      expect(wish.cost(centerOpen(hours), 'en') === null).toBe(wish.assess(centerOpen(hours)).satisfied);
    }
  });
});
