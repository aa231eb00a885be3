import type { CandidateCenter } from '../../../db/centers.ts';
import type { Locale, Warning } from '../../../protocol.ts';
import { knownAssessment } from '../known-assessment.ts';
import { NEUTRAL_SCORE } from '../neutral-score.ts';
import type { Assessment, Explanation, PreferenceType, PreparedWish, Wish } from '../preference-type.ts';
import type { CandidateHours } from './candidate-hours.ts';
import { careHoursCost } from './care-hours-cost.ts';
import type { CareHoursFacts } from './care-hours-facts.ts';
import { careHoursLimits } from './care-hours-limits.ts';
import type { CareHoursPayload } from './care-hours-payload.ts';
import { askedHours, askedMinutes, coverageByDay, uncoveredMinutes, type AskedHours } from './coverage.ts';
import type { OpenWeek } from './open-week.ts';
import type { RememberedWeeks } from './remembered-weeks.ts';
import { coverageText, hoursUnknownText, unknownHoursText } from './texts.ts';

/** What care_hours wishes of one session share. */
export interface CareHoursSetting {
  readonly type: PreferenceType<CareHoursPayload>;
  readonly hours: CandidateHours;
  readonly remembered: RememberedWeeks;
  /** Milliseconds of work in the session so far. */
  readonly workMs: () => number;
  /** Of warnings. */
  readonly locale: Locale;
}

interface AssessedTexts {
  readonly assessments: ReadonlyMap<string, Assessment>;
  readonly timesMs: readonly number[];
}

const UNKNOWN = knownAssessment(NEUTRAL_SCORE, false, true);

/** A care_hours wish, ready to assess: all that its assessments need is worked out once for each different text. */
export function prepareCareHoursWish(setting: CareHoursSetting, wish: Wish<CareHoursPayload>): PreparedWish {
  const { type, hours, remembered, locale } = setting;
  const asked = askedHours(wish.payload);
  const { assessments, timesMs } = assessTexts(asked, setting);

  function weekOf({ openingHours }: CandidateCenter): OpenWeek | null {
    if (openingHours === null) return null;
    const week = hours.weeks.get(openingHours);
    return week === undefined ? remembered.weekOf(openingHours) : week;
  }

  return {
    wish,
    type,
    assess(center) {
      const known = assessments.get(center.openingHours ?? '');
      return known ?? assessmentOf(asked, uncoveredIn(asked, weekOf(center)));
    },
    explain: (center, language) => explanationOf(asked, weekOf(center), language),
    cost: (center, language) => careHoursCost(asked, weekOf(center), language),
    limits: careHoursLimits({
      payload: wish.payload,
      asked,
      weekOf,
      withPayload: (payload) => prepareCareHoursWish(setting, { ...wish, payload }),
    }),
    mayLoosen: true,
    executionTimesMs: () => timesMs,
    warnings: () => warningsOf(hours, locale),
  };
}

/** The assessment of each different text among the candidates, and how long the three steps took. */
function assessTexts(asked: AskedHours, { hours, workMs }: CareHoursSetting): AssessedTexts {
  const startedMs = workMs();
  const uncovered = new Map<string, number | null>();
  for (const [text, week] of hours.weeks) uncovered.set(text, uncoveredIn(asked, week));
  const coveredMs = workMs();
  const assessments = new Map<string, Assessment>();
  for (const [text, minutes] of uncovered) assessments.set(text, assessmentOf(asked, minutes));
  const scoredMs = workMs();
  const timesMs = [hours.readingMs, coveredMs - startedMs, scoredMs - coveredMs].map(Math.round);
  return { assessments, timesMs };
}

function uncoveredIn(asked: AskedHours, week: OpenWeek | null): number | null {
  return week === null ? null : uncoveredMinutes(asked, week);
}

/** The share of the asked minutes that is covered; satisfied when it is all of them. */
function assessmentOf(asked: AskedHours, uncovered: number | null): Assessment {
  if (uncovered === null) return UNKNOWN;
  const wanted = askedMinutes(asked);
  return knownAssessment((wanted - uncovered) / wanted, uncovered === 0);
}

function explanationOf(asked: AskedHours, week: OpenWeek | null, locale: Locale): Explanation {
  const uncovered = uncoveredIn(asked, week);
  const facts: CareHoursFacts = { uncoveredMinutes: uncovered };
  if (week === null || uncovered === null) return { details: unknownHoursText(locale), facts };
  return { details: coverageText(locale, asked, uncovered, coverageByDay(asked, week)), facts };
}

function warningsOf({ unknown, candidates }: CandidateHours, locale: Locale): readonly Warning[] {
  if (unknown === 0) return [];
  const message = hoursUnknownText(locale, unknown, candidates);
  return [{ code: 'opening_hours_unknown', field: 'care_hours', message }];
}
