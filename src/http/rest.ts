import { DOCS_PATH, OPENAPI_PATH } from '../rest/openapi.ts';
import { OPERATIONS } from '../rest/operations.ts';
import type { RestApp } from '../rest/rest-app.ts';
import type { Route } from './exchange.ts';
import type { Routes } from './routes.ts';

/** What all paths of REST begin with. */
const REST_PREFIX = '/api/streaming/';

/** REST, and its description, which anybody may read. */
export function restRoutes(rest: RestApp): Routes {
  const handle: Route['handle'] = ({ req, res, ...caller }) => rest.handle(req, res, caller);
  const docs: Route = { methods: ['GET', 'HEAD'], authenticated: false, handle };
  return {
    byPath: new Map([
      [OPENAPI_PATH, docs],
      [DOCS_PATH, docs],
    ]),
    byPrefix: new Map([
      [REST_PREFIX, { methods: null, authenticated: true, handle }],
      [`${DOCS_PATH}/`, docs],
    ]),
    patterns: Object.values(OPERATIONS).map(({ url }) => url),
  };
}
