import { randomUUID } from 'node:crypto';
import { buildMapServices } from './app/map-services.ts';
import { openStore } from './app/store.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { causeOf, SessionFailure } from './errors.ts';
import { type Database, openDatabase } from './db/database.ts';
import { migrate } from './db/migrations/migrate.ts';
import { loadDemoData } from './db/seed/demo-data.ts';
import type { Geocoder } from './geo/geocoder.ts';
import type { TravelTimes } from './geo/travel-times.ts';
import { createAuthenticate, trustEverybody } from './http/authentication/authenticate.ts';
import { createTokenCheck } from './http/authentication/token-check.ts';
import type { CallerLimits } from './http/caller-limits.ts';
import type { ReadinessChecks } from './http/health.ts';
import type { Address } from './http/listen.ts';
import { createMetricsServer } from './http/metrics-server.ts';
import { OpenStreams, type StreamCounts } from './http/open-streams.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import type { Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { complexTypesOf } from './pipeline/preferences/complex-types.ts';
import { PREFERENCE_TYPES } from './pipeline/preferences/registry.ts';
import type { Pipeline } from './pipeline/run-context.ts';
import { createMatchingPipeline } from './pipeline/run-matching.ts';
import { createRestApp } from './rest/rest-app.ts';
import { createExecutor } from './schema/executor.ts';
import { buildSchema } from './schema/schema.ts';
import { atMost } from './session/at-most.ts';
import { Lifeline } from './session/lifeline.ts';
import type { RedisStoreCounts } from './session/redis-session-store.ts';
import { type HeldSessions, type RunnerCounts, SessionRunner } from './session/session-runner.ts';
import { createSessionService, type SessionService } from './session/session-service.ts';
import type { SessionStore } from './session/session-store.ts';
import { Takeover } from './session/takeover.ts';
import type { Tickets } from './session/tickets.ts';

export { StartError } from './app/start-error.ts';

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
  /** Where /metrics is by itself; null where it is beside everything else. */
  readonly metricsAddress: Address | null;
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
  readonly sessions: RunnerCounts & { readonly held: HeldSessions };
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
  const closing = new AsyncDisposableStack();
  try {
    const clock = systemClock;
    const database = await prepareDatabase(config, { log, closing, onProgress });
    const instance = randomUUID();
    const shared = await openStore(config, { log, clock, instance });
    const { store, budget, tickets, limits, accountStreams: everywhere, check, counts } = shared;
    closing.adopt(store, (one) => one.close());
    closing.defer(async () => everywhere[Symbol.asyncDispose]?.());
    const metrics = createMetrics({
      clock,
      state: () => ({
        held: sessions.runner.held,
        counts: sessions.runner.counts,
        streams: streams.counts,
        redis: counts(),
      }),
      budgets: () => ({ budget, limits: maps.limits }),
    });
    const maps = buildMapServices({ config, budget, clock, log, onCall: metrics.onMapCall });
    const { geocoder, travelTimes } = maps;
    const using = { config, log, clock, closing, store, instance, database, geocoder, travelTimes, metrics, observe };
    const sessions = await serveSessions(using);
    const checks = { database: () => database.ping(), ...check, serving: async () => assertServing(sessions.runner) };
    const streams = new OpenStreams({ ...config.limits, writeStallMs: config.times.writeStallMs, clock, everywhere });
    const { service } = sessions;
    const server = closing.use(
      createServer(config, { log, clock, checks, streams, limits, tickets, metrics, service }),
    );
    const address = await server.listen(config);
    const metricsAddress = await serveMetrics(config, { metrics, clock, log, closing });

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
      metricsAddress,
      parts: {
        database: database.description,
        sessions: store.description,
        geocoder: geocoder.name,
        travelTimes: travelTimes.name,
      },
      state: () => ({
        sessions: { held: sessions.runner.held, ...sessions.runner.counts },
        streams: streams.counts,
        redis: counts(),
      }),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    // Why it could not start is what matters: a close that fails as well does not stand before it.
    await closing.disposeAsync().catch((failed: unknown) => {
      log.error({ cause: causeOf(failed) }, 'could not close after a start that failed');
    });
    throw error;
  }
}

