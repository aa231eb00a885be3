import { sql } from 'kysely';
import { systemClock } from '../../src/clock.ts';
import type { CentersTable } from '../../src/db/tables.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrations/migrate.ts';
import { pointColumn } from '../../src/db/point-column.ts';
import { createEstimatedSource } from '../../src/geo/estimated-travel-times.ts';
import { createGazetteerGeocoder } from '../../src/geo/gazetteer-geocoder.ts';
import type { Geocoder } from '../../src/geo/geocoder.ts';
import type { TravelTimes } from '../../src/geo/travel-times.ts';
import { PREFERENCE_TYPES } from '../../src/pipeline/preferences/registry.ts';
import { createMatchingPipeline } from '../../src/pipeline/run-matching.ts';
import type { MatchingEvent, MatchingInput, MatchResults, Point, UserInteraction } from '../../src/protocol.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import { SessionRunner } from '../../src/session/session-runner.ts';
import { createSessionService, type SessionService } from '../../src/session/session-service.ts';
import { RecordingLog } from './recording-log.ts';
import { alwaysAlive, matchingInput } from './session-samples.ts';

/** A center as a test describes it. */
export interface BenchCenter {
  readonly id: string;
  readonly location: Point;
  readonly languages?: readonly string[];
  readonly pedagogy?: string | null;
  readonly openingHours?: string | null;
  readonly freePlaces?: number | null;
  readonly minAgeMonths?: number | null;
  readonly maxAgeMonths?: number | null;
}

/** A parent with wishes as a test describes them. */
export interface BenchFamily {
  readonly home?: Point | null;
  readonly homeAddress?: string | null;
  readonly childBirthMonth?: string | null;
  readonly careFrom?: string | null;
  readonly preferences: readonly { readonly type: string; readonly weight?: number; readonly payload: unknown }[];
}

/** An answer as a face would give it, in the shape of InteractionResponse, or a promise of one. */
export type BenchAnswer = (question: UserInteraction) => unknown;

export interface BenchRun {
  readonly events: readonly MatchingEvent[];
  readonly questions: readonly UserInteraction[];
  readonly results: MatchResults;
  /** The ids of the offered centers, in order. */
  readonly offered: readonly string[];
}

export interface BenchServices {
  /** Default: the gazetteer. */
  readonly geocoder?: Geocoder;
  /** Default: estimates. */
  readonly travelTimes?: TravelTimes;
}

const ESTIMATES: TravelTimes = { name: 'estimate', by: createEstimatedSource };

const PARENT_ID = '11111111-1111-4111-8111-111111111111';

/** The whole matching, from the session service down to a database in memory, without HTTP. */
export class MatchingBench implements AsyncDisposable {
  readonly database: Database;
  readonly log = new RecordingLog();
  readonly #service: SessionService;
  readonly #runner: SessionRunner;
  readonly #store: MemorySessionStore;

  private constructor(
    database: Database,
    { geocoder = createGazetteerGeocoder(), travelTimes = ESTIMATES }: BenchServices,
  ) {
    this.database = database;
    const clock = systemClock;
    this.#store = new MemorySessionStore(clock);
    const pipeline = createMatchingPipeline({ database, geocoder, travelTimes, preferenceTypes: PREFERENCE_TYPES });
    const using = { store: this.#store, pipeline, clock };
    this.#runner = new SessionRunner({ ...using, lifeline: alwaysAlive, log: this.log, interactionTimeoutMs: 60_000 });
    this.#service = createSessionService({
      ...using,
      runner: this.#runner,
      instance: 'bench',
      wrongAnswersPerQuestion: 10,
      maxLifeMs: 600_000,
      retentionMs: 60_000,
    });
  }

  static async open(services: BenchServices = {}): Promise<MatchingBench> {
    const database = await openDatabase({ url: null, dataDir: 'memory' });
    await migrate(database);
    return new MatchingBench(database, services);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runner.close();
    await this.#store.close();
    await this.database.close();
  }

  /** These centers, and no others, are in the database from now on. */
  async haveCenters(centers: readonly BenchCenter[]): Promise<void> {
    await sql`truncate centers`.execute(this.database.kysely);
    if (centers.length > 0) await this.database.kysely.insertInto('centers').values(centers.map(rowOf)).execute();
  }

  /** This parent, and no other, is in the database from now on. */
  async haveFamily({ home = null, homeAddress = null, ...family }: BenchFamily): Promise<void> {
    const { kysely } = this.database;
    await sql`truncate parents cascade`.execute(kysely);
    await kysely
      .insertInto('parents')
      .values({
        id: PARENT_ID,
        account_id: 'demo',
        home_address: homeAddress,
        home_location: home && pointColumn(home),
        child_birth_month: family.childBirthMonth ?? null,
        care_from: family.careFrom ?? null,
      })
      .execute();
    const rows = family.preferences.map(({ type, weight = 1, payload }, index) => ({
      id: `22222222-2222-4222-8222-${String(index).padStart(12, '0')}`,
      parent_id: PARENT_ID,
      type,
      weight,
      payload: JSON.stringify(payload),
    }));
    if (rows.length > 0) await kysely.insertInto('preferences').values(rows).execute();
  }

  /** One session to its end; every question is answered by `answer`. */
  async match(
    changes: Partial<MatchingInput> = {},
    answer: BenchAnswer = () => ({ decline: true }),
  ): Promise<BenchRun> {
    const { sessionId, events } = await this.#service.start('demo', { ...matchingInput(changes), parentId: PARENT_ID });
    const seen: MatchingEvent[] = [];
    for await (const event of events) {
      seen.push(event);
      if (event.type !== 'user_interaction') continue;
      const { interactionId } = event;
      await this.#service.respond('demo', { sessionId, interactionId, response: await answer(event) });
    }
    const results = seen.at(-1);
    if (results?.type !== 'match_results') throw new Error(`no results: ${JSON.stringify([results, this.log.lines])}`);
    return {
      events: seen,
      questions: seen.filter((event) => event.type === 'user_interaction'),
      results,
      offered: results.offers.map(({ centerId }) => centerId),
    };
  }
}

function rowOf(center: BenchCenter): Omit<CentersTable, 'location'> & { location: ReturnType<typeof pointColumn> } {
  return {
    id: center.id,
    name: `Kita ${center.id.slice(0, 8)}`,
    address: 'Teststraße 1, Berlin',
    district: null,
    location: pointColumn(center.location),
    languages: [...(center.languages ?? [])],
    pedagogy: center.pedagogy ?? null,
    opening_hours: center.openingHours ?? null,
    capacity: null,
    free_places: center.freePlaces ?? null,
    free_places_updated_at: null,
    min_age_months: center.minAgeMonths ?? null,
    max_age_months: center.maxAgeMonths ?? null,
    website: null,
    phone: null,
  };
}
