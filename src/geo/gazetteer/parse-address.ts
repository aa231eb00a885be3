import { foldText, isCity } from './normalise.ts';

/** A house number such as `5`, `5a` or `12-14`. */
export interface HouseNumber {
  /** The number that it is placed by: of a range the first. */
  readonly value: number;
  /** As it is shown. */
  readonly text: string;
}

/** A word or a number of an address, with the part between commas that it stands in. */
export interface Token {
  /** Folded. */
  readonly text: string;
  readonly part: number;
  /** Null for a word. */
  readonly number: HouseNumber | null;
}

/** An address in its pieces, their order kept; the city and the country are left out. */
export interface ParsedAddress {
  readonly tokens: readonly Token[];
  /** Five digits each, without repeats. */
  readonly postcodes: readonly string[];
}

/** No address that a person types has more pieces; what has is not worth the search. */
const MAX_TOKENS = 16;

const COUNTRY_WORDS: ReadonlySet<string> = new Set(['deutschland', 'germany', 'brd', 'de']);

/** Numbers with a letter or as a range, words, and what parts an address. */
const PIECES =
  /(?<first>\d+)(?:\s?(?<letter>[a-z])(?![\p{L}\d]))?(?:\s*[-–—/+]\s*(?<last>\d{1,3}(?:\s?[a-z])?)(?![\p{L}\d]))?|\p{L}+|[,;\n]/gu;

/** The pieces of an address as a person typed it; null where it cannot be one. */
export function parseAddress(query: string): ParsedAddress | null {
  // "D-10827" is an old way to write a postcode, not house number "5 D".
  const text = foldText(query).replaceAll(/(?<!\p{L})d\s*-\s*(?=\d{5}(?!\d))/gu, '');
  const tokens: Token[] = [];
  const postcodes = new Set<string>();
  let part = 0;
  for (const { 0: piece, groups } of text.matchAll(PIECES)) {
    const first = groups?.['first'];
    if (/^[,;\n]$/.test(piece)) part += 1;
    else if (first === undefined) {
      if (!isCity(piece) && !COUNTRY_WORDS.has(piece)) tokens.push({ text: piece, part, number: null });
    } else if (first.length === 5) postcodes.add(first);
    else if (first.length <= 3) tokens.push(numberToken(piece, part));
    else return null;
    if (tokens.length > MAX_TOKENS) return null;
  }
  return { tokens, postcodes: [...postcodes] };
}

/** The house number at the start of a folded text such as `24a-26`; null where there is none. */
export function parseHouseNumber(text: string): HouseNumber | null {
  const match = /^(\d{1,3})\s?([a-z]?)(?:\s*[-–—/+]\s*(\d{1,3})\s?([a-z]?))?$/.exec(text);
  if (match === null) return null;
  const [, first = '', letter = '', last = '', lastLetter = ''] = match;
  const value = Number(first);
  const range = Number(last) > value ? `-${Number(last)}${lastLetter}` : '';
  return { value, text: `${value}${letter}${range}` };
}

function numberToken(piece: string, part: number): Token {
  return { text: piece, part, number: parseHouseNumber(piece) };
}
