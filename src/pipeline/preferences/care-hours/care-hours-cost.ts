import type { Locale } from '../../../protocol.ts';
import { asList } from '../../spoken-list.ts';
import { coverageByDay, uncoveredMinutes, type AskedHours, type DayCoverage } from './coverage.ts';
import { COST_WORDS } from './cost-texts.ts';
import { MINUTES_A_DAY, type OpenWeek } from './open-week.ts';

/** What is missing on one day; `elsewhen`: it is open on that day, but at no minute that is asked for. */
type Gap =
  | { readonly kind: 'closed' | 'elsewhen' | 'interrupted' }
  | { readonly kind: 'late' | 'early'; readonly minutes: number };

/** Days that lack the same, Monday being 0. */
interface Shortfall {
  readonly gap: Gap;
  readonly days: readonly number[];
}

/** More than so many different gaps are said as the hours a week that are missing. */
const MOST_SAID = 2;

/** More days than so many are counted instead of named. */
const MOST_NAMED_DAYS = 3;

/**
 * What a center's week costs against the hours asked for, such as `opens 30 minutes later than wished on Monday and
 * Friday`; null where it covers them all. A week that is not known costs just that.
 */
export function careHoursCost(asked: AskedHours, week: OpenWeek | null, locale: Locale): string | null {
  if (week === null) return COST_WORDS[locale].unknown;
  const missing = uncoveredMinutes(asked, week);
  if (missing === 0) return null;
  const shortfalls = shortfallsOf(asked, week);
  const isPlain = shortfalls.length <= MOST_SAID && shortfalls.every(({ gap }) => gap.kind !== 'interrupted');
  if (!isPlain) return COST_WORDS[locale].less(durationWords(missing, locale));
  return shortfalls.map((shortfall) => shortfallWords(shortfall, asked, locale)).join(', ');
}

function shortfallsOf(asked: AskedHours, week: OpenWeek): Shortfall[] {
  const lacking = coverageByDay(asked, week).flatMap((day) =>
    gapsOf(asked, day, week).map((gap) => ({ gap, day: day.day, alike: JSON.stringify(gap) })),
  );
  return [...Map.groupBy(lacking, ({ alike }) => alike).values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ gap: first.gap, days: same.map(({ day }) => day) }] : [];
  });
}

/** A day may open late and close early as well. */
function gapsOf({ from, to }: AskedHours, { day, open }: DayCoverage, week: OpenWeek): Gap[] {
  const [only] = open;
  if (only === undefined) return [{ kind: isOpenOn(day, week) ? 'elsewhen' : 'closed' }];
  if (open.length > 1) return [{ kind: 'interrupted' }];
  return [
    ...(only.start > from ? [{ kind: 'late', minutes: only.start - from } as const] : []),
    ...(only.end < to ? [{ kind: 'early', minutes: to - only.end } as const] : []),
  ];
}

function isOpenOn(day: number, week: OpenWeek): boolean {
  const midnight = day * MINUTES_A_DAY;
  return week.some(({ start, end }) => start < midnight + MINUTES_A_DAY && end > midnight);
}

function shortfallWords({ gap, days }: Shortfall, asked: AskedHours, locale: Locale): string {
  const words = COST_WORDS[locale];
  const on = daysWords(days, asked, locale);
  if (gap.kind === 'late' || gap.kind === 'early') {
    // Where it is so on every day asked for, the days go without saying.
    return words[gap.kind](durationWords(gap.minutes, locale), days.length === asked.days.length ? '' : ` ${on}`);
  }
  return gap.kind === 'elsewhen' ? words.elsewhen(on) : words.closed(on);
}

function daysWords(days: readonly number[], asked: AskedHours, locale: Locale): string {
  const words = COST_WORDS[locale];
  if (days.length <= MOST_NAMED_DAYS) {
    return words.onDays(
      asList(
        days.map((day) => words.days[day] ?? ''),
        locale,
      ),
    );
  }
  return days.length === asked.days.length ? words.onAll(days.length) : words.onSome(days.length, asked.days.length);
}

/** Such as `4 hours 30 minutes`; above 0. */
function durationWords(minutes: number, locale: Locale): string {
  const words = COST_WORDS[locale];
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [...(hours > 0 ? [words.hours(hours)] : []), ...(rest > 0 ? [words.minutes(rest)] : [])].join(' ');
}
