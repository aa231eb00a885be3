import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { clockTime } from '../../../src/pipeline/preferences/care-hours/clock-time.ts';
import {
  MINUTES_A_DAY,
  type OpenWeek,
  readOpeningHours,
  REFERENCE_WEEK,
} from '../../../src/pipeline/preferences/care-hours/open-week.ts';
import { RememberedWeeks } from '../../../src/pipeline/preferences/care-hours/remembered-weeks.ts';

const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const run = promisify(execFile);

/** `Mo 07:00-Mo 17:00`: how the tests say a week. */
function said(week: OpenWeek | null): string[] | null {
  if (week === null) return null;
  return week.map(({ start, end }) => `${timeOf(start)}-${timeOf(end)}`);
}

function timeOf(minutes: number): string {
  const day = Math.floor(minutes / MINUTES_A_DAY);
  return `${DAYS[day] ?? 'next'} ${clockTime(minutes - day * MINUTES_A_DAY)}`;
}

function noon(dayOfMonth: number): Date {
  return new Date(Date.UTC(REFERENCE_WEEK.year, REFERENCE_WEEK.month - 1, dayOfMonth, 12));
}

/** Weeks that remember what was read for them. */
function countingWeeks(capacity: number): { readonly read: readonly string[]; readonly weeks: RememberedWeeks } {
  const read: string[] = [];
  const weeks = new RememberedWeeks(capacity, (text) => {
    read.push(text);
    return text === 'bad' ? null : [{ start: 0, end: text.length }];
  });
  return { read, weeks };
}

