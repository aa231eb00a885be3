import type { Area, Gazetteer, Place } from './index.ts';
import { keyOfName, keyOfWords } from './normalise.ts';
import type { HouseNumber, ParsedAddress, Token } from './parse-address.ts';

/** What an address says, once each of its pieces has a meaning. */
export interface Reading {
  /** What its street or building may be; empty where only a part of the city is named, or the street is unknown. */
  readonly places: readonly Place[];
  readonly number: HouseNumber | null;
  /** One entry for each part of the city that is named, with the areas of that name. */
  readonly areas: readonly (readonly Area[])[];
  /** Whether a typo was corrected. */
  readonly corrected: boolean;
  /** Whether a street is named that the gazetteer does not know. */
  readonly unknownStreet: boolean;
}

/** Which pieces a place takes: tokens from `start` up to, not including, `end`. */
interface Window {
  readonly start: number;
  readonly end: number;
  readonly key: string;
}

/** What is left when a place is taken out. */
interface Rest {
  readonly number: HouseNumber | null;
  readonly areas: readonly (readonly Area[])[];
  readonly corrected: boolean;
  readonly unknown: readonly (readonly Token[])[];
}

/** One more than the longest names here have. */
const MAX_WORDS_OF_A_NAME = 6;
/** Shorter keys mean too many things to be looked up with a typo. */
const SHORTEST_WITH_TYPO = 4;

/** Words that tell nothing about where in the city: what part of a house, and what kind of area. Folded. */
const FILLERS: ReadonlySet<string> = new Set(
  'bezirk ortsteil og eg dg ug etage stock stockwerk hinterhaus vorderhaus hh vh seitenflugel quergebaude aufgang'.split(
    ' ',
  ),
);
const STREET_LIKE = /(?:strase|platz|weg|allee|damm|ufer|gase|ring|chausee|promenade|zeile)$/;

/**
 * The best reading of an address, or null where a piece of it has no meaning here: a word that is no part of Berlin may
 * be another city, and a street of Berlin is no answer then.
 */
export function readAddress(gazetteer: Gazetteer, address: ParsedAddress): Reading | null {
  const { tokens } = address;
  const windows = windowsOf(tokens);
  return (
    readPlace(gazetteer, tokens, windows, false) ??
    readAreas(gazetteer, address, false) ??
    readPlace(gazetteer, tokens, windows, true) ??
    readPlaceWithTypo(gazetteer, tokens, windows) ??
    readAreas(gazetteer, address, true) ??
    readUnknownStreet(gazetteer, address)
  );
}

function readPlace(
  gazetteer: Gazetteer,
  tokens: readonly Token[],
  windows: readonly Window[],
  tolerant: boolean,
): Reading | null {
  for (const window of windows) {
    const places = gazetteer.places.get(window.key);
    if (places === undefined) continue;
    const reading = readingOf(gazetteer, { tokens, window, places, tolerant });
    if (reading !== null) return reading;
  }
  return null;
}

function readPlaceWithTypo(gazetteer: Gazetteer, tokens: readonly Token[], windows: readonly Window[]): Reading | null {
  let best: Reading | null = null;
  let distance = Infinity;
  for (const window of windows) {
    if (window.key.length < SHORTEST_WITH_TYPO) continue;
    const nearest = gazetteer.places.nearest(window.key);
    if (nearest === null || nearest.distance >= distance) continue;
    const reading = readingOf(gazetteer, { tokens, window, places: nearest.entries, tolerant: true });
    if (reading === null) continue;
    best = { ...reading, corrected: true };
    distance = nearest.distance;
  }
  return best;
}

interface PlaceInTokens {
  readonly tokens: readonly Token[];
  readonly window: Window;
  readonly places: readonly Place[];
  readonly tolerant: boolean;
}

function readingOf(gazetteer: Gazetteer, { tokens, window, places, tolerant }: PlaceInTokens): Reading | null {
  const rest = restOf(gazetteer, tokens, window, tolerant);
  // "KaDeWe, Tauentzienstraße 21" names a building and its address: the building is meant.
  const own = rest.unknown.length === 0 ? places : places.filter((place) => explains(place, rest.unknown));
  if (own.length === 0) return null;
  return { ...rest, places: own, unknownStreet: false };
}

function explains(place: Place, unknown: readonly (readonly Token[])[]): boolean {
  if (place.kind !== 'building' || unknown.length !== 1) return false;
  const said = keyOfName(unknown.flatMap((run) => run.map(({ text }) => text)).join(' '));
  return keyOfName(place.building.address).startsWith(said);
}

function readAreas(gazetteer: Gazetteer, { tokens, postcodes }: ParsedAddress, tolerant: boolean): Reading | null {
  const rest = restOf(gazetteer, tokens, null, tolerant);
  if (rest.unknown.length > 0 || rest.number !== null) return null;
  if (rest.areas.length === 0 && postcodes.length === 0) return null;
  return { ...rest, places: [], unknownStreet: false };
}

