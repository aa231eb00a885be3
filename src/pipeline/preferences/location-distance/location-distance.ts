import type { CandidateCenter } from '../../../db/centers.ts';
import type { Locale, Warning } from '../../../protocol.ts';
import { fieldOf } from '../../places/place-texts.ts';
import type {
  Assessment,
  Explanation,
  Limit,
  PreferenceType,
  Preparation,
  PreparedWish,
  Wish,
} from '../preference-type.ts';
import { calculateWays } from './distance-calculator.ts';
import type { Leg } from './leg.ts';
import { locationFacts } from './location-facts.ts';
import { locationLimits } from './location-limits.ts';
import { type LocationPayload, locationPayload } from './location-payload.ts';
import { legsOf, resolveKnown, resolveOpen } from './location-resolver.ts';
import { assessLegs, describeLeg } from './location-scorer.ts';
import { legWords, locationTexts } from './location-texts.ts';

const PIPELINE = ['location_resolver', 'distance_calculator', 'location_scorer'] as const;
type Step = (typeof PIPELINE)[number];

/** How near a center must be to places: home, work, any other, by travel time or by distance. */
export const locationDistance: PreferenceType<LocationPayload> = {
  type: 'location_distance',
  payload: locationPayload,
  columns: [],
  complex: {
    graphqlName: 'LocationDistanceMatch',
    description: 'How a center meets a wish about travel times or distances: `location_distance`.',
    pipeline: PIPELINE,
    facts: locationFacts,
  },
  places: ({ payload, preferenceId }) => legsOf(payload, preferenceId).map(({ request }) => request),
  async prepare(wish, preparation) {
    const prepared = new LocationWish(wish, preparation);
    await prepared.prepare();
    return prepared;
  },
};

/** resolver → calculator → scorer, first with the places that are known, then with those that were asked for. */
class LocationWish implements PreparedWish {
  readonly wish: Wish<LocationPayload>;
  readonly type = locationDistance;
  readonly mayLoosen = true;
  readonly #preparation: Preparation;
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #timesMs: Record<Step, number>;
  #legs: Leg[];
  #assessments: readonly Assessment[] = [];

  constructor(wish: Wish<LocationPayload>, preparation: Preparation) {
    this.wish = wish;
    this.#preparation = preparation;
    this.#indexes = new Map(preparation.candidates.map(({ id }, index) => [id, index]));
    this.#timesMs = { location_resolver: 0, distance_calculator: 0, location_scorer: 0 };
    this.#legs = legsOf(wish.payload, wish.preferenceId);
  }

  async prepare(): Promise<void> {
    this.#legs = await this.#timed('location_resolver', () => resolveKnown(this.#legs, this.#preparation));
    await this.#progress('resolved', 0.1, this.#texts.resolved(this.#knownPlaces(), this.#legs.length));
    await this.#calculateAndScore();
  }

  async complete(matters: () => boolean): Promise<void> {
    if (this.#legs.every(({ place }) => place.status !== 'open')) return;
    const resolve = (): Promise<Leg[]> => resolveOpen(this.#legs, this.#preparation, matters);
    this.#legs = await this.#timed('location_resolver', resolve);
    await this.#progress('completed', 0.7, this.#texts.resolved(this.#knownPlaces(), this.#legs.length));
    await this.#calculateAndScore();
  }

  assess(center: CandidateCenter): Assessment {
    const assessment = this.#assessments[this.#indexOf(center)];
    if (!assessment) throw new RangeError('this center is no candidate of the search');
    return assessment;
  }

  explain(center: CandidateCenter, locale: Locale): Explanation {
    const legs = this.#legs.map((leg) => describeLeg(leg, this.#indexOf(center)));
    return { details: legs.map((leg) => legWords(leg, locale)).join('; '), facts: { legs } };
  }

  get limits(): readonly Limit[] {
    return locationLimits({
      legs: this.#legs,
      indexOf: (center) => this.#indexOf(center),
      withLegs: (legs) => this.#withLegs(legs),
    });
  }

  executionTimesMs(): readonly number[] {
    return PIPELINE.map((step) => Math.round(this.#timesMs[step]));
  }

  warnings(): readonly Warning[] {
    const { travelTimes, run } = this.#preparation;
    const radiusKm = run.input.maxDistanceKm;
    return this.#legs.flatMap(({ wished, ways }): Warning[] => {
      const { name, transport_mode: mode, max_travel_minutes: minutes, max_distance_km: km } = wished;
      const byTime = mode !== undefined && minutes !== undefined ? travelTimes.reachKm(mode, minutes) : Infinity;
      const reachKm = Math.min(km ?? Infinity, byTime);
      const wider = Number.isFinite(reachKm) && reachKm > radiusKm;
      const estimated = ways?.minutes && !ways.routed;
      const field = fieldOf(wished);
      return [
        ...(wider
          ? [{ code: 'wish_wider_than_radius', field, message: this.#texts.wider(name, radiusKm) } as const]
          : []),
        ...(estimated ? [{ code: 'estimated_travel_time', field, message: this.#texts.estimated(name) } as const] : []),
      ];
    });
  }

  async #calculateAndScore(): Promise<void> {
    const { run, travelTimes, candidates } = this.#preparation;
    const calculation = {
      run,
      travelTimes,
      destinations: candidates.map(({ location }) => location),
      onLocation: async (name: string) => {
        const done = this.#legs.length === 0 ? 1 : this.#knownPlaces() / this.#legs.length;
        await this.#progress(`calculated:${name}`, 0.1 + 0.8 * done, this.#texts.calculated(name, candidates.length));
      },
    };
    this.#legs = await this.#timed('distance_calculator', () => calculateWays(this.#legs, calculation));
    await this.#timed('location_scorer', () => this.#score());
  }

  async #score(): Promise<void> {
    this.#assessments = assessLegs(this.#legs, this.#preparation.candidates.length);
  }

  #withLegs(legs: readonly Leg[]): LocationWish {
    const other = new LocationWish(this.wish, this.#preparation);
    other.#legs = [...legs];
    Object.assign(other.#timesMs, this.#timesMs);
    other.#assessments = assessLegs(legs, this.#preparation.candidates.length);
    return other;
  }

  /** A step that is left by a question has taken its time too. */
  async #timed<T>(step: Step, work: () => Promise<T>): Promise<T> {
    const { run } = this.#preparation;
    const before = run.workMs();
    try {
      return await work();
    } finally {
      this.#timesMs[step] += run.workMs() - before;
    }
  }

  async #progress(key: string, done: number, details: string): Promise<void> {
    await this.#preparation.progress(`${this.wish.preferenceId}:${key}`, done, details);
  }

  #knownPlaces(): number {
    return this.#legs.filter(({ place }) => place.status === 'known').length;
  }

  #indexOf({ id }: CandidateCenter): number {
    return this.#indexes.get(id) ?? -1;
  }

  get #texts(): (typeof locationTexts)[Locale] {
    return locationTexts[this.#preparation.run.input.locale];
  }
}