describe('reading opening hours', () => {
  it('reads days and times', () => {
    expect(said(readOpeningHours('Mo,We 07:00-12:00,13:00-16:30'))).toEqual([
      'Mo 07:00-Mo 12:00',
      'Mo 13:00-Mo 16:30',
      'We 07:00-We 12:00',
      'We 13:00-We 16:30',
    ]);
  });

  it.each([
    'Mo 07:00-17:00; PH off',
    'Mo 07:00-17:00; SH off',
    'Mo 07:00-17:00; SH,PH off',
    'Mo 07:00-17:00; PH -1 day off',
  ])('is not changed by holidays: %s', (text) => {
    expect(said(readOpeningHours(text))).toEqual(['Mo 07:00-Mo 17:00']);
  });

  it('is closed all week where it opens in holidays alone', () => {
    expect(readOpeningHours('SH Mo-Fr 08:00-12:00; PH 10:00-12:00')).toEqual([]);
  });

  it('is open all week where it never closes', () => {
    expect(readOpeningHours('24/7')).toEqual([{ start: 0, end: 10_080 }]);
  });

  it('goes on after midnight, from one Sunday into the next Monday as well', () => {
    expect(said(readOpeningHours('Fr 22:00-02:00; Su 22:00-06:00'))).toEqual([
      'Mo 00:00-Mo 06:00',
      'Fr 22:00-Sa 02:00',
      'Su 22:00-next 00:00',
    ]);
  });

  it('joins times that touch or overlap', () => {
    expect(said(readOpeningHours('Mo 07:00-12:00 open "groups", Mo 12:00-17:00, Mo 11:00-13:00'))).toEqual([
      'Mo 07:00-Mo 17:00',
    ]);
  });

  it('does not count what the text calls unknown', () => {
    expect(said(readOpeningHours('Mo 07:00-15:00, Mo 15:00-17:00 unknown "if asked"'))).toEqual(['Mo 07:00-Mo 15:00']);
    expect(readOpeningHours('"by appointment"')).toEqual([]);
    expect(readOpeningHours('Mo-Fr 07:00+')).toEqual([]);
  });

  it.each([
    '',
    '   ',
    ';',
    'Kita Sonnenschein',
    'Mo-Fr 25:00-29:00',
    'Mo-Fr 07:00-',
    '{}',
    `Mo-Fr ${'07:00-17:00,'.repeat(100)}`,
  ])('knows nothing of a text that cannot be read: %o', (text) => {
    expect(readOpeningHours(text)).toBeNull();
  });

  it('writes nothing to the console', () => {
    const spies = (['log', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
    for (const text of [
      'Mo-Fr 7-17; PH off; SH off',
      'werktags 7-17 Uhr',
      'Mo-Fr 25:00-29:00',
      'nonsense',
      'Mo-Fr;;',
    ]) {
      readOpeningHours(text);
    }
    const calls = spies.flatMap((spy) => spy.mock.calls);
    vi.restoreAllMocks();
    expect(calls).toEqual([]);
  });
});

describe('the reference week', () => {
  it('begins on a Monday', () => {
    expect(noon(REFERENCE_WEEK.firstDay).getUTCDay()).toBe(1);
  });

  it('has the same clock on all its days, in every time zone', () => {
    const zonesThatChange = Intl.supportedValuesOf('timeZone').filter((timeZone) => {
      const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
      const offsetOn = (day: number): string | undefined =>
        format.formatToParts(noon(day)).find(({ type }) => type === 'timeZoneName')?.value;
      const first = REFERENCE_WEEK.firstDay;
      return Array.from({ length: 9 }, (_, index) => offsetOn(first - 1 + index)).some(
        (offset) => offset !== offsetOn(first),
      );
    });
    expect(zonesThatChange).toEqual([]);
  });
});

describe('opening hours in other time zones', () => {
  const TEXTS = [
    'Mo-Fr 06:30-18:00; PH off',
    'Fr 22:00-02:00; Su 22:00-06:00',
    'Mo-Fr sunrise-sunset',
    'Sa,Su 00:00-24:00',
    'Nov 9 07:00-12:00; Nov 15 07:00-12:00',
    'week 46 Mo-Fr 02:00-03:30',
    '24/7',
  ];
  const MODULE = fileURLToPath(new URL('../../../src/pipeline/preferences/care-hours/open-week.ts', import.meta.url));
  const SCRIPT = `
    import { readOpeningHours } from ${JSON.stringify(MODULE)};
    const texts = ${JSON.stringify(TEXTS)};
    console.log(JSON.stringify([new Date(2026, 6, 1).getTimezoneOffset(), texts.map((text) => readOpeningHours(text))]));
  `;

  async function readIn(TZ: string): Promise<[offset: number, weeks: (OpenWeek | null)[]]> {
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
      env: { ...process.env, TZ },
    });
    return JSON.parse(stdout) as [number, (OpenWeek | null)[]];
  }

  it.each([
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Africa/Cairo',
    'Asia/Kathmandu',
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
  ])('mean the same where the process runs in %s', async (timeZone) => {
    const [, weeks] = await readIn(timeZone);
    expect(weeks).toEqual(TEXTS.map((text) => readOpeningHours(text)));
    expect(weeks).not.toContain(null);
    expect(weeks).not.toContainEqual([]);
  });

  it('are really tried in another zone', async () => {
    const [[kathmandu], [utc]] = await Promise.all([readIn('Asia/Kathmandu'), readIn('UTC')]);
    expect([kathmandu, utc]).toEqual([-345, 0]);
  });
});

describe('remembered weeks', () => {
  it('reads a text once, one that cannot be read as well', () => {
    const { read, weeks } = countingWeeks(10);
    const answers = ['abc', 'bad', 'abc', 'bad'].map((text) => weeks.weekOf(text));
    expect(answers).toEqual([[{ start: 0, end: 3 }], null, [{ start: 0, end: 3 }], null]);
    expect(read).toEqual(['abc', 'bad']);
  });

  it('forgets the one that was not asked for longest', () => {
    const { read, weeks } = countingWeeks(2);
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) weeks.weekOf(text);
    expect(read).toEqual(['a', 'b', 'c', 'b']);
  });
});
