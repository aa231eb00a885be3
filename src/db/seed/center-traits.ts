import type { Random } from './random.ts';

/** What made-up centers are like. The shares are guesses that make a lively picture; no statistics stand behind them. */

type Shares<Item> = readonly (readonly [Item, number])[];

const CONCEPTS: Shares<string | null> = [
  ['situationsansatz', 30],
  ['offenes_konzept', 16],
  ['montessori', 11],
  ['bewegung', 9],
  ['reggio', 7],
  ['natur', 6],
  ['waldorf', 5],
  ['musik', 4],
  [null, 12],
];

/** Besides German, which every center speaks. The share of centers that speak it, 0 to 1. */
const OTHER_LANGUAGES: Shares<string> = [
  ['en', 0.24],
  ['tr', 0.14],
  ['ar', 0.09],
  ['ru', 0.07],
  ['es', 0.05],
  ['fr', 0.05],
  ['pl', 0.05],
  ['uk', 0.04],
  ['it', 0.03],
  ['vi', 0.02],
  ['el', 0.01],
  ['pt', 0.01],
];

const OPENING_HOURS: Shares<string | null> = [
  ['Mo-Fr 06:00-18:00', 16],
  ['Mo-Fr 06:30-17:30', 15],
  ['Mo-Fr 07:00-17:00', 18],
  ['Mo-Fr 06:00-17:00', 10],
  ['Mo-Fr 07:00-17:30', 8],
  ['Mo-Fr 07:30-16:30', 7],
  ['Mo-Fr 08:00-16:00', 4],
  ['Mo-Th 07:00-17:00; Fr 07:00-16:00', 8],
  ['Mo-Th 06:30-17:00; Fr 06:30-15:30', 5],
  ['Mo-Fr 05:30-20:00', 2],
  ['Mo-Sa 06:00-21:00', 1],
  ['24/7', 0.5],
  [null, 5.5],
];

/** The youngest and the oldest age in months. */
const AGES: Shares<readonly [number | null, number | null]> = [
  [[8, 72], 14],
  [[12, 72], 42],
  [[18, 72], 8],
  [[24, 72], 10],
  [[36, 72], 12],
  [[8, 36], 6],
  [[null, 72], 3],
  [[null, null], 5],
];

/** Free places: none, few, some more, or not said. The bounds are both included. */
const FREE_PLACES: Shares<readonly [number, number] | null> = [
  [[0, 0], 52],
  [[1, 3], 28],
  [[4, 12], 10],
  [null, 10],
];

/** The last day on which a made-up center said how many places are free, and how many days before it may have. */
const LAST_UPDATE = Date.UTC(2026, 8, 30);
const UPDATED_WITHIN_DAYS = 90;
const DAY_MS = 86_400_000;

/** What a made-up center offers, apart from its name and its place. */
export interface CenterTraits {
  readonly languages: string[];
  readonly pedagogy: string | null;
  readonly opening_hours: string | null;
  readonly capacity: number | null;
  readonly free_places: number | null;
  readonly free_places_updated_at: Date | null;
  readonly min_age_months: number | null;
  readonly max_age_months: number | null;
}

/** The traits of the next center. */
export function madeUpTraits(random: Random): CenterTraits {
  const [youngest, oldest] = random.weighted(AGES);
  const capacity = random.chance(0.04) ? null : 5 * random.integer(3, 32);
  return {
    languages: ['de', ...OTHER_LANGUAGES.filter(([, share]) => random.chance(share)).map(([language]) => language)],
    pedagogy: random.weighted(CONCEPTS),
    opening_hours: random.weighted(OPENING_HOURS),
    capacity,
    ...freePlaces(random, capacity),
    min_age_months: youngest,
    max_age_months: oldest,
  };
}

function freePlaces(
  random: Random,
  capacity: number | null,
): Pick<CenterTraits, 'free_places' | 'free_places_updated_at'> {
  const bounds = random.weighted(FREE_PLACES);
  if (bounds === null) return { free_places: null, free_places_updated_at: null };
  return {
    free_places: Math.min(random.integer(...bounds), capacity ?? bounds[1]),
    free_places_updated_at: new Date(LAST_UPDATE - random.integer(0, UPDATED_WITHIN_DAYS) * DAY_MS),
  };
}
