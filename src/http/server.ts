import { randomUUID } from 'node:crypto';
import { createServer, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { DOCS_PATH } from '../rest/openapi.ts';
import type { RestApp } from '../rest/rest-app.ts';
import type { GraphqlExecutor } from '../schema/executor.ts';
import { answerBrokenRequests } from './broken-requests.ts';
import { send, type Route } from './exchange.ts';
import { createGate, type GateOptions } from './gate.ts';
import { asksForGraphiql, GRAPHIQL_POLICY } from './graphiql.ts';
import { GRAPHQL_PATH, graphqlRoute } from './graphql.ts';
import { GRAPHQL_STREAM_PATH, graphqlStreamRoute } from './graphql-stream.ts';
import { METRICS_PATH, metricsRoute, type MetricsText } from './metrics.ts';
import { type Address, listen } from './listen.ts';
import { livenessRoute, readinessRoute, type ReadinessChecks } from './health.ts';
import type { OpenStreams } from './open-streams.ts';
import { restRoutes } from './rest.ts';
import type { Routes } from './routes.ts';
import { UnderWay } from './under-way.ts';

/** How long a closing server waits for open streams to end before it cuts them. */
const CLOSE_GRACE_MS = 2000;

/** What a request is given. Nothing of it counts once all of the request has come: streams are not cut by it. */
const REQUEST_LIMITS: ServerOptions = {
  /** Until its headers, and all of it, must have come; and how often that is looked at. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  /** Longer than proxies keep a connection (nginx: 60 s): one that closes first would lose the request after. */
  keepAliveTimeout: 65_000,
  /** Bytes of all headers, and of the path. */
  maxHeaderSize: 16_384,
  /** The gate says what is wrong without one. */
  requireHostHeader: false,
};

/** What may be left out of what the gate is made of; `random` and `newId` are the machine's own then. */
type Optional = 'onRequestOver' | 'onNotAuthenticated' | 'newId' | 'random';

interface HttpServerOptions
  extends Omit<GateOptions, 'routes' | 'isClosing' | Optional>, Partial<Pick<GateOptions, Optional>> {
  readonly executor: GraphqlExecutor;
  readonly rest: RestApp;
  /** Of this server alone: how many streams there may be, and which readers are too slow. */
  readonly streams: OpenStreams;
  /** Whether a browser is shown GraphiQL at /graphql. */
  readonly graphiql: boolean;
  readonly checks: ReadinessChecks;
  /** Said at /metrics, to callers on this machine; without it that path is not there. */
  readonly metrics?: MetricsText | undefined;
}

/** The one way in to everything that is served over HTTP, but for METRICS_PORT. */
export interface HttpServer extends AsyncDisposable {
  /** Port 0 takes a free one. Rejects with ListenError when it cannot be had. */
  listen(at: Pick<Address, 'host' | 'port'>): Promise<Address>;
  /**
   * Sends the streams away: /readyz is 503 from now on, those that are open say that the service goes and end, and no
   * other begins. Everything else is answered as before, so that whoever read here can still answer a question.
   */
  drain(): void;
  /** Drains, takes no more requests, ends open streams, waits for answers under way, and leaves nothing. */
  close(): Promise<void>;
}

/** The one HTTP server, with everything that is served behind one gate. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { executor, rest, streams, clock, log, newId = randomUUID, random = Math.random } = options;
  const { onRequestOver = () => {}, onNotAuthenticated = () => {} } = options;
  let closing: Promise<void> | undefined;
  const isClosing = (): boolean => closing !== undefined;
  const routes = routesOf(options);
  const gate = createGate({ ...options, newId, random, onRequestOver, onNotAuthenticated, routes, isClosing });
  const underWay = new UnderWay(() => streams.countCrowded());
  const server = createServer(REQUEST_LIMITS);
  const listener = answerBrokenRequests(server, { clock, log, newId })(underWay.counting(gate));
  // Node would answer an expectation that it does not know by itself.
  server.on('request', listener).on('checkExpectation', listener);
  server.on('connection', (socket: Socket) => streams.watchReader(socket));

  function drain(): void {
    streams.drain();
    executor.end();
    rest.end();
  }

  async function shut(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    drain();
    const timer = clock.after(CLOSE_GRACE_MS, () => {
      log.warn({ open: underWay.count }, 'cutting what is still open');
      server.closeAllConnections();
    });
    await underWay.none();
    server.closeAllConnections();
    await closed;
    timer.cancel();
  }

  const close = (): Promise<void> => (closing ??= shut());
  return {
    async listen(at) {
      await rest.ready();
      return listen(server, at, 'PORT');
    },
    drain,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function routesOf(options: HttpServerOptions): Routes {
  const { executor, rest, streams, graphiql, checks, metrics, clock, log } = options;
  const { byPath, byPrefix, patterns } = restRoutes(rest);
  const others: readonly (readonly [string, Route])[] = [
    [GRAPHQL_PATH, withGraphiql(graphqlRoute(executor, { graphiql, clock }), graphiql)],
    [GRAPHQL_STREAM_PATH, graphqlStreamRoute(executor)],
    ['/healthz', livenessRoute()],
    ['/readyz', readinessRoute({ checks, isDraining: () => streams.isDraining, clock, log })],
    ...(metrics === undefined ? [] : [[METRICS_PATH, metricsRoute(metrics)] as const]),
    ['/', redirectRoute(graphiql ? GRAPHQL_PATH : DOCS_PATH)],
  ];
  return { byPath: new Map([...byPath, ...others]), byPrefix, patterns };
}

/** The page itself is anybody's to see: a browser has no token to show when it asks for it. */
function withGraphiql(route: Route, graphiql: boolean): Route {
  if (!graphiql) return route;
  return { ...route, policy: GRAPHIQL_POLICY, authenticated: (req) => !asksForGraphiql(req) };
}

function redirectRoute(location: string): Route {
  return {
    methods: ['GET', 'HEAD'],
    authenticated: false,
    handle: ({ res }) => send(res, { status: 302, headers: { Location: location }, body: '' }),
  };
}
