import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { SessionFailure } from './errors.ts';
import { type Database, openDatabase } from './db/database.ts';
import { migrate } from './db/migrations/migrate.ts';
import { loadDemoData } from './db/seed/demo-data.ts';
import { createEstimatedTravelTimes } from './geo/estimated-travel-times.ts';
import { createGazetteerGeocoder } from './geo/gazetteer-geocoder.ts';
import type { Geocoder } from './geo/geocoder.ts';
import type { TravelTimes } from './geo/travel-times.ts';
import type { ReadinessChecks } from './http/health.ts';
import { OpenStreams } from './http/open-streams.ts';
import { type Address, createHttpServer, type HttpServer } from './http/server.ts';
import type { Log } from './log.ts';
import { PREFERENCE_TYPES } from './pipeline/preferences/registry.ts';
import { createMatchingPipeline } from './pipeline/run-matching.ts';
import { createRestApp } from './rest/rest-app.ts';
import { createExecutor } from './schema/executor.ts';
import { buildSchema, complexTypesOf } from './schema/schema.ts';
import { MemorySessionStore } from './session/memory-session-store.ts';
import { openRedisSessionStore } from './session/redis-session-store.ts';
import { SessionRunner } from './session/session-runner.ts';
import { createSessionService } from './session/session-service.ts';
import type { SessionStore } from './session/session-store.ts';

/** The account of every caller where no token is asked for. */
const DEMO_ACCOUNT = 'demo';

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  /** Hears, in one line each, what takes long enough at a start to wonder about. */
  readonly onProgress?: (line: string) => void;
}

/** An instance that serves. */
export interface App extends AsyncDisposable {
  readonly address: Address;
  /** What it runs on, for people: a line for each part. */
  readonly parts: AppParts;
  /** Ends streams, lets go of sessions, closes the database, and leaves nothing. Twice is the same as once. */
  close(): Promise<void>;
}

export interface AppParts {
  readonly database: string;
  readonly sessions: string;
  readonly geocoder: string;
  readonly travelTimes: string;
}

/** Builds every implementation that the configuration names, hands them to one another, and listens. */
export async function startApp({ config, log, onProgress = () => {} }: AppOptions): Promise<App> {
  assertBuilt(config);
  const closing = new AsyncDisposableStack();
  try {
    const clock = systemClock;
    const database = closing.use(await prepareDatabase(config, onProgress));
    const geocoder = createGazetteerGeocoder();
    const travelTimes = createEstimatedTravelTimes();
    const instance = randomUUID();
    const { store, check } = await openStore(config, { log, clock, instance });
    closing.adopt(store, (one) => one.close());
    const service = serveSessions({ config, log, clock, closing, store, instance, database, geocoder, travelTimes });
    const checks = { database: () => database.ping(), ...check };
    const server = closing.use(createServer(config, { log, clock, checks, service }));
    const address = await server.listen(config);
    let closed: Promise<void> | undefined;
    // Whoever calls it a second time waits for the same close.
    const close = (): Promise<void> => (closed ??= closing.disposeAsync());
    return {
      address,
      parts: {
        database: database.description,
        sessions: store.description,
        geocoder: geocoder.name,
        travelTimes: travelTimes.name,
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

/** Why an instance cannot start as it was asked to; the message says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** A setting that asks for what this version does not have stops the start: nobody is to find out later. */
function assertBuilt(config: Config): void {
  const missing = [
    ...(config.geocoder === 'gazetteer' ? [] : [`GEOCODER: ${config.geocoder} is not there, only gazetteer`]),
    ...(Object.values(config.travelTimes).every((source) => source === 'estimate')
      ? []
      : ['TRAVEL_TIMES: only estimate is there']),
    ...(config.auth === null ? [] : ['AUTH_JWT_SECRET, AUTH_JWKS_URL: tokens are not checked']),
  ];
  if (missing.length === 0) return;
  throw new StartError(
    `This version does not have everything that the environment asks for:\n  ${missing.join('\n  ')}`,
  );
}

async function prepareDatabase(config: Config, onProgress: (line: string) => void): Promise<Database> {
  const database = await openDatabase({ ...config.database, onProgress });
  try {
    await migrate(database);
    if (config.database.demoData && (await loadDemoData(database))) onProgress('Loaded the demo data.');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Sessions on Redis where it is configured, and in memory otherwise; with what readiness is to ask of it. */
async function openStore(
  config: Config,
  using: { readonly log: Log; readonly clock: Clock; readonly instance: string },
): Promise<{ readonly store: SessionStore; readonly check: ReadinessChecks }> {
  const { url, keyPrefix } = config.redis;
  if (url === null) return { store: new MemorySessionStore(using.clock), check: {} };
  const options = { url, keyPrefix, logPollMs: config.times.logPollMs, ...using };
  const store = await openRedisSessionStore(options).catch((cause: unknown) => {
    if (!(cause instanceof SessionFailure)) throw cause;
    throw new StartError(
      'The Redis of REDIS_URL does not answer, or refuses the login. Start it, or correct REDIS_URL.',
      { cause },
    );
  });
  return { store, check: { redis: () => store.ping() } };
}

function serveSessions(using: {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly closing: AsyncDisposableStack;
  readonly store: SessionStore;
  /** This instance's own name. */
  readonly instance: string;
  readonly database: Database;
  readonly geocoder: Geocoder;
  readonly travelTimes: TravelTimes;
}): ReturnType<typeof createSessionService> {
  const { store, clock, log, config, instance } = using;
  const { interactionTimeoutMs, sessionMaxMs: maxLifeMs, sessionRetentionMs: retentionMs } = config.times;
  const pipeline = createMatchingPipeline({ ...using, preferenceTypes: PREFERENCE_TYPES });
  const runner = using.closing.adopt(new SessionRunner({ store, pipeline, clock, log, interactionTimeoutMs }), (one) =>
    one.close(),
  );
  return createSessionService({ store, runner, pipeline, clock, instance, maxLifeMs, retentionMs });
}

function createServer(
  config: Config,
  using: {
    readonly log: Log;
    readonly clock: Clock;
    readonly checks: ReadinessChecks;
    readonly service: ReturnType<typeof createSessionService>;
  },
): HttpServer {
  const { log, clock, checks, service } = using;
  const schema = buildSchema(complexTypesOf(PREFERENCE_TYPES));
  const executor = createExecutor({ schema, service, log, clock, introspection: config.introspection });
  const { keepaliveMs, writeStallMs } = config.times;
  const rest = createRestApp({ service, preferenceTypes: PREFERENCE_TYPES, clock, keepaliveMs });
  return createHttpServer({
    executor,
    rest,
    streams: new OpenStreams({ ...config.limits, writeStallMs, clock }),
    authenticate: () => ({ account: DEMO_ACCOUNT }),
    loopbackHostsOnly: true,
    graphiql: config.introspection,
    checks,
    clock,
    log,
  });
}
