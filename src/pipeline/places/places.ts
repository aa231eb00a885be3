import { errorBody } from '../../errors.ts';
import { type GeocodeCandidate, type Geocoded, type Geocoder, GeocoderUnavailable } from '../../geo/geocoder.ts';
import {
  type Answer,
  type InteractionReason,
  NONE_OF_THESE,
  type Point,
  type Stage,
  type Warning,
} from '../../protocol.ts';
import type { RunContext } from '../run-context.ts';
import { reportProgress } from '../stages/stage-progress.ts';
import { judgeCandidates } from './judge-candidates.ts';
import { contextOf, fieldOf, placeQuestion, placeTexts, type QuestionedPlace } from './place-texts.ts';

/** The name of the parent's own place, around which is searched. */
export const HOME = 'home';

/** A place that a search needs, with what is known of it. */
export interface PlaceRequest extends QuestionedPlace {
  readonly address: string | null;
  readonly location: Point | null;
}

/** What looking for a place, and asking for it, came to. */
export type PlaceOutcome =
  | { readonly known: true; readonly location: Point }
  | { readonly known: false; readonly reason: UnknownReason };

/** Why a place stayed unknown. */
export type UnknownReason = 'declined' | 'not_found' | 'not_asked' | 'unavailable';

/** How often a person is asked to name one place. */
const MOST_ATTEMPTS = 2;

/** What geocoding an address came to; recorded, so that no address is looked up twice in a session. */
type Found = ({ readonly status: 'found' } & Geocoded) | { readonly status: 'unavailable' };

/**
 * Finds the places of one session: by coordinates, by geocoding an address, and by asking the person. A place that is
 * named without an address or coordinates is the one that another wish gives them for; where none does, it is asked for
 * once, however many wishes name it.
 */
export class Places {
  readonly #run: RunContext;
  readonly #geocoder: Geocoder;
  readonly #known = new Map<string, Promise<Point | undefined>>();
  readonly #outcomes = new Map<string, Promise<PlaceOutcome>>();
  readonly #warnings = new Map<string, Warning>();
  #home: Point | null = null;
  #stage: Stage = 'finding_centers';

  readonly #named: ReadonlyMap<string, PlaceRequest>;

