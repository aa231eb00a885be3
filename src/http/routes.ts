import type { IncomingMessage } from 'node:http';
import type { Route } from './exchange.ts';
import { HttpRefusal, nothingHere } from './refusal.ts';
import { pathOf } from './request-end.ts';

/** What is behind the gate. */
export interface Routes {
  readonly byPath: ReadonlyMap<string, Route>;
  /** By what a path begins with, where it is none of those. A prefix ends in a slash, and none begins another. */
  readonly byPrefix: ReadonlyMap<string, Route>;
  /** The paths behind the prefixes, their parameters as `:name`: of any other path, not all is logged. */
  readonly patterns: readonly string[];
}

/** The route that a request asks for. Throws HttpRefusal where there is none (404), or it takes no such method (405). */
export function findRoute(routes: Routes, req: IncomingMessage): Route {
  const route = routeAt(routes, pathOf(req));
  if (route === undefined) throw nothingHere();
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
