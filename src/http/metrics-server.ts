import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { causeOf } from '../errors.ts';
import { isLoopback } from '../config/loopback.ts';
import type { Log } from '../log.ts';
import { send } from './exchange.ts';
import { assertHost } from './hosts.ts';
import { type Address, listen } from './listen.ts';
import { isReading, METRICS_PATH, metricsAnswer, type MetricsText } from './metrics.ts';
import { HttpRefusal, nothingHere, restAnswer } from './refusal.ts';
import { pathOf } from './request-end.ts';
import { plainSecurityHeaders } from './security-headers.ts';
import { UnderWay } from './under-way.ts';

/** Until a request's headers, and all of it, must have come. */
const REQUEST_TIMEOUT_MS = 10_000;

interface MetricsServerOptions {
  readonly metrics: MetricsText;
  readonly clock: Clock;
  readonly log: Log;
  /** A fresh UUID v4. */
  readonly newId: () => string;
}

/** /metrics alone, on a port of its own: whoever reaches the port may read them. */
export interface MetricsServer extends AsyncDisposable {
  /** Port 0 takes a free one. Rejects with ListenError when it cannot be had. */
  listen(at: Pick<Address, 'host' | 'port'>): Promise<Address>;
}

/**
 * A server of METRICS_PORT. It takes GET and HEAD of /metrics, and everything else is a path that is not there. Where it
 * listens on loopback alone it takes loopback names alone, so that no page of another site reads it.
 */
export function createMetricsServer({ metrics, clock, log, newId }: MetricsServerOptions): MetricsServer {
  let loopbackOnly = true;
  const security = plainSecurityHeaders();
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const requestId = newId();
    res.setHeader('X-Request-Id', requestId).setHeaders(security);
    try {
      assertHost(req, loopbackOnly);
      if (!isReading(req) || pathOf(req) !== METRICS_PATH) throw nothingHere();
      send(res, await metricsAnswer(metrics));
    } catch (thrown) {
      if (!(thrown instanceof HttpRefusal)) log.error({ requestId, ...causeOf(thrown) }, 'the metrics cannot be read');
      const refusal = thrown instanceof HttpRefusal ? thrown : new HttpRefusal('processing_error');
      send(res, restAnswer(refusal.answering(requestId), clock.now()));
    }
  }
  const server = createServer(
    { headersTimeout: REQUEST_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    new UnderWay().counting((req, res) => void answer(req, res)),
  );
  return {
    async listen(at) {
      loopbackOnly = isLoopback(at.host);
      return listen(server, at, 'METRICS_PORT');
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
