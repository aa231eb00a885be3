import type { CandidateCenter } from '../../../db/centers.ts';
import type { Limit, PreparedWish } from '../preference-type.ts';
import type { CareHoursPayload } from './care-hours-payload.ts';
import { clockTime } from './clock-time.ts';
import { earlierEndNeeded, laterStartNeeded, type AskedHours } from './coverage.ts';
import type { OpenWeek } from './open-week.ts';
import { earlierEndText, laterStartText } from './texts.ts';

/** What the limits need of the wish that they belong to. */
export interface LimitedWish {
  readonly payload: CareHoursPayload;
  readonly asked: AskedHours;
  /** Null where the center's hours are unknown. */
  readonly weekOf: (center: CandidateCenter) => OpenWeek | null;
  /** The same wish with another payload. */
  readonly withPayload: (payload: CareHoursPayload) => PreparedWish;
}

/** Care may start later, or end earlier. Values are minutes since midnight. */
export function careHoursLimits(wish: LimitedWish): readonly Limit[] {
  return [startLimit(wish), endLimit(wish)];
}

function startLimit({ payload, asked, weekOf, withPayload }: LimitedWish): Limit {
  return {
    key: 'from',
    fieldName: 'care_hours_from',
    neededFor(center) {
      const week = weekOf(center);
      return week === null ? null : laterStartNeeded(asked, week);
    },
    relativeChange: (value) => Math.abs(value - asked.from) / (asked.to - asked.from),
    words: (value, locale) => laterStartText(locale, value, asked.from),
    loosenedTo: (value) => withPayload({ ...payload, from: clockTime(value) }),
  };
}

function endLimit({ payload, asked, weekOf, withPayload }: LimitedWish): Limit {
  return {
    key: 'to',
    fieldName: 'care_hours_to',
    neededFor(center) {
      const week = weekOf(center);
      return week === null ? null : earlierEndNeeded(asked, week);
    },
    relativeChange: (value) => Math.abs(value - asked.to) / (asked.to - asked.from),
    words: (value, locale) => earlierEndText(locale, value, asked.to),
    loosenedTo: (value) => withPayload({ ...payload, to: clockTime(value) }),
  };
}
