import { Temporal } from 'temporal-polyfill';
import type { TimeOfDay } from '../config.ts';

/** Monday is 1, Friday 5. */
const FRIDAY = 5;

/**
 * A time of day on the next working day, Monday to Friday, strictly after today in the time zone, as an ISO 8601
 * date-time with its offset: `2026-03-30T08:30:00+02:00`. Public holidays count as working days. A time that the clocks
 * skip on that day is moved on by what they skip; of one that comes twice it is the first.
 *
 * @param now Milliseconds since the Unix epoch.
 * @param timeZone A name of the IANA database; RangeError for any other.
 */
export function onNextWorkingDay(now: number, time: TimeOfDay, timeZone: string): string {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  let day = today.add({ days: 1 });
  while (day.dayOfWeek > FRIDAY) day = day.add({ days: 1 });
  const arrival = day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ ...time }) });
  return arrival.toString({ smallestUnit: 'second', timeZoneName: 'never' });
}
