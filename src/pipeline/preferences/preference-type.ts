import type { z } from 'zod';
import type { Locale, Warning } from '../../protocol.ts';
import type { CandidateCenter, CenterColumn } from '../../db/centers.ts';
import type { TravelTimes, TravelTimeSource } from '../../geo/travel-times.ts';
import type { RunContext } from '../run-context.ts';
import type { PlaceRequest, Places } from '../places/places.ts';

/** A parent's wish: one row of `preferences` whose payload was parsed by its type. */
export interface Wish<Payload = unknown> {
  readonly preferenceId: string;
  /** Above 0. */
  readonly weight: number;
  readonly payload: Payload;
}

/**
 * What a wish says of one center. While something about the wish is not known yet, `lowest`, `highest` and
 * `canSatisfy` say what it may still become; afterwards they are `score`, `score` and `satisfied`.
 */
export interface Assessment {
  /**
   * 0 to 1, monotone in the thing it measures; null where the center does not say: it then counts in no mean. Where it
   * is not exact, the best that what is not asked for allows.
   */
  readonly score: number | null;
  readonly satisfied: boolean;
  readonly lowest: number | null;
  readonly highest: number | null;
  readonly canSatisfy: boolean;
  /** True where nothing that is known speaks against the wish, and something that is not known keeps it unsatisfied. */
  readonly unknown: boolean;
  /** False where `refine` would tell more of this center: until then it is known by bounds alone. */
  readonly isExact: boolean;
}

/** One limit of a wish that could be loosened, such as the 20 minutes by bike to work. */
export interface Limit {
  /** Stable within the wish, such as `work.max_travel_minutes`. */
  readonly key: string;
  /** The name of the question's field, such as `work_max_travel_minutes`. */
  readonly fieldName: string;
  /**
   * The nearest value of this limit, rounded away from the wish to what a person would say, with which the center
   * satisfies the whole wish; null where it does already, or where no value of this limit alone does.
   */
  neededFor(center: CandidateCenter): number | null;
  /** How far a value lies from the wished one, relative to it: 0.25 is 25 minutes instead of 20. */
  relativeChange(value: number): number;
  /** In words, such as `25 instead of 20 minutes by bike to work`; a sentence may begin or go on with it. */
  words(value: number, locale: Locale): string;
  /** The same wish with this limit at another value. */
  loosenedTo(value: number): PreparedWish;
}

/** What an offer shows of a wish. */
export interface Explanation {
  /** Such as `home: ideal walking time (8min)`. */
  readonly details: string;
  /** In the shape of the type's `complex.facts`; empty for a simple type. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A wish that is ready to assess centers with what is known so far. */
export interface PreparedWish {
  readonly wish: Wish;
  readonly type: PreferenceType;
  /** Quick: it is called for every candidate, and again whenever more is known. */
  assess(center: CandidateCenter): Assessment;
  explain(center: CandidateCenter, locale: Locale): Explanation;
  /**
   * What this center costs against the wish, in the person's terms, such as `7 minutes more by bike to work`; null where
   * the wish is met.
   */
  cost(center: CandidateCenter, locale: Locale): string | null;
  readonly limits: readonly Limit[];
  /** Whether it has limits, or may have some once more is known. */
  readonly mayLoosen: boolean;
  /** One for each step of the type's pipeline, in milliseconds so far. */
  executionTimesMs(): readonly number[];
  warnings(): readonly Warning[];
  /**
   * Finds out what is still missing, by asking the person where it must be. `matters` tells whether anything that is
   * still open could change which offers come out, or their order.
   */
  complete?(matters: () => boolean): Promise<void>;
  /**
   * Tells more of some of these centers, given in the order in which they matter, by asking for what costs: of the first
   * that is not exact at least, and of as many as go into a request. Absent where assessments are exact from the start.
   */
  refine?(centers: readonly CandidateCenter[]): Promise<void>;
}

/** What a type may use to prepare a wish. */
export interface Preparation {
  readonly run: RunContext;
  readonly candidates: readonly CandidateCenter[];
  readonly places: Places;
  readonly travelTimes: TravelTimes;
  /** Those that could not be asked in this run: a person waits for each of them once. */
  readonly unavailable: Set<TravelTimeSource>;
  /** Reports progress within the stage: `done` of 0 to 1 of this wish. */
  progress(key: string, done: number, details: string): Promise<void>;
}

/** A kind of preference: a folder of its own and a line in the registry. */
export interface PreferenceType<Payload = unknown> {
  /** As in `preferences.type` and as a key of REST, such as `care_hours`. */
  readonly type: string;
  /** The shape of `preferences.payload`. */
  readonly payload: z.ZodType<Payload>;
  /** The columns of a center that it reads, beside id, name, place and ages. */
  readonly columns: readonly CenterColumn[];
  /** Null for a simple one, which one column answers. */
  readonly complex: ComplexType | null;
  /** The places that a wish names, in its order: where home is unknown, the search is around the first that is known. */
  places?(wish: Wish<Payload>): readonly PlaceRequest[];
  prepare(wish: Wish<Payload>, preparation: Preparation): Promise<PreparedWish>;
}

/** What the two faces show of a complex type. */
export interface ComplexType {
  /** The GraphQL type's name, such as `CareHoursMatch`. */
  readonly graphqlName: string;
  readonly description: string;
  /** The steps, in order. */
  readonly pipeline: readonly string[];
  /**
   * What a match says beside the common fields, with descriptions by `.meta({ description })`. Objects and enums in it
   * carry their GraphQL name as `.meta({ id })`, and enum values are lower case.
   */
  readonly facts: z.ZodObject;
}