function readUnknownStreet(gazetteer: Gazetteer, { tokens, postcodes }: ParsedAddress): Reading | null {
  const rest = restOf(gazetteer, tokens, null, false);
  const placed = postcodes.length > 0;
  if (rest.areas.length === 0 && !placed) return null;
  if (!rest.unknown.every((run) => isStreetLike(run, placed))) return null;
  return { ...rest, number: null, places: [], unknownStreet: true };
}

/** Whether a run of unknown pieces reads as a street: by its last word or, beside a postcode, by a house number. */
function isStreetLike(run: readonly Token[], placed: boolean): boolean {
  const words = run.filter(({ number }) => number === null).map(({ text }) => text);
  if (words.length === 0) return false;
  return STREET_LIKE.test(keyOfWords(words)) || (placed && run.at(-1)?.number !== null);
}

/** All stretches of one part that may be a name, those of most words first. */
function windowsOf(tokens: readonly Token[]): readonly Window[] {
  const windows: Window[] = [];
  for (let length = Math.min(MAX_WORDS_OF_A_NAME, tokens.length); length > 0; length -= 1) {
    for (let start = 0; start + length <= tokens.length; start += 1) {
      const key = keyAt(tokens, start, length);
      if (key !== null) windows.push({ start, end: start + length, key });
    }
  }
  return windows;
}

/** The key of a stretch of tokens; null where a comma parts it, or it starts with a number. */
function keyAt(tokens: readonly Token[], start: number, length: number): string | null {
  const stretch = tokens.slice(start, start + length);
  const [first] = stretch;
  if (first === undefined || first.number !== null || stretch.length < length) return null;
  if (stretch.some(({ part }) => part !== first.part)) return null;
  return keyOfWords(stretch.map(({ text }) => text));
}

function restOf(gazetteer: Gazetteer, tokens: readonly Token[], window: Window | null, tolerant: boolean): Rest {
  const areas: (readonly Area[])[] = [];
  const unknown: Token[][] = [];
  let corrected = false;
  let lastUnknown = -2;
  const numberAt = window === null ? -1 : houseNumberAt(tokens, window);
  for (let index = 0; index < tokens.length;) {
    const token = tokens[index];
    if (token === undefined) break;
    if (window !== null && index >= window.start && index < window.end) index = window.end;
    else if (index === numberAt || isFiller(tokens, index)) index += 1;
    else {
      const area = areaAt(gazetteer, tokens, index) ?? (tolerant ? areaWithTypoAt(gazetteer, tokens, index) : null);
      if (area === null) {
        const run = unknown.at(-1);
        if (run !== undefined && lastUnknown === index - 1 && run.at(-1)?.part === token.part) run.push(token);
        else unknown.push([token]);
        lastUnknown = index;
      } else {
        areas.push(area.areas);
        corrected ||= area.corrected;
      }
      index += area?.length ?? 1;
    }
  }
  return { number: tokens[numberAt]?.number ?? null, areas, corrected, unknown };
}

/** The index of the number after a place, else of the one before it; -1 where there is none. */
function houseNumberAt(tokens: readonly Token[], { start, end }: Window): number {
  for (const index of [end, start - 1]) {
    if ((tokens[index]?.number ?? null) !== null && !isFiller(tokens, index)) return index;
  }
  return -1;
}

/** Whether a token says no more than where in a house: such a word, or the number of a floor before one. */
function isFiller(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token === undefined) return false;
  if (token.number === null) return FILLERS.has(token.text);
  const next = tokens[index + 1];
  return next !== undefined && next.number === null && FILLERS.has(next.text);
}

interface AreaInTokens {
  readonly areas: readonly Area[];
  /** In tokens. */
  readonly length: number;
  readonly corrected: boolean;
}

function areaAt({ areas }: Gazetteer, tokens: readonly Token[], start: number): AreaInTokens | null {
  for (let length = MAX_WORDS_OF_A_NAME; length > 0; length -= 1) {
    const key = keyAt(tokens, start, length);
    const found = key === null ? undefined : areas.get(key);
    if (found !== undefined) return { areas: found, length, corrected: false };
  }
  return null;
}

function areaWithTypoAt({ areas }: Gazetteer, tokens: readonly Token[], start: number): AreaInTokens | null {
  for (let length = MAX_WORDS_OF_A_NAME; length > 0; length -= 1) {
    const key = keyAt(tokens, start, length);
    const nearest = key === null || key.length < SHORTEST_WITH_TYPO ? null : areas.nearest(key);
    if (nearest !== null) return { areas: nearest.entries, length, corrected: true };
  }
  return null;
}
