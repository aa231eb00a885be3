import { systemClock, type Clock } from '../../src/clock.ts';
import { LOG_LEVELS, type LogLevel } from '../../src/config/variables.ts';
import { trustEverybody } from '../../src/http/authentication/authenticate.ts';
import type { Authenticate } from '../../src/http/authentication/identity.ts';
import type { CallerLimits } from '../../src/http/caller-limits.ts';
import { createLogger } from '../../src/http/logger.ts';
import type { ReadinessChecks } from '../../src/http/health.ts';
import { OpenStreams, type StreamLimits } from '../../src/http/open-streams.ts';
import type { RequestOver } from '../../src/http/request-end.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { PREFERENCE_TYPES } from '../../src/pipeline/preferences/registry.ts';
import { createRestApp } from '../../src/rest/rest-app.ts';
import { createExecutor } from '../../src/schema/executor.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { MemoryTickets } from '../../src/session/memory-tickets.ts';
import type { SessionService } from '../../src/session/session-service.ts';
import { CONTRACT_TYPES } from './complex-types.ts';
import { watchForPlaces } from './private-places.ts';
import { StubSessionService } from './stub-session-service.ts';

interface TestServerOptions extends Partial<StreamLimits> {
  readonly authenticate?: Authenticate;
  readonly loopbackHostsOnly?: boolean;
  /** None unless given. */
  readonly corsOrigins?: '*' | readonly string[];
  readonly trustProxy?: readonly string[];
  /** None unless given. */
  readonly limits?: CallerLimits;
  readonly onRequestOver?: (over: RequestOver) => void;
  readonly onNotAuthenticated?: (reason: string) => void;
  /** From which on `logged` tells lines: info unless given. Everything is logged, at trace. */
  readonly logLevel?: LogLevel;
  readonly graphiql?: boolean;
  readonly introspection?: boolean;
  readonly checks?: ReadinessChecks;
  readonly clock?: Clock;
  /** By which readers are slow: the machine's own unless given, so that a test counts the timers of `clock` alone. */
  readonly streamClock?: Clock;
  /** 30 s unless given. */
  readonly keepaliveMs?: number;
  /** Always 0 unless given. */
  readonly random?: () => number;
  /** A free one unless given. */
  readonly port?: number;
}

const schema = buildSchema(CONTRACT_TYPES);

const NO_LIMITS: CallerLimits = { spend: async () => {} };

/** The longest that a ticket holds. */
export const LONGEST_TICKET_MS = 60_000;

/** The real HTTP server over a stub of the door, on a free port, closed at the end of its block. */
export async function startHttpTestServer(options: TestServerOptions = {}) {
  const service = new StubSessionService();
  return { ...(await startServerOver(service, options)), service };
}

/** The same over any door. */
export async function startServerOver(service: SessionService, options: TestServerOptions = {}) {
  const { authenticate = trustEverybody, introspection = true, random = () => 0 } = options;
  const { loopbackHostsOnly = true, graphiql = true, checks = {}, clock = systemClock, keepaliveMs = 30_000 } = options;
  const {
    streams: most = 20_000,
    streamsPerAccount = 1000,
    writeStallMs = 30_000,
    streamClock = systemClock,
  } = options;
  const { corsOrigins = [], trustProxy = [], limits = NO_LIMITS } = options;
  const { onRequestOver = () => {}, onNotAuthenticated = () => {} } = options;
  const lines: string[] = [];
  const log = createLogger('trace', {
    write: (line) => {
      lines.push(line);
      watchForPlaces(line);
    },
  });
  const asked: ReadonlySet<unknown> = new Set(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(options.logLevel ?? 'info') + 1));
  const executor = createExecutor({ schema, service, log, clock, introspection, random });
  const tickets = new MemoryTickets({ clock: streamClock, longestMs: LONGEST_TICKET_MS });
  const rest = createRestApp({ service, tickets, preferenceTypes: PREFERENCE_TYPES, clock, keepaliveMs, random });
  const streams = new OpenStreams({ streams: most, streamsPerAccount, writeStallMs, clock: streamClock, random });
  const server = createHttpServer({
    executor,
    rest,
    streams,
    authenticate,
    limits,
    loopbackHostsOnly,
    corsOrigins,
    trustProxy,
    onRequestOver,
    onNotAuthenticated,
    random,
    graphiql,
    checks,
    log,
    clock,
  });
  const { url, port } = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    url,
    port,
    streams,
    tickets,
    /** What every open stream of a face listens to, to end before the server does. */
    ending: [executor.ending, rest.ending],
    /** What was logged so far from the level on that was asked for, parsed. */
    logged: (): Record<string, unknown>[] =>
      lines.map((line) => JSON.parse(line)).filter(({ level }) => asked.has(level)),
    /** What was logged so far at every level, as it was written. */
    logText: (): string => lines.join(''),
    drain: () => server.drain(),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

export type HttpTestServer = Awaited<ReturnType<typeof startHttpTestServer>>;
