import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { comeBackAfterMs } from '../come-back.ts';
import { causeOf, SessionFailure } from '../errors.ts';
import type { Log } from '../log.ts';
import { HttpProblem, RestFailure } from '../rest/rest-failure.ts';
import { maskedMessage } from '../schema/masking.ts';
import type { Authenticate, Identity } from './authentication/identity.ts';
import { NotAuthenticated, type NotAuthenticatedReason } from './authentication/not-authenticated.ts';
import { ClientLeft, readBody, withBody } from './body.ts';
import type { CallerLimits } from './caller-limits.ts';
import { type Client, createClientOf } from './client-address.ts';
import { type Exchange, type Route, send } from './exchange.ts';
import { expiryOf } from './expiry.ts';
import { assertHost } from './hosts.ts';
import type { OpenStreams } from './open-streams.ts';
import { type AllowedOrigins, createOriginGuard } from './origins.ts';
import { HttpRefusal, restAnswer } from './refusal.ts';
import { createRequestEnd, type RequestOver } from './request-end.ts';
import { findRoute, type Routes } from './routes.ts';
import { createSecurityHeaders } from './security-headers.ts';

/** What the gate is made of. */
export interface GateOptions {
  readonly routes: Routes;
  readonly authenticate: Authenticate;
  readonly streams: OpenStreams;
  readonly limits: CallerLimits;
  /** Whether only loopback names are taken in the Host header: yes wherever no token is asked for. */
  readonly loopbackHostsOnly: boolean;
  /** Other sites whose pages may call. */
  readonly corsOrigins: AllowedOrigins;
  /** Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. */
  readonly trustProxy: readonly string[];
  /** Whether the server takes no more requests. */
  readonly isClosing: () => boolean;
  /** Hears of each request when its response is over. */
  readonly onRequestOver: (over: RequestOver) => void;
  /** Hears of each caller who is refused as nobody knows them, and why. */
  readonly onNotAuthenticated: (reason: NotAuthenticatedReason) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** A fresh UUID v4. */
  readonly newId: () => string;
  /** From 0 to below 1: spreads the callers of a server that closes over the time that they come back in. */
  readonly random: () => number;
}

/** A request at the gate. */
interface Arrival {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
  readonly client: Client;
  /** Aborts when the response is over, or its reader has left. */
  readonly signal: AbortSignal;
}

/**
 * The one way in, in this order: request id and log line, security headers, Host, Origin, path, method, account, body.
 * Whatever refuses a request throws an HttpRefusal or a SessionFailure; whatever else is thrown is masked and logged under
 * an id.
 */
export function createGate(options: GateOptions): RequestListener {
  const { byPath, byPrefix, patterns } = options.routes;
  const watchEnd = createRequestEnd({
    ...options,
    paths: [...byPath.keys()],
    prefixes: [...byPrefix.keys()],
    patterns,
  });
  const clientOf = createClientOf(options.trustProxy);
  const secure = createSecurityHeaders();
  const isPreflight = createOriginGuard(options.corsOrigins);

  /** The route that is asked for; undefined where the request was answered before. Throws what refuses it. */
  function enter({ req, res, client }: Arrival): Route | undefined {
    if (req.headers.expect !== undefined && !/^100-continue$/iu.test(req.headers.expect)) throw unmetExpectation();
    assertHost(req, options.loopbackHostsOnly);
    if (isPreflight(req, res, client)) return undefined;
    if (options.isClosing()) throw closing(options.random);
    return findRoute(options.routes, req);
  }

  async function admit(arrival: Arrival): Promise<void> {
    let route: Route | undefined;
    try {
      route = enter(arrival);
      if (route !== undefined) await serve(options, arrival, route);
    } catch (error) {
      refuse(options, arrival, { error, route });
    }
  }

  return (req, res) => {
    const over = new AbortController();
    res.once('close', () => over.abort());
    const arrival: Arrival = { req, res, requestId: options.newId(), client: clientOf(req), signal: over.signal };
    res.setHeader('X-Request-Id', arrival.requestId);
    watchEnd(arrival);
    secure(res, arrival.client);
    void admit(arrival);
  };
}