  /** `requests` are all that the wishes of this session name, in their order. */
  constructor(run: RunContext, geocoder: Geocoder, requests: readonly PlaceRequest[]) {
    this.#run = run;
    this.#geocoder = geocoder;
    // The first of a name that says where it is; or else the first of that name.
    this.#named = new Map(
      [...requests.toReversed(), ...requests.filter(isGiven).toReversed()].map((one) => [nameOf(one), one]),
    );
  }

  /** Where the parent lives, once it is known: it breaks ties between candidates. */
  set home(location: Point) {
    this.#home = location;
  }

  /** In which stage places are looked up from now on: progress names it. */
  enter(stage: Stage): void {
    this.#stage = stage;
  }

  /** Whether nobody has said where the place is. */
  isMissing(request: PlaceRequest): boolean {
    return !isGiven(this.#placeOf(request));
  }

  /** The place, if it is known without asking anybody; undefined when a question would be needed. */
  async lookUp(request: PlaceRequest): Promise<Point | undefined> {
    const place = this.#placeOf(request);
    const id = identityOf(place);
    const outcome = await this.#outcomes.get(id);
    if (outcome) return outcome.known ? outcome.location : undefined;
    const known = this.#known.get(id) ?? this.#lookUp(place);
    this.#known.set(id, known);
    return known;
  }

  /**
   * The place, asking the person where it must be: `matters` tells whether an answer could change anything. A place
   * that stays unknown is in the warnings.
   */
  async resolve(request: PlaceRequest, matters: () => boolean): Promise<PlaceOutcome> {
    const place = this.#placeOf(request);
    const id = identityOf(place);
    const outcome = this.#outcomes.get(id) ?? this.#resolve(place, matters);
    this.#outcomes.set(id, outcome);
    return outcome;
  }

  /** One for each place that stayed unknown, or that a substitute for the map service found. */
  get warnings(): readonly Warning[] {
    return [...this.#warnings.values()];
  }

  /** Where a wish says nothing of a place but its name, another may say more. */
  #placeOf(request: PlaceRequest): PlaceRequest {
    return isGiven(request) ? request : (this.#named.get(nameOf(request)) ?? request);
  }

  async #lookUp(place: PlaceRequest): Promise<Point | undefined> {
    if (place.location) return place.location;
    if (place.address === null) return undefined;
    const found = await this.#geocode(place, 'stored', place.address);
    const judged = found.status === 'found' ? judgeCandidates(found.candidates) : undefined;
    return judged?.verdict === 'clear' ? judged.candidate.location : undefined;
  }

  async #resolve(place: PlaceRequest, matters: () => boolean): Promise<PlaceOutcome> {
    const known = await (this.#known.get(identityOf(place)) ?? this.#lookUp(place));
    if (known) return { known: true, location: known };
    const outcome = await this.#askFor(place, matters);
    if (!outcome.known) this.#warn(place, outcome.reason);
    return outcome;
  }

  async #askFor(place: PlaceRequest, matters: () => boolean): Promise<PlaceOutcome> {
    let reason: InteractionReason = 'missing';
    for (let attempt = 0; attempt <= MOST_ATTEMPTS; attempt += 1) {
      // A decision to ask is recorded: a replay over data that has changed must come upon the same questions. Before
      // each attempt anew: another answer may have settled everything meanwhile.
      const worthAsking = await this.#run.step(`${keyOf(place)}:matters:${attempt}`, matters);
      if (!worthAsking) return { known: false, reason: 'not_asked' };
      const answer = await this.#nextAnswer(place, attempt, reason);
      if (answer.kind === 'declined') return { known: false, reason: 'declined' };
      if (answer.kind === 'coordinates') {
        // Where a substitute looked up an address is of no concern any more.
        this.#warnings.delete(identityOf(place));
        return { known: true, location: { longitude: answer.longitude, latitude: answer.latitude } };
      }
      if (answer.kind === 'address') {
        const picked = await this.#pick(place, attempt, answer.address);
        if (picked.known || picked.reason === 'declined') return picked;
        reason = picked.reason === 'unavailable' ? 'provider_unavailable' : 'not_found';
      }
    }
    const { parentId } = this.#run.input;
    await this.#run.notice(`${keyOf(place)}:failed`, errorBody('geocoding_failed', { parentId }));
    return { known: false, reason: reason === 'provider_unavailable' ? 'unavailable' : 'not_found' };
  }

  /** The stored address is the first answer, if there is one; every other comes from the person. */
  async #nextAnswer(place: PlaceRequest, attempt: number, reason: InteractionReason): Promise<Answer | NoAddress> {
    if (attempt === 0)
      return place.address === null ? { kind: 'no_address' } : { kind: 'address', address: place.address };
    const question = placeQuestion(this.#run.input.locale, place, { reason, attempt });
    return this.#run.ask(`${keyOf(place)}:input:${attempt}`, question);
  }

  async #pick(place: PlaceRequest, attempt: number, address: string): Promise<PlaceOutcome> {
    const found = await this.#geocode(place, attempt === 0 ? 'stored' : String(attempt), address);
    if (found.status === 'unavailable') return { known: false, reason: 'unavailable' };
    const judged = judgeCandidates(found.candidates);
    switch (judged.verdict) {
      case 'none':
        return { known: false, reason: 'not_found' };
      case 'clear':
        return { known: true, location: judged.candidate.location };
      case 'ambiguous':
        return this.#choose(place, attempt, judged.candidates);
      case 'imprecise':
        return this.#confirm(place, attempt, judged.candidate);
    }
  }

  async #choose(place: PlaceRequest, attempt: number, candidates: readonly GeocodeCandidate[]): Promise<PlaceOutcome> {
    const texts = placeTexts[this.#run.input.locale];
    const options = candidates.map(({ label }, index) => ({ value: `option_${index + 1}`, label }));
    const answer = await this.#run.ask(`${keyOf(place)}:choice:${attempt}`, {
      interactionType: 'choice',
      question: texts.choose(place.name),
      fieldName: fieldOf(place),
      context: contextOf(place, 'ambiguous', attempt),
      options: [...options, { value: NONE_OF_THESE, label: texts.none }],
    });
    if (answer.kind === 'declined') return { known: false, reason: 'declined' };
    const chosen = options.findIndex(({ value }) => answer.kind === 'choice' && answer.value === value);
    return asOutcome(candidates[chosen]?.location);
  }

  async #confirm(place: PlaceRequest, attempt: number, candidate: GeocodeCandidate): Promise<PlaceOutcome> {
    const answer = await this.#run.ask(`${keyOf(place)}:confirmation:${attempt}`, {
      interactionType: 'confirmation',
      question: placeTexts[this.#run.input.locale].confirm(place.name, candidate.label),
      fieldName: fieldOf(place),
      context: contextOf(place, 'imprecise', attempt),
      options: null,
    });
    if (answer.kind === 'declined') return { known: false, reason: 'declined' };
    return asOutcome(answer.kind === 'confirmation' && answer.confirmed ? candidate.location : undefined);
  }

  async #geocode(place: PlaceRequest, which: string, query: string): Promise<Found> {
    const { locale } = this.#run.input;
    const onWait = async (): Promise<void> => {
      const details = placeTexts[locale].waiting;
      await reportProgress(this.#run, this.#stage, { key: `${keyOf(place)}:waiting:${which}`, done: 0, details });
    };
    const found = await this.#run.step<Found>(`${keyOf(place)}:geocoded:${which}`, async (signal) => {
      try {
        const geocoded = await this.#geocoder.geocode({ query, locale, near: this.#home, signal, onWait });
        return { status: 'found', ...geocoded };
      } catch (error) {
        if (error instanceof GeocoderUnavailable) return { status: 'unavailable' };
        throw error;
      }
    });
    if (found.status === 'found' && found.bySubstitute) this.#warn(place, 'substituted');
    return found;
  }

  /** A later reason takes the place of an earlier one. */
  #warn(place: PlaceRequest, reason: UnknownReason | 'substituted'): void {
    const texts = placeTexts[this.#run.input.locale];
    const message = (reason === 'substituted' ? texts.substituted : texts.unknown[reason])(place.name);
    const isOfProvider = reason === 'unavailable' || reason === 'substituted';
    const code = isOfProvider ? 'provider_unavailable' : (`location_${reason}` as const);
    this.#warnings.set(identityOf(place), { code, field: fieldOf(place), message });
  }
}

interface NoAddress {
  readonly kind: 'no_address';
}

function nameOf({ name }: PlaceRequest): string {
  return name.trim().toLowerCase();
}

/** Whether a request says where the place is, or only what it is called. */
function isGiven({ address, location }: PlaceRequest): boolean {
  return address !== null || location !== null;
}

/** Two requests are one place when they have the same name and say the same of where it is. */
function identityOf(place: PlaceRequest): string {
  return JSON.stringify([nameOf(place), place.address, place.location?.longitude, place.location?.latitude]);
}

/** Stable over replays: by the preference that needs the place first, and the place's name. */
function keyOf(place: PlaceRequest): string {
  return `place:${place.preferenceId ?? 'parent'}:${nameOf(place)}`;
}

function asOutcome(location: Point | undefined): PlaceOutcome {
  return location ? { known: true, location } : { known: false, reason: 'not_found' };
}
