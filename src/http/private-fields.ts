import { causeOf } from '../errors.ts';

/**
 * Names of what is a secret, a place, an answer, or says who a person is, in lower case and without what joins words:
 * `homeAddress`, `home_address` and `Home-Address` are one. A session is logged by its tag (src/log.ts), an account not at all.
 */
const PRIVATE_NAMES: ReadonlySet<string> = new Set(
  [
    ['authorization', 'cookie', 'setcookie', 'token', 'accesstoken', 'ticket', 'secret', 'password', 'apikey'],
    ['address', 'homeaddress', 'location', 'homelocation', 'worklocation', 'coordinates', 'point', 'place'],
    ['latitude', 'longitude', 'lat', 'lon', 'lng'],
    ['body', 'query', 'variables', 'input', 'answer', 'response', 'responsedata', 'url', 'headers'],
    ['account', 'accountid', 'sub', 'sessionid', 'parentid', 'ip'],
  ].flat(),
);

/** What is deeper than any line goes is left out: a value that holds itself would have no end. */
const DEEPEST = 8;

const MOST_KNOWN = 1000;

/**
 * The same fields without those whose name is private, in objects and lists at every depth. Of an error its name, its code
 * and where it was thrown are left: its message may quote what a person gave.
 */
export function withoutPrivate(fields: Record<string, unknown>): Record<string, unknown> {
  return fieldsOf(fields, 0);
}

function fieldsOf(fields: object, depth: number): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!isPrivate(name)) kept[name] = valueOf(value, depth + 1);
  }
  return kept;
}

function valueOf(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return causeOf(value);
  if (depth > DEEPEST) return undefined;
  return Array.isArray(value) ? value.map((one) => valueOf(one, depth + 1)) : fieldsOf(value, depth);
}

/** Names are the code's own, and few. */
const KNOWN = new Map<string, boolean>();

function isPrivate(name: string): boolean {
  const known = KNOWN.get(name);
  if (known !== undefined) return known;
  const isOne = PRIVATE_NAMES.has(name.replaceAll(/[-_]/gu, '').toLowerCase());
  if (KNOWN.size < MOST_KNOWN) KNOWN.set(name, isOne);
  return isOne;
}
