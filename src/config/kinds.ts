import { isIP } from 'node:net';
import { z } from 'zod';

/** The kinds of values that a variable may have. Each takes the text of a variable and says, in words, what it allows. */

/** The longest delay of a timer in Node and browsers: 2^31 - 1 ms, about 24 days. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Digits only: no sign, fraction, exponent or blank. */
export function wholeNumber(least: number, most: number): z.ZodType<number, string> {
  const allowed = `a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,15}$/u, allowed)
    .transform(Number)
    .refine((value) => value >= least && value <= most, allowed);
}

/** Milliseconds that a timer can wait, at least 1. */
export const durationMs = wholeNumber(1, LONGEST_TIMER_MS);

/** A count of things, at least 1. */
export const count = wholeNumber(1, 1_000_000_000);

/** A TCP port; 0 takes a free one. */
export const port = wholeNumber(0, 65_535);

/** `true` or `false`, nothing else: `1` and `yes` are guesses. */
export const flag: z.ZodType<boolean, string> = z
  .enum(['true', 'false'], 'true or false')
  .transform((value) => value === 'true');

/** One of the words given. */
export function oneOf<const Word extends string>(words: readonly Word[]): z.ZodType<Word, string> {
  return z.string().transform((value, context) => {
    const known = words.find((word) => word === value);
    if (known !== undefined) return known;
    context.addIssue(`one of ${words.join(', ')}`);
    return z.NEVER;
  });
}

/** Any text that is not blank. */
export function text(allowed: string): z.ZodType<string, string> {
  return z.string().regex(/\S/u, allowed);
}

/** A URL of one of the schemes, such as `postgres:`, kept as it was written. */
export function url(schemes: readonly string[], allowed: string): z.ZodType<string, string> {
  return z.string().refine((value) => schemes.includes(URL.parse(value)?.protocol ?? ''), allowed);
}

/** The address of something on the web. */
export const webAddress: z.ZodType<string, string> = url(
  ['http:', 'https:'],
  'an address that begins with http:// or https://',
).refine((value) => {
  const address = URL.parse(value);
  return address === null || (address.username === '' && address.password === '');
}, 'an address without a login in it');

/** The address of a web service that paths are put behind, without a slash at its end. */
export const serviceAddress: z.ZodType<string, string> = webAddress
  .refine((value) => !/[?#]/u.test(value), 'an address without a query')
  .transform((value) => value.replace(/\/+$/u, ''));

const ORIGINS_ALLOWED =
  'exact origins between commas, such as https://example.org or http://localhost:3000, without a path or a slash at' +
  ' the end; or * alone';
const ADDRESSES_ALLOWED = 'false, or IP addresses and prefixes between commas, such as 10.0.0.0/8';

/** Texts between commas; blanks around them do not count. */
function listOf(value: string, fits: (item: string) => boolean, allowed: string, context: z.RefinementCtx) {
  const items: readonly string[] = value.split(',').map((item) => item.trim());
  if (items.every(fits)) return items;
  context.addIssue(allowed);
  return z.NEVER;
}

/** `*`, or origins exactly as browsers send them. */
export const origins: z.ZodType<'*' | readonly string[], string> = z.string().transform((value, context) => {
  if (value === '*') return value;
  return listOf(value, isOrigin, ORIGINS_ALLOWED, context);
});

/** `false` for none, or IP addresses and prefixes such as `10.0.0.0/8`. */
export const addresses: z.ZodType<readonly string[], string> = z.string().transform((value, context) => {
  if (value === 'false') return [];
  return listOf(value, isAddressOrPrefix, ADDRESSES_ALLOWED, context);
});

function isOrigin(value: string): boolean {
  return /^https?:/u.test(value) && URL.parse(value)?.origin === value;
}

function isAddressOrPrefix(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const version = isIP(address);
  // An interface's name after a % is of one machine; a prefix of no bits would be everybody.
  if (version === 0 || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/u.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** A time of day on a 24-hour clock. */
export interface TimeOfDay {
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
}

/** `HH:MM`, 00:00 to 23:59. */
export const timeOfDay: z.ZodType<TimeOfDay, string> = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u, 'a time of day as HH:MM, from 00:00 to 23:59')
  .transform((value) => ({ hour: Number(value.slice(0, 2)), minute: Number(value.slice(3)) }));

/** A name that Intl knows. */
export const timeZone: z.ZodType<string, string> = z.string().refine((value) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}, 'a time zone of the IANA database, such as Europe/Berlin');

/** One Redis by its URL, or the first nodes of a cluster as `redis+cluster://host:port,host:port`. */
export const redisUrl: z.ZodType<string, string> = z.string().refine((value) => {
  const protocol = URL.parse(value)?.protocol;
  return protocol === 'redis:' || protocol === 'rediss:' || isClusterUrl(value);
}, 'redis://host:port, rediss://host:port or redis+cluster://host:port,host:port');

function isClusterUrl(value: string): boolean {
  const scheme = 'redis+cluster://';
  if (!value.startsWith(scheme)) return false;
  const nodes = value.slice(scheme.length).split(',');
  return nodes.every((node) => /^[^\s,/?#]+:\d{1,5}$/u.test(node));
}

/** HS256 asks for a key of at least 256 bits (RFC 7518, section 3.2). */
const JWT_SECRET_BYTES = 32;

/** A secret that is long enough for HS256. */
export const jwtSecret: z.ZodType<string, string> = z
  .string()
  .refine((value) => Buffer.byteLength(value) >= JWT_SECRET_BYTES, `a secret of at least ${JWT_SECRET_BYTES} bytes`);
