import { CARE_DAYS, type CareHoursPayload } from './care-hours-payload.ts';
import { clockMinutes } from './clock-time.ts';
import { MINUTES_A_DAY, type OpenSpan, type OpenWeek } from './open-week.ts';

/** The hours that a wish asks for. */
export interface AskedHours {
  /** Monday is 0; in order, at least one. */
  readonly days: readonly number[];
  /** Minutes since midnight, 0 to 1439. */
  readonly from: number;
  /** Minutes since midnight, later than `from`, at most 1440. */
  readonly to: number;
}

/** One asked day, seen from one center. */
export interface DayCoverage {
  /** Monday is 0. */
  readonly day: number;
  /** The parts of the asked time in which the center is open, in minutes since midnight. */
  readonly open: readonly OpenSpan[];
}

/** Times are said to people in steps of so many minutes. */
const STEP_MINUTES = 5;

/** The hours of a payload that was checked, in numbers. */
export function askedHours(payload: CareHoursPayload): AskedHours {
  return {
    days: payload.days.map((day) => CARE_DAYS.indexOf(day)),
    from: clockMinutes(payload.from),
    to: clockMinutes(payload.to),
  };
}

/** Minutes a week that are asked for, 1 to 10080. */
export function askedMinutes(asked: AskedHours): number {
  return asked.days.length * (asked.to - asked.from);
}

/** Minutes a week, 0 to askedMinutes, that are asked for and in which the center is closed. */
export function uncoveredMinutes(asked: AskedHours, week: OpenWeek): number {
  let covered = 0;
  for (const day of asked.days) {
    const { start, end } = askedSpan(asked, day);
    for (const span of week) covered += Math.max(0, Math.min(span.end, end) - Math.max(span.start, start));
  }
  return askedMinutes(asked) - covered;
}

/** Each asked day with the times that are covered on it. */
export function coverageByDay(asked: AskedHours, week: OpenWeek): readonly DayCoverage[] {
  return asked.days.map((day) => {
    const { start, end } = askedSpan(asked, day);
    const midnight = day * MINUTES_A_DAY;
    const open = week
      .filter((span) => span.start < end && span.end > start)
      .map((span) => ({ start: Math.max(span.start, start) - midnight, end: Math.min(span.end, end) - midnight }));
    return { day, open };
  });
}

/**
 * The nearest later start of care, in minutes since midnight and rounded up to five of them, with which the week covers
 * all that is asked; null where none does, and where nothing is missing.
 */
export function laterStartNeeded(asked: AskedHours, week: OpenWeek): number | null {
  let from = asked.from;
  for (const day of asked.days) {
    const { end } = askedSpan(asked, day);
    const last = week.find((span) => span.start < end && span.end >= end);
    if (last === undefined) return null;
    from = Math.max(from, last.start - day * MINUTES_A_DAY);
  }
  if (from === asked.from) return null;
  const rounded = Math.ceil(from / STEP_MINUTES) * STEP_MINUTES;
  return rounded < asked.to ? rounded : null;
}

/** The nearest earlier end of care, likewise, rounded down to five minutes. */
export function earlierEndNeeded(asked: AskedHours, week: OpenWeek): number | null {
  let to = asked.to;
  for (const day of asked.days) {
    const { start } = askedSpan(asked, day);
    const first = week.find((span) => span.start <= start && span.end > start);
    if (first === undefined) return null;
    to = Math.min(to, first.end - day * MINUTES_A_DAY);
  }
  if (to === asked.to) return null;
  const rounded = Math.floor(to / STEP_MINUTES) * STEP_MINUTES;
  return rounded > asked.from ? rounded : null;
}

function askedSpan(asked: AskedHours, day: number): OpenSpan {
  const midnight = day * MINUTES_A_DAY;
  return { start: midnight + asked.from, end: midnight + asked.to };
}
