import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { createPathForm } from './path-form.ts';
import { createRouteName } from './route-name.ts';

/** A request whose response is over, for whoever counts them. */
export interface RequestOver {
  /** One of as many names as there are routes; `*` for a path that is none. */
  readonly route: string;
  /** One of those that Node knows. */
  readonly method: string;
  /** Of a response that never began, as its reader had left: 0. */
  readonly status: number;
  /** From the request's head to the end of the response; a stream's whole life. */
  readonly ms: number;
}

interface RequestEndOptions {
  /** By path; by what a path begins with; and the paths behind that, their parameters as `:name`. */
  readonly paths: readonly string[];
  readonly prefixes: readonly string[];
  readonly patterns: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly onRequestOver: (over: RequestOver) => void;
}

/** A request that has come, and what it is answered with. */
interface Watched {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
}

/**
 * Watches for the ends of responses: one line in the log for each, a stream's too, and one call. Never a query, a header or
 * a body, nor an id that stands in the path.
 */
export function createRequestEnd(options: RequestEndOptions): (watched: Watched) => void {
  const { paths, prefixes, patterns, clock, log, onRequestOver } = options;
  const formOf = createPathForm([...paths, ...prefixes, ...patterns]);
  const routeOf = createRouteName({ paths, prefixes, patterns });
  return ({ req, res, requestId }) => {
    const begun = clock.monotonic();
    res.once('close', () => {
      const [method, path] = [req.method ?? '', pathOf(req)];
      const status = res.headersSent ? res.statusCode : 0;
      const ms = Math.round(clock.monotonic() - begun);
      log.info({ requestId, method, path: formOf(path), status, ms }, 'request');
      onRequestOver({ route: routeOf(path), method, status, ms });
    });
  };
}

/** The path of a request as it was sent, without the query. */
export function pathOf({ url = '' }: IncomingMessage): string {
  return url.replace(/[?#].*$/su, '');
}
