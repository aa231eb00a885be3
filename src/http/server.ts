import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { RestApp } from '../rest/rest-app.ts';
import type { GraphqlExecutor } from '../schema/executor.ts';
import { send, type Route } from './exchange.ts';
import { createGate, type Authenticate, type Routes } from './gate.ts';
import { GRAPHQL_PATH, graphqlRoute } from './graphql.ts';
import { GRAPHQL_STREAM_PATH, graphqlStreamRoute } from './graphql-stream.ts';
import { livenessRoute, readinessRoute, type ReadinessChecks } from './health.ts';
import type { OpenStreams } from './open-streams.ts';
import { restRoutes } from './rest.ts';

/** How long a closing server waits for open streams to end before it cuts them. */
const CLOSE_GRACE_MS = 2000;

/** Until a request's headers, and all of it, must have come. Both end with the request: streams are not cut by them. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

interface HttpServerOptions {
  readonly executor: GraphqlExecutor;
  readonly rest: RestApp;
  readonly authenticate: Authenticate;
  /** Of this server alone: how many streams there may be, and which readers are too slow. */
  readonly streams: OpenStreams;
  /** Whether only loopback names are taken in the Host header: yes wherever no token is asked for. */
  readonly loopbackHostsOnly: boolean;
  /** Whether a browser is shown GraphiQL at /graphql. */
  readonly graphiql: boolean;
  readonly checks: ReadinessChecks;
  readonly clock: Clock;
  readonly log: Log;
  /** A fresh UUID v4. */
  readonly newId?: () => string;
}

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Such as `http://127.0.0.1:8001`, without a slash at its end. */
  readonly url: string;
}

export interface HttpServer extends AsyncDisposable {
  /** Port 0 takes a free one. Rejects with ListenError when it cannot be had. */
  listen(at: { readonly host: string; readonly port: number }): Promise<Address>;
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
  const { executor, rest, streams, clock, log, newId = randomUUID } = options;
  let closing: Promise<void> | undefined;
  const gate = createGate({ ...options, newId, routes: routesOf(options), isClosing: () => closing !== undefined });
  const underWay = new UnderWay();
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    underWay.counting(gate),
  );

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
      return listen(server, at);
    },
    drain,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function routesOf({ executor, rest, streams, graphiql, checks, clock, log }: HttpServerOptions): Routes {
  const { byPath, byPrefix, patterns } = restRoutes(rest);
  const others: readonly (readonly [string, Route])[] = [
    [GRAPHQL_PATH, graphqlRoute(executor, { graphiql, clock })],
    [GRAPHQL_STREAM_PATH, graphqlStreamRoute(executor)],
    ['/healthz', livenessRoute()],
    ['/readyz', readinessRoute({ checks, isDraining: () => streams.isDraining, clock, log })],
    ['/', redirectRoute(GRAPHQL_PATH)],
  ];
  return { byPath: new Map([...byPath, ...others]), byPrefix, patterns };
}

function redirectRoute(location: string): Route {
  return {
    methods: ['GET', 'HEAD'],
    authenticated: false,
    handle: ({ res }) => send(res, { status: 302, headers: { Location: location }, body: '' }),
  };
}

/** The address cannot be listened on; the message says why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use. Stop what listens there, or set PORT (0 takes a free one).',
  EACCES: 'may not be listened on by this user. Set PORT to 1024 or more.',
  EADDRNOTAVAIL: 'is no address of this machine. Set HOST to one that is.',
  ENOTFOUND: 'cannot be resolved. Set HOST to an address of this machine.',
};

async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<Address> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server
    .once('error', (error: NodeJS.ErrnoException) => {
      const why = WHY_NOT[error.code ?? ''];
      reject(why === undefined ? error : new ListenError(`${host}:${port} ${why}`, { cause: error }));
    })
    .listen({ host, port }, resolve);
  await promise;
  server.removeAllListeners('error');
  const bound = server.address();
  const taken = typeof bound === 'object' && bound !== null ? bound.port : port;
  return { host, port: taken, url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}` };
}

/** Counts the requests whose responses are not over. */
class UnderWay {
  count = 0;
  #idle = Promise.withResolvers<void>();

  counting(listener: RequestListener): RequestListener {
    return (req, res) => {
      this.count += 1;
      res.once('close', () => {
        this.count -= 1;
        if (this.count === 0) this.#idle.resolve();
      });
      listener(req, res);
    };
  }

  /** Resolves when none is. */
  async none(): Promise<void> {
    while (this.count > 0) {
      this.#idle = Promise.withResolvers<void>();
      await this.#idle.promise;
    }
  }
}
