import type { CandidateCenter } from '../../../db/centers.ts';
import type { Locale, Warning } from '../../../protocol.ts';
import type {
  Assessment,
  Explanation,
  Limit,
  PreferenceType,
  Preparation,
  PreparedWish,
  Wish,
} from '../preference-type.ts';
import { askForTimes, beginWays, type Calculation, isFree } from './distance-calculator.ts';
import type { Leg } from './leg.ts';
import { costWords } from './location-cost.ts';
import { type LocationLeg, locationFacts } from './location-facts.ts';
import { locationLimits } from './location-limits.ts';
import { type LocationPayload, locationPayload } from './location-payload.ts';
import { legsOf, resolveKnown, resolveOpen } from './location-resolver.ts';
import { assessLegs, describeLeg, outlookOf } from './location-scorer.ts';
import { legWords } from './location-texts.ts';
import { waysTexts } from './ways-texts.ts';
import { waysWarnings } from './ways-warnings.ts';

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

/**
 * resolver → calculator → scorer, first with the places that are known, then with those that were asked for. Times that
 * cost are asked for by `refine`; until then a center is scored by the least that they can be.
 */
class LocationWish implements PreparedWish {
  readonly wish: Wish<LocationPayload>;
  readonly type = locationDistance;
  readonly mayLoosen = true;
  readonly #preparation: Preparation;
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #timesMs: Record<Step, number>;
  #legs: readonly Leg[];
  #assessments: readonly Assessment[] = [];
  /** Of the travel times, when they were last assessed. */
  #version = -1;

  constructor(wish: Wish<LocationPayload>, preparation: Preparation, indexes?: ReadonlyMap<string, number>) {
    this.wish = wish;
    this.#preparation = preparation;
    this.#indexes = indexes ?? new Map(preparation.candidates.map(({ id }, index) => [id, index]));
    this.#timesMs = { location_resolver: 0, distance_calculator: 0, location_scorer: 0 };
    this.#legs = legsOf(wish.payload, wish.preferenceId);
  }

  async prepare(): Promise<void> {
    await this.#timed('location_resolver', async () => {
      this.#legs = await resolveKnown(this.#legs, this.#preparation);
    });
    await this.#progress('resolved', 0.1, this.#texts.resolved(this.#knownPlaces(), this.#legs.length));
    await this.#beginWays();
  }

  async complete(matters: () => boolean): Promise<void> {
    if (this.#legs.every(({ place }) => place.status !== 'open')) return;
    try {
      await this.#timed('location_resolver', async () => this.#resolveOpen(matters));
    } catch (thrown) {
      // The ways to the places that were answered can be asked for while the others are not.
      await this.#beginWays();
      throw thrown;
    }
    await this.#progress('completed', 0.7, this.#texts.resolved(this.#knownPlaces(), this.#legs.length));
    await this.#beginWays();
  }

  /** A place is asked for only where the one before it is known: what is too far from home needs no way to work. */
  async refine(centers: readonly CandidateCenter[]): Promise<void> {
    const indexes = centers.map((center) => this.#indexOf(center));
    const { run } = this.#preparation;
    const firstOpen = (index: number): Leg | undefined =>
      this.#legs.find(({ ways }) => ways?.times?.isOpen(index) ?? false);
    const wanted = this.#legs.map((leg) => ({ leg, indexes: indexes.filter((index) => firstOpen(index) === leg) }));
    await this.#timed('distance_calculator', async () => {
      await run.all(wanted.map((one) => async () => askForTimes(one.leg, one.indexes, this.#calculation)));
    });
  }

  assess(center: CandidateCenter): Assessment {
    const version = this.#legs.reduce((sum, { ways }) => sum + (ways?.times?.version ?? 0), 0);
    if (version !== this.#version) this.#score();
    this.#version = version;
    const assessment = this.#assessments[this.#indexOf(center)];
    if (!assessment) throw new RangeError('this center is no candidate of the search');
    return assessment;
  }

  explain(center: CandidateCenter, locale: Locale): Explanation {
    const legs = this.#describe(center);
    return { details: legs.map((leg) => legWords(leg, locale)).join('; '), facts: { legs } };
  }

  cost(center: CandidateCenter, locale: Locale): string | null {
    return costWords(this.#describe(center), locale);
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
    return waysWarnings(this.#legs, this.#preparation.run.input);
  }

  async #resolveOpen(matters: () => boolean): Promise<void> {
    await resolveOpen(this.#legs, this.#preparation, {
      matters,
      onResolved: (leg, place) => {
        this.#legs = this.#legs.map((one) => (one === leg ? { ...leg, place } : one));
      },
    });
  }

  async #beginWays(): Promise<void> {
    const begun = (leg: Leg): boolean => leg.place.status === 'known' && leg.ways === null;
    const fresh = this.#legs.filter(begun).map(({ wished }) => wished);
    await this.#timed('distance_calculator', async () => {
      this.#legs = await Promise.all(this.#legs.map((leg) => beginWays(leg, this.#calculation)));
    });
    await this.#timed('location_scorer', async () => this.#score());
    for (const { name, transport_mode: mode } of fresh) {
      if (mode !== undefined && !isFree(this.#preparation.travelTimes.by(mode))) continue;
      const done = this.#knownPlaces() / this.#legs.length;
      const details = this.#texts.calculated(name, this.#preparation.candidates.length);
      await this.#progress(`calculated:${name}`, 0.1 + 0.8 * done, details);
    }
  }

  #score(): void {
    const outlook = outlookOf(this.#legs);
    this.#assessments = this.#preparation.candidates.map((_, index) => assessLegs(outlook, index));
    this.#version = -1;
  }

  get #calculation(): Calculation {
    return {
      ...this.#preparation,
      preferenceId: this.wish.preferenceId,
      indexOf: (centerId) => this.#indexes.get(centerId) ?? -1,
      onBatch: async ({ wished: { name }, ways }, batch) => {
        const known = ways?.times?.count('routed') ?? 0;
        await this.#progress(`routed:${name}:${batch}`, 0.1 + shareAfter(batch), this.#texts.routed(name, known));
      },
      onWait: async ({ wished: { name } }, batch) => {
        await this.#progress(`waiting:${name}:${batch}`, 0.1, this.#texts.waiting);
      },
    };
  }

  #describe(center: CandidateCenter): LocationLeg[] {
    return this.#legs.map((leg) => describeLeg(leg, this.#indexOf(center)));
  }

  #withLegs(legs: readonly Leg[]): LocationWish {
    const other = new LocationWish(this.wish, this.#preparation, this.#indexes);
    other.#legs = legs;
    Object.assign(other.#timesMs, this.#timesMs);
    return other;
  }

  /** A step that is left by a question has taken its time too. */
  async #timed(step: Step, work: () => Promise<void>): Promise<void> {
    const { run } = this.#preparation;
    const before = run.workMs();
    try {
      await work();
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

  get #texts(): (typeof waysTexts)[Locale] {
    return waysTexts[this.#preparation.run.input.locale];
  }
}

/** How many batches there will be nobody knows: each brings the end nearer by less than the one before. */
function shareAfter(batch: number): number {
  return (0.8 * (batch + 1)) / (batch + 4);
}
