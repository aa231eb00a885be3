import type { Locale } from '../protocol.ts';

/** No thousands are grouped: `1.000 km` is one kilometre to some and a thousand to others. */
const FORMATS = { en: formatsOf('en'), de: formatsOf('de') } as const satisfies Record<Locale, object>;

function formatsOf(locale: Locale): Readonly<Record<'written' | 'tenths' | 'tenthsAbove', Intl.NumberFormat>> {
  const tenths = { maximumFractionDigits: 1, useGrouping: false } as const;
  return {
    written: new Intl.NumberFormat(locale, {
      maximumFractionDigits: 3,
      maximumSignificantDigits: 1,
      roundingPriority: 'morePrecision',
      roundingMode: 'floor',
      useGrouping: false,
    }),
    tenths: new Intl.NumberFormat(locale, tenths),
    tenthsAbove: new Intl.NumberFormat(locale, { ...tenths, roundingMode: 'ceil' }),
  };
}

/**
 * A number as its author wrote it, such as `2.5` or `2,5`: with three decimals at most, and never 0 for what is above
 * it. More decimals are cut off instead of rounded, so that what lies beyond a limit is never said to be the limit.
 */
export function asWritten(value: number, locale: Locale): string {
  return FORMATS[locale].written.format(value);
}

/** A number to the nearest tenth, such as `5.1` or `5,1`. */
export function inTenths(value: number, locale: Locale): string {
  return FORMATS[locale].tenths.format(value);
}

/** A number to a tenth that is not below it: 5.1 for 5.03. */
export function inTenthsAbove(value: number, locale: Locale): string {
  return FORMATS[locale].tenthsAbove.format(value);
}
