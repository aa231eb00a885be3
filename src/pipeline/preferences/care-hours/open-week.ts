import OpeningHours from 'opening_hours';

export const MINUTES_A_DAY = 1_440;

/** A time in which a center is open, in minutes since Monday 00:00, 0 to 10080; `end` is no longer in it. */
export interface OpenSpan {
  readonly start: number;
  readonly end: number;
}

/** When a center is open in a week, in order; no two spans touch. */
export type OpenWeek = readonly OpenSpan[];

/**
 * The week in which opening hours are looked at: Monday 9 to Sunday 15 November 2026. In Berlin there is no public or
 * school holiday in it nor within a week of it, so that `PH off` and `SH off` change nothing, as in most weeks a child
 * goes to daycare; and no time zone on earth changes its clock in it. Hours that depend on the season are those of
 * November.
 */
export const REFERENCE_WEEK = { year: 2026, month: 11, firstDay: 9 } as const;

/**
 * OpenStreetMap allows 255 characters in a value; four times that is still read. The time to read a value grows with
 * its length (some 10 ms here), and a longer one is hardly opening hours.
 */
const LONGEST_TEXT = 1_020;

/**
 * Where PH and SH are looked up, from tables within the library. It takes coordinates as strings only: given as
 * numbers, as its types have them, sunrise and sunset are 06:00 and 18:00 all year instead of times that would shift
 * with the time zone of the process.
 */
const BERLIN = { lat: 52.52, lon: 13.405, address: { country_code: 'de', state: 'Berlin' } };

const PARSER_OPTIONS = {
  tag_key: 'opening_hours',
  mode: undefined,
  map_value: undefined,
  warnings_severity: undefined,
  locale: undefined,
};

/**
 * When a center with these opening hours, in OpenStreetMap's syntax, is open in the reference week, by the clock of
 * its own place; null where the text cannot be read. Times that the text itself calls unknown are not open. Takes
 * about half a millisecond.
 */
export function readOpeningHours(text: string): OpenWeek | null {
  if (text.length > LONGEST_TEXT) return null;
  try {
    const hours = new OpeningHours(text, BERLIN, PARSER_OPTIONS);
    return joinSpans(hours.getOpenIntervals(localMidnight(0), localMidnight(7)));
  } catch {
    // The library throws strings of its own for whatever it cannot read.
    return null;
  }
}

/** The library reads the clock of the process, so the week is asked for, and its answers are read, by that clock. */
function localMidnight(daysIn: number): Date {
  const { year, month, firstDay } = REFERENCE_WEEK;
  return new Date(year, month - 1, firstDay + daysIn);
}

function minutesIntoWeek(date: Date): number {
  const { year, month, firstDay } = REFERENCE_WEEK;
  const monday = Date.UTC(year, month - 1, firstDay);
  const wallClock = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes());
  return (wallClock - monday) / 60_000;
}

function joinSpans(intervals: readonly (readonly [Date, Date, boolean, string | undefined])[]): OpenWeek {
  const spans: OpenSpan[] = [];
  for (const [opens, closes, unknown] of intervals) {
    if (unknown) continue;
    const span = { start: minutesIntoWeek(opens), end: minutesIntoWeek(closes) };
    const last = spans.at(-1);
    if (last !== undefined && span.start <= last.end) {
      spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else {
      spans.push(span);
    }
  }
  return spans;
}