/** Readiness fails while an instance hands its sessions over. */
function assertServing(runner: SessionRunner): void {
  if (!runner.isOpen) throw new SessionFailure('unavailable');
}

function asIs(pipeline: Pipeline): Pipeline {
  return pipeline;
}

async function prepareDatabase(
  config: Config,
  {
    log,
    closing,
    onProgress,
  }: {
    readonly log: Log;
    readonly closing: AsyncDisposableStack;
    readonly onProgress: (line: string) => void;
  },
): Promise<Database> {
  const database = closing.use(await openDatabase({ ...config.database, log, onProgress }));
  await migrate(database);
  if (config.database.demoData && (await loadDemoData(database))) onProgress('Loaded the demo data.');
  return database;
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
  readonly metrics: Metrics;
  readonly observe: (pipeline: Pipeline) => Pipeline;
}): Promise<Sessions> {
  const { store, clock, log, config, instance, closing, metrics } = using;
  const { heartbeatMs, leaseMs, interactionTimeoutMs, sessionMaxMs, sessionRetentionMs } = config.times;
  const pipeline = using.observe(
    metrics.timing(createMatchingPipeline({ ...using, preferenceTypes: PREFERENCE_TYPES })),
  );
  const lifeline = new Lifeline({ store, instance, heartbeatMs, leaseMs, clock, log });
  closing.defer(() => lifeline.stop());
  const { onQuestions, onDelivered } = metrics;
  const runner = new SessionRunner({ store, pipeline, lifeline, clock, log, interactionTimeoutMs, onQuestions });
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
    wrongAnswersPerQuestion: config.limits.wrongAnswersPerQuestion,
    onDelivered,
    onStartInDoubt: () => takeover.lookForOwn(),
  });
  await lifeline.start();
  return { service: metrics.counting(service), runner, lifeline };
}

/** Listens on METRICS_PORT, where there is one. */
async function serveMetrics(
  { host, metricsPort: port }: Config,
  {
    closing,
    ...using
  }: {
    readonly metrics: Metrics;
    readonly clock: Clock;
    readonly log: Log;
    readonly closing: AsyncDisposableStack;
  },
): Promise<Address | null> {
  if (port === null) return null;
  return closing.use(createMetricsServer({ ...using, newId: randomUUID })).listen({ host, port });
}

function createServer(
  config: Config,
  using: {
    readonly log: Log;
    readonly clock: Clock;
    readonly checks: ReadinessChecks;
    readonly streams: OpenStreams;
    readonly limits: CallerLimits;
    readonly tickets: Tickets;
    readonly metrics: Metrics;
    readonly service: SessionService;
  },
): HttpServer {
  const { log, clock, service, tickets, metrics } = using;
  const schema = buildSchema(complexTypesOf(PREFERENCE_TYPES));
  const executor = createExecutor({ schema, service, log, clock, introspection: config.introspection });
  const { keepaliveMs } = config.times;
  const rest = createRestApp({ service, tickets, preferenceTypes: PREFERENCE_TYPES, clock, keepaliveMs });
  const { auth, corsOrigins, trustProxy, introspection: graphiql } = config;
  const authenticate =
    auth === null
      ? trustEverybody
      : createAuthenticate({ checkToken: createTokenCheck({ auth, clock, log }), tickets, clock });
  return createHttpServer({
    ...using,
    metrics: config.metricsPort === null ? metrics : undefined,
    onRequestOver: metrics.onRequestOver,
    onNotAuthenticated: metrics.onNotAuthenticated,
    executor,
    rest,
    authenticate,
    loopbackHostsOnly: auth === null,
    corsOrigins,
    trustProxy,
    graphiql,
  });
}
