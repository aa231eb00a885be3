import { randomUUID } from 'node:crypto';
import { buildMapServices } from './app/map-services.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { SessionFailure } from './errors.ts';
import { type Database, openDatabase } from './db/database.ts';
import { migrate } from './db/migrations/migrate.ts';
import { loadDemoData } from './db/seed/demo-data.ts';
import { createMemoryCallBudget } from './geo/budget/memory-call-budget.ts';
import { createRedisCallBudget } from './geo/budget/redis-call-budget.ts';
import type { CallBudget } from './geo/call-budget.ts';
import type { Geocoder } from './geo/geocoder.ts';
import type { TravelTimes } from './geo/travel-times.ts';
import type { ReadinessChecks } from './http/health.ts';
import { OpenStreams, type StreamCounts } from './http/open-streams.ts';
import { type Address, createHttpServer, type HttpServer } from './http/server.ts';
import type { Log } from './log.ts';
import { PREFERENCE_TYPES } from './pipeline/preferences/registry.ts';
import type { Pipeline } from './pipeline/run-context.ts';
import { createMatchingPipeline } from './pipeline/run-matching.ts';
import { createRestApp } from './rest/rest-app.ts';
import { createExecutor } from './schema/executor.ts';
import { buildSchema, complexTypesOf } from './schema/schema.ts';
import { atMost } from './session/at-most.ts';
import { Lifeline } from './session/lifeline.ts';
import { MemorySessionStore } from './session/memory-session-store.ts';
import { openRedisSessionStore, type RedisStoreCounts } from './session/redis-session-store.ts';
import { type HeldSessions, type RunnerCounts, SessionRunner } from './session/session-runner.ts';
import { createSessionService, type SessionService } from './session/session-service.ts';
import type { SessionStore } from './session/session-store.ts';
import { Takeover } from './session/takeover.ts';

/** The account of every caller where no token is asked for. */
const DEMO_ACCOUNT = 'demo';

/**
 * Of the time for a close: what runs at work have to come to rest, what readers then have to read what they came to
 * before their streams are ended, and what all of it has before it is given up.
 */
const SHARE_OF_RUNS = 0.5;
const SHARE_OF_LAST_READ = 0.1;
const SHARE_OF_CLOSE = 0.9;

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  /** Hears, in one line each, what takes long enough at a start to wonder about. */
  readonly onProgress?: (line: string) => void;
  /** Wraps the pipeline, to watch what it does; for tests and tracing. */
  readonly observe?: (pipeline: Pipeline) => Pipeline;
}

/** An instance that serves. */
export interface App extends AsyncDisposable {
  readonly address: Address;
  /** What it runs on, for people: a line for each part. */
  readonly parts: AppParts;
  /** What it holds and has done since its start; for operators. */
  state(): AppState;
  /**
   * Starts and takes up nothing more, ends streams, hands its sessions to the other instances, closes the database, and
   * leaves nothing. Twice is the same as once.
   */
  close(options?: CloseOptions): Promise<void>;
}

export interface AppState {
  readonly sessions: HeldSessions & RunnerCounts;
  readonly streams: StreamCounts;
  /** Null where sessions are in memory. */
  readonly redis: RedisStoreCounts | null;
}

export interface CloseOptions {
  /**
   * How long the whole close may take: runs that are at work have half of it to come to rest, and whatever does not
   * answer is left behind at its end. Default: runs are aborted at once, and everything else is waited for.
   */
  readonly drainMs?: number;
}

export interface AppParts {
  readonly database: string;
  readonly sessions: string;
  readonly geocoder: string;
  readonly travelTimes: string;
}

