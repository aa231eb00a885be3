import CheapRuler from 'cheap-ruler';
import type { Point } from '../../src/protocol.ts';
import type { BenchCenter, BenchFamily } from '../support/matching-bench.ts';

/**
 * The offers as their definition says, written a second time and as plainly as can be: every center is looked at,
 * every wish is scored on its own, everything is sorted. Shares no code with the pipeline but the ruler.
 */
export interface OracleQuery {
  readonly centers: readonly BenchCenter[];
  readonly family: BenchFamily;
  readonly home: Point;
  /** Where each named place is; null: it was declined. */
  readonly places: Readonly<Record<string, Point | null>>;
  readonly radiusKm: number;
  readonly limit: number;
}

interface Scored {
  readonly score: number | null;
  readonly satisfied: boolean;
}

interface WishedPlace {
  readonly name: string;
  readonly max_travel_minutes?: number;
  readonly transport_mode?: string;
  readonly max_distance_km?: number;
}

export function bruteForceOffers(query: OracleQuery): string[] {
  const { centers, family, home, radiusKm, limit } = query;
  const rows = centers
    .filter((center) => kilometres(home, center.location) <= radiusKm && takesChild(center, family))
    .map((center) => {
      const scored = family.preferences.map(({ type, weight = 1, payload }) => ({
        weight,
        ...scoreOf(type, payload, center, query),
      }));
      const counted = scored.filter(({ score }) => score !== null);
      const weights = counted.reduce((sum, { weight }) => sum + weight, 0);
      const total = counted.reduce((sum, { weight, score }) => sum + weight * (score ?? 0), 0);
      const unknown = family.preferences.length === 0 ? 1 : 0.5;
      return {
        id: center.id,
        satisfied: scored.every(({ satisfied }) => satisfied),
        score: counted.length === 0 ? unknown : total / weights,
        km: kilometres(home, center.location),
      };
    });
  rows.sort((a, b) => {
    if (a.satisfied !== b.satisfied) return a.satisfied ? -1 : 1;
    // Scores are told apart to 12 decimals: sums in another order differ in the last bits.
    if (Math.abs(a.score - b.score) > 1e-12) return b.score - a.score;
    if (a.km !== b.km) return a.km - b.km;
    return a.id < b.id ? -1 : 1;
  });
  return rows.slice(0, limit).map(({ id }) => id);
}

function takesChild({ minAgeMonths, maxAgeMonths }: BenchCenter, { childBirthMonth, careFrom }: BenchFamily): boolean {
  if (!childBirthMonth || !careFrom) return true;
  const monthOf = (date: string): number => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
  const age = monthOf(careFrom) - monthOf(childBirthMonth);
  return age >= (minAgeMonths ?? 0) && age <= (maxAgeMonths ?? 10_000);
}

function scoreOf(type: string, payload: unknown, center: BenchCenter, query: OracleQuery): Scored {
  switch (type) {
    case 'language': {
      if (!center.languages || center.languages.length === 0) return { score: null, satisfied: false };
      const spoken = center.languages.includes((payload as { language: string }).language);
      return { score: spoken ? 1 : 0, satisfied: spoken };
    }
    case 'pedagogy': {
      if (!center.pedagogy) return { score: null, satisfied: false };
      const same = center.pedagogy === (payload as { concept: string }).concept;
      return { score: same ? 1 : 0, satisfied: same };
    }
    case 'free_places': {
      if (center.freePlaces === null || center.freePlaces === undefined) return { score: null, satisfied: false };
      const { at_least: wanted } = payload as { at_least: number };
      return { score: Math.min(1, center.freePlaces / wanted), satisfied: center.freePlaces >= wanted };
    }
    case 'care_hours':
      return careHours(payload as { days: string[]; from: string; to: string }, center);
    default:
      return locations((payload as { locations: WishedPlace[] }).locations, center, query);
  }
}

/** Understands only what the test's generator makes: `Mo-Fr 07:00-17:00`. Counts minute by minute. */
function careHours(wish: { days: string[]; from: string; to: string }, { openingHours }: BenchCenter): Scored {
  const hours = openingHours && /^Mo-Fr (\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(openingHours);
  if (!hours) return { score: 0.5, satisfied: false };
  const [opens, closes] = [Number(hours[1]) * 60 + Number(hours[2]), Number(hours[3]) * 60 + Number(hours[4])];
  const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  let asked = 0;
  let covered = 0;
  for (const day of wish.days) {
    for (let minute = minutesOf(wish.from); minute < minutesOf(wish.to); minute += 1) {
      asked += 1;
      if (!['sa', 'su'].includes(day) && minute >= opens && minute < closes) covered += 1;
    }
  }
  return { score: covered / asked, satisfied: covered === asked };
}

function locations(wished: readonly WishedPlace[], center: BenchCenter, { home, places }: OracleQuery): Scored {
  let sum = 0;
  let known = 0;
  let satisfied = true;
  for (const place of wished) {
    const at = place.name === 'home' ? home : places[place.name];
    if (!at) {
      satisfied = false;
      continue;
    }
    const km = kilometres(at, center.location);
    const shares = [
      ...(place.max_distance_km === undefined ? [] : [km / place.max_distance_km]),
      ...(place.max_travel_minutes === undefined ? [] : [minutes(place, km) / place.max_travel_minutes]),
    ];
    const share = Math.max(...shares);
    known += 1;
    sum += 1 / (1 + (share / 1.5) ** 4);
    satisfied = satisfied && share <= 1;
  }
  return { score: known === 0 ? 0.5 : sum / known, satisfied };
}

function minutes({ transport_mode: mode }: WishedPlace, km: number): number {
  const walking = (km * 1.25 * 60) / 4.8;
  if (mode === 'walking') return walking;
  if (mode === 'bike') return 2 + (km * 1.25 * 60) / 15;
  if (mode === 'car') return 5 + (km * 1.35 * 60) / 22;
  return Math.min(walking, 8 + 5 + (km * 1.35 * 60) / 22);
}

function kilometres(from: Point, to: Point): number {
  const ruler = new CheapRuler(from.latitude, 'kilometers');
  return ruler.distance([from.longitude, from.latitude], [to.longitude, to.latitude]);
}
