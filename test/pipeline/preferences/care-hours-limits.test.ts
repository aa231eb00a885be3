import { describe, expect, it } from 'vitest';
import { centerOpen, limitNamed, LONG_DAY, prepared } from './care-hours-support.ts';

describe('the limits of care_hours', () => {
  it('name the nearest later start, rounded up to five minutes', async () => {
    const hours = 'Mo-Fr 06:00-18:00; We 06:41-18:00';
    const start = limitNamed(await prepared(LONG_DAY, hours), 'from');
    const needed = start.neededFor(centerOpen(hours));
    expect(needed).toBe(6 * 60 + 45);
    expect(start.fieldName).toBe('care_hours_from');
    expect(start.words(needed ?? 0, 'en')).toBe('06:45 instead of 06:30 as the start of care');
    expect(start.words(needed ?? 0, 'de')).toBe('06:45 statt 06:30 Uhr als Betreuungsbeginn');
    expect(start.relativeChange(needed ?? 0)).toBeCloseTo(15 / 690, 12);
  });

  it('name the nearest earlier end, rounded down to five minutes', async () => {
    const hours = 'Mo-Fr 06:00-18:00; We 06:00-17:34';
    const end = limitNamed(await prepared(LONG_DAY, hours), 'to');
    const needed = end.neededFor(centerOpen(hours));
    expect(needed).toBe(17 * 60 + 30);
    expect(end.fieldName).toBe('care_hours_to');
    expect(end.words(needed ?? 0, 'en')).toBe('17:30 instead of 18:00 as the end of care');
    expect(end.words(needed ?? 0, 'de')).toBe('17:30 statt 18:00 Uhr als Betreuungsende');
    expect(end.relativeChange(needed ?? 0)).toBeCloseTo(30 / 690, 12);
  });

  it.each([
    ['nothing is missing', 'Mo-Fr 06:00-18:00'],
    ['both ends are missing', 'Mo-Fr 07:00-17:00'],
    ['a day is closed', 'Mo-Th 06:00-18:00'],
    ['it opens on a day only when care ends', 'Mo-Fr 06:00-18:00; Mo 18:00-20:00'],
  ])('are of no use where %s', async (_, hours) => {
    const wish = await prepared(LONG_DAY, hours);
    expect(wish.limits.map((limit) => limit.neededFor(centerOpen(hours)))).toEqual([null, null]);
  });

  it.each([
    ['from', 'Mo-Fr 17:58-18:00'],
    ['to', 'Mo-Fr 06:30-06:32'],
  ])('never leave a wish for no time at all: %s', async (key, hours) => {
    expect(limitNamed(await prepared(LONG_DAY, hours), key).neededFor(centerOpen(hours))).toBeNull();
  });

  it('loosen the wish itself', async () => {
    const hours = 'Mo-Fr 07:00-18:00';
    const loosened = limitNamed(await prepared(LONG_DAY, hours), 'from').loosenedTo(7 * 60);
    expect(loosened.wish).toEqual({ preferenceId: 'p1', weight: 1, payload: { ...LONG_DAY, from: '07:00' } });
    expect(loosened.assess(centerOpen(hours)).satisfied).toBe(true);
    expect(loosened.explain(centerOpen(hours), 'en').details).toBe('care hours: covered on all 5 days');
  });
});