/** What is behind the gate, as soon as it is known who asks. */
async function serve(options: GateOptions, arrival: Arrival, route: Route): Promise<void> {
  const { req, res, signal } = arrival;
  if (route.policy !== undefined) res.setHeader('Content-Security-Policy', route.policy);
  const identity = needsAccount(route, req) ? await options.authenticate(req, signal) : NOBODY;
  // Of one that has closed already, the end would never come.
  const body = hasBody(req) && !signal.aborted ? await readBody(req) : undefined;
  if (signal.aborted) return;
  await route.handle(exchangeOf(options, arrival, { identity, body }));
}

function needsAccount({ authenticated }: Route, req: IncomingMessage): boolean {
  return typeof authenticated === 'boolean' ? authenticated : authenticated(req);
}

function exchangeOf(
  { clock, streams, limits }: GateOptions,
  { req, res, requestId, client: { address }, signal }: Arrival,
  given: { readonly identity: Identity; readonly body: Buffer | undefined },
): Exchange {
  const { identity, body } = given;
  const { account, expiresAt } = identity;
  const who = { account, address, authenticated: expiresAt !== null };
  const expired = expiryOf(expiresAt, { clock, over: signal });
  expired.addEventListener('abort', () => {
    // A stream that has said its last word is over by then. Who does not read it is cut, and so is one that waits behind
    // another response: with its connection, as a response that waits has none of its own to end.
    const cut = clock.after(LAST_WORD_MS, () => req.socket.destroy());
    signal.addEventListener('abort', () => cut.cancel(), { once: true });
  });
  return {
    req: body === undefined ? req : withBody(req, body),
    res,
    requestId,
    account,
    body: body ?? NO_BODY,
    signal,
    expired,
    expiresAt,
    admitStream: () => streams.admit({ account, res, signal }),
    spend: (kind) => limits.spend(kind, who, res),
  };
}

/** Answers what was thrown, in the shape of the route that was asked for, where one was found. */
function refuse(
  options: GateOptions,
  arrival: Arrival,
  { error, route }: { readonly error: unknown; readonly route: Route | undefined },
): void {
  const { req, res, requestId, signal } = arrival;
  // Between a connection's failure and its end, what was being written fails too: the client's leaving, and no fault.
  if (signal.aborted || req.socket.destroyed || error instanceof ClientLeft) return;
  const refusal = asRefusal(error, options, arrival).answering(requestId);
  const answer = route?.refuse ?? ((it: HttpRefusal) => restAnswer(it, options.clock.now()));
  // A stream that breaks is cut: the client then knows that it has not seen the end.
  if (res.headersSent) res.destroy();
  else send(res, answer(refusal, req));
}

/** How long after the end of its token a response may go on: long enough to say so, and within the 5 s promised. */
const LAST_WORD_MS = 4000;

const NOBODY: Identity = { account: '', expiresAt: null };
const NO_BODY = Buffer.alloc(0);

function hasBody({ method }: IncomingMessage): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

function closing(random: () => number): HttpRefusal {
  const details = { retryAfterMs: comeBackAfterMs(random) };
  return new HttpRefusal('unavailable', { headers: { Connection: 'close' }, details });
}

function unmetExpectation(): HttpRefusal {
  return new HttpRefusal('invalid_request', { status: 417, message: 'Of expectations only 100-continue is met.' });
}

function asRefusal(thrown: unknown, options: GateOptions, { requestId }: Arrival): HttpRefusal {
  const { log, newId, onNotAuthenticated } = options;
  if (thrown instanceof NotAuthenticated) {
    log.debug({ requestId, reason: thrown.reason }, 'not authenticated');
    onNotAuthenticated(thrown.reason);
  }
  if (thrown instanceof HttpRefusal) return thrown;
  const { cause, sessionId } = thrown instanceof RestFailure ? thrown : { cause: thrown, sessionId: null };
  if (cause instanceof HttpProblem) return HttpRefusal.ofProblem(cause, sessionId);
  if (cause instanceof SessionFailure) return HttpRefusal.of(cause, sessionId);
  const errorId = newId();
  log.error({ errorId, requestId, ...causeOf(cause) }, 'masked error');
  return new HttpRefusal('processing_error', { message: maskedMessage(errorId), sessionId });
}
