import { systemClock, type Clock } from '../../src/clock.ts';
import { createLogger } from '../../src/http/logger.ts';
import type { Authenticate } from '../../src/http/gate.ts';
import type { ReadinessChecks } from '../../src/http/health.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { PREFERENCE_TYPES } from '../../src/pipeline/preferences/registry.ts';
import { createRestApp } from '../../src/rest/rest-app.ts';
import { createExecutor } from '../../src/schema/executor.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { CONTRACT_TYPES } from './complex-types.ts';
import { StubSessionService } from './stub-session-service.ts';

interface TestServerOptions {
  readonly authenticate?: Authenticate;
  readonly loopbackHostsOnly?: boolean;
  readonly graphiql?: boolean;
  readonly introspection?: boolean;
  readonly checks?: ReadinessChecks;
  readonly clock?: Clock;
  /** 30 s unless given. */
  readonly keepaliveMs?: number;
  /** A free one unless given. */
  readonly port?: number;
}

const schema = buildSchema(CONTRACT_TYPES);

/** The real HTTP server over a stub of the door, on a free port, closed at the end of its block. */
export async function startHttpTestServer(options: TestServerOptions = {}) {
  const { authenticate = () => ({ account: 'demo' }), introspection = true } = options;
  const { loopbackHostsOnly = true, graphiql = true, checks = {}, clock = systemClock, keepaliveMs = 30_000 } = options;
  const service = new StubSessionService();
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  const executor = createExecutor({ schema, service, log, clock, introspection });
  const rest = createRestApp({ service, preferenceTypes: PREFERENCE_TYPES, clock, keepaliveMs });
  const server = createHttpServer({
    executor,
    rest,
    authenticate,
    loopbackHostsOnly,
    graphiql,
    checks,
    log,
    clock,
  });
  const { url, port } = await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    url,
    port,
    service,
    /** What was logged so far, parsed. */
    logged: (): Record<string, unknown>[] => lines.map((line) => JSON.parse(line)),
    /** What was logged so far, as it was written. */
    logText: (): string => lines.join(''),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

export type HttpTestServer = Awaited<ReturnType<typeof startHttpTestServer>>;
