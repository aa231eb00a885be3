import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onNextWorkingDay } from '../../src/geo/next-working-day.ts';

const HALF_PAST_EIGHT = { hour: 8, minute: 30 };

function after(now: string, timeZone = 'Europe/Berlin', time = HALF_PAST_EIGHT): string {
  return onNextWorkingDay(Date.parse(now), time, timeZone);
}

describe('the next working day', () => {
  test('is tomorrow on a weekday, however early it is today', () => {
    expect(after('2026-11-23T05:00:00+01:00')).toBe('2026-11-24T08:30:00+01:00');
    expect(after('2026-11-23T23:59:59+01:00')).toBe('2026-11-24T08:30:00+01:00');
  });

  test('is Monday from Friday to Sunday', () => {
    for (const day of ['27', '28', '29']) {
      expect(after(`2026-11-${day}T12:00:00+01:00`)).toBe('2026-11-30T08:30:00+01:00');
    }
  });

  test('is counted from the day that it is in the time zone', () => {
    // Sunday in Berlin, still Saturday in New York, and already Monday in Auckland.
    const now = '2026-11-29T11:30:00Z';
    expect(after(now)).toBe('2026-11-30T08:30:00+01:00');
    expect(after(now, 'America/New_York')).toBe('2026-11-30T08:30:00-05:00');
    expect(after(now, 'Pacific/Auckland')).toBe('2026-12-01T08:30:00+13:00');
  });

  test('has the offset of its own day where the clocks change over the weekend', () => {
    expect(after('2026-03-27T12:00:00+01:00')).toBe('2026-03-30T08:30:00+02:00');
    expect(after('2026-10-23T12:00:00+02:00')).toBe('2026-10-26T08:30:00+01:00');
  });

  test('moves a time on that the clocks skip, and takes the first of one that comes twice', () => {
    // In Cairo the clocks change in the night to a Friday.
    const halfPastMidnight = { hour: 0, minute: 30 };
    expect(after('2024-04-25T12:00:00+02:00', 'Africa/Cairo', halfPastMidnight)).toBe('2024-04-26T01:30:00+03:00');
    const halfPastEleven = { hour: 23, minute: 30 };
    expect(after('2024-10-30T12:00:00+03:00', 'Africa/Cairo', halfPastEleven)).toBe('2024-10-31T23:30:00+03:00');
  });

  test('lies one to three days ahead, from Monday to Friday, at the time that was asked for', () => {
    const moment = fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2034-01-01') });
    fc.assert(
      fc.property(moment, (now) => {
        const arrival = onNextWorkingDay(now, HALF_PAST_EIGHT, 'Europe/Berlin');
        expect(arrival).toMatch(/^\d{4}-\d\d-\d\dT08:30:00\+0[12]:00$/u);
        const day = new Date(arrival.slice(0, 10));
        expect([1, 2, 3, 4, 5]).toContain(day.getUTCDay());
        const today = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Berlin' }).format(now);
        const daysAhead = (day.getTime() - Date.parse(today)) / 86_400_000;
        expect(daysAhead).toBeGreaterThanOrEqual(1);
        expect(daysAhead).toBeLessThanOrEqual(day.getUTCDay() === 1 ? 3 : 1);
      }),
    );
  });
});
