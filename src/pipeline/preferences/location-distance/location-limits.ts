import type { CandidateCenter } from '../../../db/centers.ts';
import type { Locale } from '../../../protocol.ts';
import type { Limit, PreparedWish } from '../preference-type.ts';
import type { Leg } from './leg.ts';
import { shareAt } from './location-scorer.ts';
import { fieldOf } from '../../places/place-texts.ts';
import { kilometresWords, minutesWords } from './location-texts.ts';

type Loosened = 'max_travel_minutes' | 'max_distance_km';

/** Kilometres are said to a tenth, minutes to one. */
const STEPS_PER_UNIT = { max_travel_minutes: 1, max_distance_km: 10 } as const;

/** A wish about locations, seen as what may be loosened. */
interface LoosenableWish {
  readonly legs: readonly Leg[];
  indexOf(center: CandidateCenter): number;
  /** The same wish with other legs. */
  withLegs(legs: readonly Leg[]): PreparedWish;
}

/** Every limit of every leg whose ways are known. */
export function locationLimits(wish: LoosenableWish): Limit[] {
  return wish.legs.flatMap((leg) => {
    const kinds = (['max_travel_minutes', 'max_distance_km'] as const).filter((kind) => leg.wished[kind] !== undefined);
    return leg.ways ? kinds.map((kind) => limitOf(leg, kind, wish)) : [];
  });
}

function limitOf(leg: Leg, kind: Loosened, wish: LoosenableWish): Limit {
  const wished = leg.wished[kind] ?? 0;
  const legsWith = (value: number): readonly Leg[] =>
    wish.legs.map((one) => (one === leg ? { ...leg, wished: { ...leg.wished, [kind]: value } } : one));
  return {
    key: `${leg.wished.name}.${kind}`,
    fieldName: fieldOf(leg.wished).replace(/location$/, kind),
    neededFor(center) {
      const index = wish.indexOf(center);
      const reached = kind === 'max_travel_minutes' ? leg.ways?.times?.minutesAt(index) : leg.ways?.distancesKm[index];
      if (reached === undefined || Number.isNaN(reached)) return null;
      const value = Math.ceil(reached * STEPS_PER_UNIT[kind]) / STEPS_PER_UNIT[kind];
      return value > wished && satisfiesAll(legsWith(value), index) ? value : null;
    },
    relativeChange: (value) => value / wished - 1,
    words: (value, locale) => words(leg, kind, { value, wished, locale }),
    loosenedTo: (value) => wish.withLegs(legsWith(value)),
  };
}

function satisfiesAll(legs: readonly Leg[], index: number): boolean {
  return legs.every((leg) => (shareAt(leg, index) ?? Infinity) <= 1);
}

function words(leg: Leg, kind: Loosened, said: { value: number; wished: number; locale: Locale }): string {
  const { name, transport_mode: mode } = leg.wished;
  const { locale, value, wished } = said;
  return kind === 'max_travel_minutes' && mode !== undefined
    ? minutesWords(locale, { name, mode }, value, wished)
    : kilometresWords(locale, name, value, wished);
}