/** Builds every implementation that the configuration names, hands them to one another, and listens. */
export async function startApp({ config, log, onProgress = () => {}, observe = asIs }: AppOptions): Promise<App> {
  assertBuilt(config);
  const closing = new AsyncDisposableStack();
  try {
    const clock = systemClock;
    const database = closing.use(await prepareDatabase(config, onProgress));
    const instance = randomUUID();
    const { store, budget, check, counts } = await openStore(config, { log, clock, instance });
    closing.adopt(store, (one) => one.close());
    const { geocoder, travelTimes } = buildMapServices({ config, budget, clock, log });
    const using = { config, log, clock, closing, store, instance, database, geocoder, travelTimes, observe };
    const sessions = await serveSessions(using);
    const checks = { database: () => database.ping(), ...check, serving: async () => assertServing(sessions.runner) };
    const streams = new OpenStreams({ ...config.limits, writeStallMs: config.times.writeStallMs, clock });
    const server = closing.use(createServer(config, { log, clock, checks, streams, service: sessions.service }));
    const address = await server.listen(config);

    async function shut(drainMs: number): Promise<void> {
      const isAtWork = sessions.runner.held.running > 0;
      await sessions.runner.drain(drainMs * SHARE_OF_RUNS);
      if (isAtWork) await new Promise<void>((resolve) => clock.after(drainMs * SHARE_OF_LAST_READ, resolve));
      await Promise.all([sessions.lifeline.stop(), server.close()]);
      await closing.disposeAsync();
    }
    let closed: Promise<void> | undefined;
    // Whoever calls it a second time waits for the same close.
    const close = async ({ drainMs }: CloseOptions = {}): Promise<void> => {
      closed ??= shut(drainMs ?? 0);
      if (drainMs === undefined || (await atMost(clock, drainMs * SHARE_OF_CLOSE, closed))) return closed;
      log.warn({ drainMs }, 'closing takes too long: what does not answer is left behind');
    };
    return {
      address,
      parts: {
        database: database.description,
        sessions: store.description,
        geocoder: geocoder.name,
        travelTimes: travelTimes.name,
      },
      state: () => ({
        sessions: { ...sessions.runner.held, ...sessions.runner.counts },
        streams: streams.counts,
        redis: counts(),
      }),
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
function assertBuilt({ auth }: Config): void {
  if (auth === null) return;
  throw new StartError(
    'This version does not have everything that the environment asks for:\n  AUTH_JWT_SECRET, AUTH_JWKS_URL: tokens are' +
      ' not checked',
  );
}

/** Readiness fails while an instance hands its sessions over. */
function assertServing(runner: SessionRunner): void {
  if (!runner.isOpen) throw new SessionFailure('unavailable');
}

function asIs(pipeline: Pipeline): Pipeline {
  return pipeline;
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

/**
 * Sessions, and the budgets of map services, on Redis where it is configured, and in memory otherwise; with what readiness
 * is to ask of it.
 */
async function openStore(
  config: Config,
  using: { readonly log: Log; readonly clock: Clock; readonly instance: string },
): Promise<{
  readonly store: SessionStore;
  readonly budget: CallBudget;
  readonly check: ReadinessChecks;
  readonly counts: () => RedisStoreCounts | null;
}> {
  const { url, keyPrefix } = config.redis;
  if (url === null) {
    const budget = createMemoryCallBudget(using.clock);
    return { store: new MemorySessionStore(using.clock), budget, check: {}, counts: () => null };
  }
  const { logPollMs, sessionRetentionMs: retentionMs } = config.times;
  const options = { url, keyPrefix, logPollMs, retentionMs, ...using };
  const store = await openRedisSessionStore(options).catch((cause: unknown) => {
    if (!(cause instanceof SessionFailure)) throw cause;
    throw new StartError(
      'The Redis of REDIS_URL does not answer, or refuses the login. Start it, or correct REDIS_URL.',
      { cause },
    );
  });
  const budget = createRedisCallBudget({ redis: store.redis, keyPrefix, clock: using.clock });
  return { store, budget, check: { redis: () => store.ping() }, counts: () => store.counts };
}

/** What runs sessions here, and keeps them when this instance or another one fails. */
interface Sessions {
  readonly service: SessionService;
  readonly runner: SessionRunner;
  readonly lifeline: Lifeline;
}

/** Resolves when the other instances know of this one: not before may it begin sessions. */
async function serveSessions(using: {
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
  readonly observe: (pipeline: Pipeline) => Pipeline;
}): Promise<Sessions> {
  const { store, clock, log, config, instance, closing } = using;
  const { heartbeatMs, leaseMs, interactionTimeoutMs, sessionMaxMs, sessionRetentionMs } = config.times;
  const pipeline = using.observe(createMatchingPipeline({ ...using, preferenceTypes: PREFERENCE_TYPES }));
  const lifeline = new Lifeline({ store, instance, heartbeatMs, leaseMs, clock, log });
  closing.defer(() => lifeline.stop());
  const runner = new SessionRunner({ store, pipeline, lifeline, clock, log, interactionTimeoutMs });
  closing.defer(() => runner.close());
  const takeover = new Takeover({ store, runner, lifeline, instance, leaseMs, clock, random: Math.random, log });
  closing.defer(() => takeover.close());
  const service = createSessionService({
    store,
    runner,
    pipeline,
    clock,
    instance,
    maxLifeMs: sessionMaxMs,
    retentionMs: sessionRetentionMs,
    onStartInDoubt: () => takeover.lookForOwn(),
  });
  await lifeline.start();
  return { service, runner, lifeline };
}

function createServer(
  config: Config,
  using: {
    readonly log: Log;
    readonly clock: Clock;
    readonly checks: ReadinessChecks;
    readonly streams: OpenStreams;
    readonly service: SessionService;
  },
): HttpServer {
  const { log, clock, checks, streams, service } = using;
  const schema = buildSchema(complexTypesOf(PREFERENCE_TYPES));
  const executor = createExecutor({ schema, service, log, clock, introspection: config.introspection });
  const { keepaliveMs } = config.times;
  const rest = createRestApp({ service, preferenceTypes: PREFERENCE_TYPES, clock, keepaliveMs });
  return createHttpServer({
    executor,
    rest,
    streams,
    authenticate: () => ({ account: DEMO_ACCOUNT }),
    loopbackHostsOnly: true,
    graphiql: config.introspection,
    checks,
    clock,
    log,
  });
}
