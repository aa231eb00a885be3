import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CARE_DAYS } from '../../../src/pipeline/preferences/care-hours/care-hours-payload.ts';
import { clockTime } from '../../../src/pipeline/preferences/care-hours/clock-time.ts';
import { centerOpen, limitNamed, prepared, type Wished } from './care-hours-support.ts';

/** Simple opening hours: for each day up to two spans, in minutes since midnight. */
const daySpans = fc
  .uniqueArray(fc.integer({ min: 0, max: 1440 }), { maxLength: 4 })
  .map((times) => times.toSorted((one, other) => one - other))
  .map((times) => Array.from({ length: Math.floor(times.length / 2) }, (_, i) => times.slice(2 * i, 2 * i + 2)));
const weekSpans = fc.array(daySpans, { minLength: 7, maxLength: 7 });
type WeekSpans = readonly (readonly (readonly number[])[])[];

const wishes: fc.Arbitrary<Wished> = fc
  .record({
    days: fc.subarray([...CARE_DAYS], { minLength: 1 }),
    times: fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 2, maxLength: 2 }),
  })
  .map(({ days, times }) => ({
    days,
    from: clockTime(Math.min(...times)),
    to: clockTime(Math.max(...times)),
  }));

/** The same in OpenStreetMap's syntax. */
function written(week: WeekSpans): string {
  const names = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
  const rules = week.flatMap((spans, day) =>
    spans.length === 0
      ? []
      : [`${names[day]} ${spans.map(([start, end]) => `${clockTime(start ?? 0)}-${clockTime(end ?? 0)}`).join(',')}`],
  );
  return rules.length === 0 ? 'off' : rules.join('; ');
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** Minute by minute, as slow and as plain as can be. */
function uncoveredByCounting(wished: Wished, week: WeekSpans): number {
  let uncovered = 0;
  for (const day of wished.days) {
    const spans = week[CARE_DAYS.indexOf(day)] ?? [];
    for (let minute = minutesOf(wished.from); minute < minutesOf(wished.to); minute += 1) {
      if (!spans.some(([start = 0, end = 0]) => start <= minute && minute < end)) uncovered += 1;
    }
  }
  return uncovered;
}

async function scoreOf(wished: Wished, week: WeekSpans): Promise<number | null> {
  const hours = written(week);
  return (await prepared(wished, hours)).assess(centerOpen(hours)).score;
}

describe('care_hours, for any hours and wishes', () => {
  it('counts the same minutes as a count minute by minute', async () => {
    await fc.assert(
      fc.asyncProperty(wishes, weekSpans, async (wished, week) => {
        const hours = written(week);
        const wish = await prepared(wished, hours);
        const asked = wished.days.length * (minutesOf(wished.to) - minutesOf(wished.from));
        const uncovered = uncoveredByCounting(wished, week);
        const { score: given, satisfied } = wish.assess(centerOpen(hours));
        expect(wish.explain(centerOpen(hours), 'en').facts).toEqual({ uncoveredMinutes: uncovered });
        expect(given).toBeCloseTo(1 - uncovered / asked, 9);
        expect(given).toBeGreaterThanOrEqual(0);
        expect(given).toBeLessThanOrEqual(1);
        expect(satisfied).toBe(uncovered === 0);
      }),
    );
  });

  it('never scores longer hours lower', async () => {
    await fc.assert(
      fc.asyncProperty(wishes, weekSpans, fc.nat(6), async (wished, week, day) => {
        const longer = week.map((spans, index) => (index === day ? [[0, 1440]] : spans));
        const less = (await scoreOf(wished, week)) ?? Number.NaN;
        const more = (await scoreOf(wished, longer)) ?? Number.NaN;
        expect(more).toBeGreaterThanOrEqual(less);
      }),
    );
  });

  // Ends of opening hours that lie near those of the wish, or else one change alone would seldom be enough.
  const nearMisses = fc
    .record({
      from: fc.integer({ min: 1, max: 700 }),
      to: fc.integer({ min: 702, max: 1440 }),
      late: fc.array(fc.integer({ min: -10, max: 60 }), { minLength: 7, maxLength: 7 }),
      early: fc.array(fc.integer({ min: -10, max: 60 }), { minLength: 7, maxLength: 7 }),
      missing: fc.constantFrom('start', 'end', 'both'),
      days: fc.subarray([...CARE_DAYS], { minLength: 1 }),
    })
    .map(({ from, to, late, early, missing, days }) => ({
      wished: { days, from: clockTime(from), to: clockTime(to) },
      week: CARE_DAYS.map((_, day) => {
        const opens = Math.max(0, from + (missing === 'end' ? Math.min(0, late[day] ?? 0) : (late[day] ?? 0)));
        const closes = Math.min(1440, to - (missing === 'start' ? Math.min(0, early[day] ?? 0) : (early[day] ?? 0)));
        return opens < closes ? [[opens, closes]] : [];
      }),
    }));

  it('is satisfied by the value that a limit needs, and by none that is nearer to the wish', async () => {
    let useful = 0;
    await fc.assert(
      fc.asyncProperty(nearMisses, async ({ wished, week }) => {
        const hours = written(week);
        const wish = await prepared(wished, hours);
        for (const [key, inward] of [
          ['from', 1],
          ['to', -1],
        ] as const) {
          const limit = limitNamed(wish, key);
          const needed = limit.neededFor(centerOpen(hours));
          const satisfies = (value: number): boolean => limit.loosenedTo(value).assess(centerOpen(hours)).satisfied;
          const [from, to] = [minutesOf(wished.from), minutesOf(wished.to)];
          const steps = Array.from({ length: 289 }, (_, index) => index * 5)
            .filter((value) => value > from && value < to)
            .toSorted((one, other) => inward * (one - other));
          const first = wish.assess(centerOpen(hours)).satisfied ? undefined : steps.find(satisfies);
          expect(needed).toBe(first ?? null);
          if (needed !== null) useful += 1;
        }
      }),
    );
    expect(useful).toBeGreaterThan(20);
  });
});
