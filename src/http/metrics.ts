import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../config/loopback.ts';
import { send, type Exchange, type Route } from './exchange.ts';
import { assertHost } from './hosts.ts';
import { type Answer, HttpRefusal, nothingHere } from './refusal.ts';

/** Where Prometheus reads. */
export const METRICS_PATH = '/metrics';

/** What is said there. */
export interface MetricsText {
  readonly contentType: string;
  text(): Promise<string>;
}

/** A header in which a proxy says of whom it asks for, or that it does. */
const OF_A_PROXY = /^(?:forwarded|via|x-real-ip|x-forwarded-.*)$/u;

/**
 * /metrics beside everything else: for callers on this machine alone. To anybody else, and to whoever comes by a proxy,
 * it looks like a path that is not there.
 */
export function metricsRoute(metrics: MetricsText): Route {
  return {
    // A path that is not there takes no method either.
    methods: null,
    authenticated: false,
    async handle({ req, res }: Pick<Exchange, 'req' | 'res'>) {
      if (!isReading(req) || !isFromHere(req)) throw nothingHere();
      send(res, await metricsAnswer(metrics));
    },
  };
}

/** The metrics as an answer. Rejects where they cannot be read. */
export async function metricsAnswer(metrics: MetricsText): Promise<Answer> {
  return { status: 200, headers: { 'Content-Type': metrics.contentType }, body: await metrics.text() };
}

/** Whether a request is one that only reads. */
export function isReading({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** By the socket: a header can say anything. A browser that another site has lured here is given away by its Host. */
function isFromHere(req: IncomingMessage): boolean {
  if (!isLoopback(req.socket.remoteAddress ?? '')) return false;
  if (Object.keys(req.headers).some((name) => OF_A_PROXY.test(name))) return false;
  try {
    assertHost(req, true);
    return true;
  } catch (thrown) {
    if (thrown instanceof HttpRefusal) return false;
    throw thrown;
  }
}
