import type { Locale } from '../../../protocol.ts';
import { clockTime } from './clock-time.ts';
import type { AskedHours, DayCoverage } from './coverage.ts';

interface Texts {
  /** Monday first. */
  readonly days: readonly string[];
  covered(days: number): string;
  short(duration: string, gaps: string): string;
  readonly unknown: string;
  readonly hours: string;
  readonly minutes: string;
  readonly notAtAll: string;
  readonly and: string;
  from(time: string): string;
  until(time: string): string;
  laterStart(time: string, wished: string): string;
  earlierEnd(time: string, wished: string): string;
  hoursUnknown(unknown: number, candidates: number): string;
  compared(candidates: number): string;
}

/** How few days are named: nobody says "all 2 days". */
const ENGLISH_DAYS: ReadonlyMap<number, string> = new Map([
  [1, 'the day wished'],
  [2, 'both days'],
]);
const GERMAN_DAYS: ReadonlyMap<number, string> = new Map([
  [1, 'am gewünschten Tag'],
  [2, 'an beiden Tagen'],
]);

const TEXTS: Readonly<Record<Locale, Texts>> = {
  en: {
    days: ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'],
    covered: (days) => `care hours: covered on ${ENGLISH_DAYS.get(days) ?? `all ${days} days`}`,
    short: (duration, gaps) => `care hours: ${duration} a week short (${gaps})`,
    unknown: 'care hours: not known',
    hours: 'h',
    minutes: 'min',
    notAtAll: 'not at all',
    and: 'and',
    from: (time) => `from ${time}`,
    until: (time) => `until ${time}`,
    laterStart: (time, wished) => `${time} instead of ${wished} as the start of care`,
    earlierEnd: (time, wished) => `${time} instead of ${wished} as the end of care`,
    hoursUnknown: (unknown, candidates) =>
      `Opening hours are not known for ${unknown} of ${candidates} centers; their care hours count as neither good nor bad.`,
    compared: (candidates) => `Opening hours of ${candidates} centers compared`,
  },
  de: {
    days: ['Mo', 'Di', 'Mi', 'Do', 'Fr', 'Sa', 'So'],
    covered: (days) => `Betreuungszeiten: ${GERMAN_DAYS.get(days) ?? `an allen ${days} Tagen`} abgedeckt`,
    short: (duration, gaps) => `Betreuungszeiten: pro Woche fehlen ${duration} (${gaps})`,
    unknown: 'Betreuungszeiten: nicht bekannt',
    hours: ' Std.',
    minutes: ' Min.',
    notAtAll: 'gar nicht',
    and: 'und',
    from: (time) => `ab ${time}`,
    until: (time) => `bis ${time}`,
    laterStart: (time, wished) => `${time} statt ${wished} Uhr als Betreuungsbeginn`,
    earlierEnd: (time, wished) => `${time} statt ${wished} Uhr als Betreuungsende`,
    hoursUnknown: (unknown, candidates) =>
      `Für ${unknown} von ${candidates} Kitas sind keine Öffnungszeiten bekannt; ihre Betreuungszeiten zählen weder als gut noch als schlecht.`,
    compared: (candidates) => `Öffnungszeiten von ${candidates} Kitas verglichen`,
  },
};

/** Three say what matters; a longer list is no longer read. */
const MOST_GAPS = 3;

/** Such as `care hours: 30min a week short (Fr until 17:30)`. `uncovered` is in minutes a week. */
export function coverageText(
  locale: Locale,
  asked: AskedHours,
  uncovered: number,
  days: readonly DayCoverage[],
): string {
  const texts = TEXTS[locale];
  if (uncovered === 0) return texts.covered(asked.days.length);
  return texts.short(durationText(uncovered, texts), gapsText(asked, days, texts));
}

export function unknownHoursText(locale: Locale): string {
  return TEXTS[locale].unknown;
}

/** Such as `06:45 instead of 06:30 as the start of care`; both in minutes since midnight. */
export function laterStartText(locale: Locale, start: number, wished: number): string {
  return TEXTS[locale].laterStart(clockTime(start), clockTime(wished));
}

/** Such as `17:30 instead of 18:00 as the end of care`; both in minutes since midnight. */
export function earlierEndText(locale: Locale, end: number, wished: number): string {
  return TEXTS[locale].earlierEnd(clockTime(end), clockTime(wished));
}

/** The warning that the hours of some of the candidates are not known. */
export function hoursUnknownText(locale: Locale, unknown: number, candidates: number): string {
  return TEXTS[locale].hoursUnknown(unknown, candidates);
}

/** What the progress says once all candidates are compared. */
export function comparedText(locale: Locale, candidates: number): string {
  return TEXTS[locale].compared(candidates);
}

function durationText(minutes: number, texts: Texts): string {
  const parts: string[] = [];
  if (minutes >= 60) parts.push(`${Math.floor(minutes / 60)}${texts.hours}`);
  if (minutes % 60 > 0) parts.push(`${minutes % 60}${texts.minutes}`);
  return parts.join(' ');
}

/** Days that lack the same are named together. */
function gapsText(asked: AskedHours, days: readonly DayCoverage[], texts: Texts): string {
  const gaps = Map.groupBy(
    days.filter((day) => !isWhole(asked, day)),
    (day) => openText(asked, day, texts),
  );
  const said = [...gaps].map(([open, sameDays]) => `${daysText(sameDays, texts)} ${open}`);
  return said.length > MOST_GAPS ? `${said.slice(0, MOST_GAPS).join('; ')}; …` : said.join('; ');
}

function isWhole(asked: AskedHours, { open }: DayCoverage): boolean {
  return open.some((span) => span.start === asked.from && span.end === asked.to);
}

function openText(asked: AskedHours, { open }: DayCoverage, texts: Texts): string {
  const [only] = open;
  if (only === undefined) return texts.notAtAll;
  if (open.length === 1 && only.start === asked.from) return texts.until(clockTime(only.end));
  if (open.length === 1 && only.end === asked.to) return texts.from(clockTime(only.start));
  return open.map((span) => `${clockTime(span.start)}–${clockTime(span.end)}`).join(` ${texts.and} `);
}

/** `Mo–We, Fr`: three days or more in a row are a range. */
function daysText(days: readonly DayCoverage[], texts: Texts): string {
  const runs: number[][] = [];
  for (const { day } of days) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) => run.map((day) => texts.days[day]))
    .map((names) => (names.length > 2 ? `${names.at(0)}–${names.at(-1)}` : names.join(', ')))
    .join(', ');
}
