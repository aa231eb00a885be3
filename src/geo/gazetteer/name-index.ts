import { editDistance } from './edit-distance.ts';
import { keyOfName } from './normalise.ts';

/** The entries whose names are nearest to what was typed, and how many letters off they are. */
export interface Nearest<Entry> {
  readonly entries: readonly Entry[];
  /** 1 or 2; 0 for the very name. */
  readonly distance: number;
}

/** Entries by the keys of their names (see keyOfName). */
export interface NameIndex<Entry> {
  /** The entries of exactly this key, in the order they were put in. */
  get(key: string): readonly Entry[] | undefined;
  /**
   * The entries nearest to a key that may hold a small typo: one letter off for names of 5 letters, two from 9, where the
   * ending that many names share does not count: "Torstraße" has three letters, so it is not what "Torfstraße" means, and
   * "Blankenburg" seven, so it is not Brandenburg.
   */
  nearest(key: string): Nearest<Entry> | null;
}

/** What a search for typos looks at, for a name that is long enough to be searched. */
interface Searchable<Entry> {
  readonly key: string;
  readonly letters: number;
  readonly allowed: number;
  readonly entries: readonly Entry[];
}

const MOST_TYPOS = 2;
const COMMON_ENDING = /(?:strase|platz|allee|damm|weg|chausee|ufer|ring|burg|berg|dorf|felde|hausen|hagen)$/;

/** An index over names, each with what it means; one name may mean several things. */
export function createNameIndex<Entry>(names: Iterable<readonly [name: string, entry: Entry]>): NameIndex<Entry> {
  const byKey = new Map<string, Entry[]>();
  for (const [name, entry] of names) {
    const key = keyOfName(name);
    const entries = byKey.get(key);
    if (entries === undefined) byKey.set(key, [entry]);
    else if (!entries.includes(entry)) entries.push(entry);
  }
  const searchable = [...byKey]
    .map(([key, entries]) => ({ key, letters: lettersOf(key), allowed: typosAllowed(key), entries }))
    .filter(({ allowed }) => allowed > 0);
  return { get: (key) => byKey.get(key), nearest: (key) => nearestOf(searchable, key) };
}

function nearestOf<Entry>(searchable: readonly Searchable<Entry>[], key: string): Nearest<Entry> | null {
  const letters = lettersOf(key);
  let distance = MOST_TYPOS;
  let entries: Entry[] = [];
  for (const candidate of searchable) {
    const allowed = Math.min(candidate.allowed, distance);
    if (Math.abs(candidate.key.length - key.length) > allowed) continue;
    if (lettersApart(letters, candidate.letters) > 2 * allowed) continue;
    const off = editDistance(candidate.key, key, allowed);
    if (off > allowed) continue;
    if (off < distance) entries = [];
    distance = off;
    entries.push(...candidate.entries);
  }
  return entries.length === 0 ? null : { entries, distance };
}

function typosAllowed(key: string): number {
  const { length } = key.replace(COMMON_ENDING, '');
  if (length >= 9) return MOST_TYPOS;
  return length >= 5 ? 1 : 0;
}

/** The letters that a key is made of, a bit each. */
function lettersOf(key: string): number {
  let letters = 0;
  for (let index = 0; index < key.length; index += 1) letters |= 1 << (key.charCodeAt(index) & 31);
  return letters;
}

/** How many letters are in one word alone: a typo adds one, takes one, or both, so it makes up for two at most. */
function lettersApart(a: number, b: number): number {
  let apart = 0;
  for (let rest = a ^ b; rest !== 0; rest &= rest - 1) apart += 1;
  return apart;
}
