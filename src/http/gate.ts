import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { causeOf, SessionFailure } from '../errors.ts';
import type { Log } from '../log.ts';
import { HttpProblem, RestFailure } from '../rest/rest-failure.ts';
import { maskedMessage } from '../schema/masking.ts';
import { ClientLeft, readBody, withBody } from './body.ts';
import { send, type Route } from './exchange.ts';
import { assertLoopbackHost } from './hosts.ts';
import type { OpenStreams } from './open-streams.ts';
import { createPathForm } from './path-form.ts';
import { HttpRefusal, restAnswer } from './refusal.ts';

/** Who a caller is. Rejects with SessionFailure: unauthenticated, rate_limited, unavailable. */
export type Authenticate = (req: IncomingMessage) => Promise<Identity> | Identity;

export interface Identity {
  readonly account: string;
}

interface GateOptions {
  readonly routes: Routes;
  readonly authenticate: Authenticate;
  readonly streams: OpenStreams;
  /** Whether only loopback names are taken in the Host header: yes wherever no token is asked for. */
  readonly loopbackHostsOnly: boolean;
  /** Whether the server takes no more requests. */
  readonly isClosing: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

/** What is behind the gate. */
export interface Routes {
  readonly byPath: ReadonlyMap<string, Route>;
  /** By what a path begins with, where it is none of those. A prefix ends in a slash, and none begins another. */
  readonly byPrefix: ReadonlyMap<string, Route>;
  /** The paths behind the prefixes, their parameters as `:name`: of any other path, not all is logged. */
  readonly patterns: readonly string[];
}

/** A request at the gate. */
interface Arrival {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
  /** Aborts when the response is over, or its reader has left. */
  readonly signal: AbortSignal;
}

/**
 * The one way in, in this order: request id and log line, Host, path, method, body, account. Whatever refuses a
 * request throws an HttpRefusal or a SessionFailure; whatever else is thrown is masked and logged under an id.
 */
export function createGate(options: GateOptions): RequestListener {
  const { byPath, byPrefix, patterns } = options.routes;
  const formOf = createPathForm([...byPath.keys(), ...byPrefix.keys(), ...patterns]);
  return (req, res) => {
    const over = new AbortController();
    res.once('close', () => over.abort());
    const arrival: Arrival = { req, res, requestId: options.newId(), signal: over.signal };
    res.setHeader('X-Request-Id', arrival.requestId);
    logWhenOver(options, arrival, formOf);
    void admit(options, arrival);
  };
}

async function admit(options: GateOptions, arrival: Arrival): Promise<void> {
  const { req, res } = arrival;
  try {
    if (options.isClosing()) throw closing();
    if (options.loopbackHostsOnly) assertLoopbackHost(req.headers.host);
    const route = findRoute(options.routes, req);
    const body = hasBody(req) ? await readBody(req) : undefined;
    await serve(options, arrival, { route, body });
  } catch (error) {
    if (hasLeft(arrival) || error instanceof ClientLeft) return;
    send(res, restAnswer(asRefusal(error, options, arrival), options.clock.now()));
  }
}

/** What is behind the gate, with refusals in its own shape. */
async function serve(
  options: GateOptions,
  arrival: Arrival,
  { route, body }: { readonly route: Route; readonly body: Buffer | undefined },
): Promise<void> {
  const { res, requestId, signal } = arrival;
  try {
    const { account } = route.authenticated ? await options.authenticate(arrival.req) : NOBODY;
    if (signal.aborted) return;
    const req = body === undefined ? arrival.req : withBody(arrival.req, body);
    const admitStream = (): void => options.streams.admit({ account, res, signal, socket: req.socket });
    await route.handle({ req, res, requestId, account, body: body ?? NO_BODY, signal, admitStream });
  } catch (error) {
    if (hasLeft(arrival)) return;
    const refusal = asRefusal(error, options, arrival);
    // A stream that breaks is cut: the client then knows that it has not seen the end.
    if (res.headersSent) res.destroy();
    else send(res, (route.refuse ?? ((it) => restAnswer(it, options.clock.now())))(refusal));
  }
}

/** Between a connection's failure and its end, what was being written fails too: that is the client's leaving, no fault. */
function hasLeft({ req, signal }: Arrival): boolean {
  return signal.aborted || req.socket.destroyed;
}

const NOBODY: Identity = { account: '' };
const NO_BODY = Buffer.alloc(0);

function hasBody(req: IncomingMessage): boolean {
  return req.method !== 'GET' && req.method !== 'HEAD';
}

function closing(): HttpRefusal {
  return new HttpRefusal('unavailable', { headers: { Connection: 'close' }, details: { retryAfterMs: 1000 } });
}

function findRoute(routes: Routes, req: IncomingMessage): Route {
  const route = routeAt(routes, pathOf(req));
  if (route === undefined) {
    throw new HttpRefusal('invalid_request', { status: 404, message: 'There is nothing at this path.' });
  }
  if (route.methods !== null && !route.methods.includes(req.method ?? '')) {
    const allow = route.methods.join(', ');
    throw new HttpRefusal('invalid_request', {
      status: 405,
      message: `This path takes ${allow} only.`,
      headers: { Allow: allow },
    });
  }
  return route;
}

function routeAt({ byPath, byPrefix }: Routes, path: string): Route | undefined {
  return byPath.get(path) ?? byPrefix.entries().find(([prefix]) => path.startsWith(prefix))?.[1];
}

/** The path as it was sent, without the query. */
function pathOf(req: IncomingMessage): string {
  return (req.url ?? '').replace(/[?#].*$/su, '');
}

function asRefusal(thrown: unknown, { log, newId }: GateOptions, { requestId }: Arrival): HttpRefusal {
  if (thrown instanceof HttpRefusal) return thrown;
  const { cause, sessionId } = thrown instanceof RestFailure ? thrown : { cause: thrown, sessionId: null };
  if (cause instanceof HttpProblem) return HttpRefusal.ofProblem(cause, sessionId);
  if (cause instanceof SessionFailure) return HttpRefusal.of(cause, sessionId);
  const errorId = newId();
  log.error({ errorId, requestId, ...causeOf(cause) }, 'masked error');
  return new HttpRefusal('processing_error', { message: maskedMessage(errorId), sessionId });
}

/**
 * One line for each request, when its response is over: a stream's too. Never a query, a header or a body, nor an id that
 * stands in the path.
 */
function logWhenOver(
  { clock, log }: GateOptions,
  { req, res, requestId }: Arrival,
  formOf: (path: string) => string,
): void {
  const begun = clock.monotonic();
  res.once('close', () => {
    const ms = Math.round(clock.monotonic() - begun);
    log.info({ requestId, method: req.method, path: formOf(pathOf(req)), status: res.statusCode, ms }, 'request');
  });
}
