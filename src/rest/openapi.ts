import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { COMPONENTS, failures, methodFailure, type OpenApi, OTHER_TYPE, TOO_LARGE } from './openapi-parts.ts';
import { type Operation, OPERATIONS } from './operations.ts';
import type { Components } from './schemas/schemas.ts';

/** The address of the document, and of the page that shows it. */
export const OPENAPI_PATH = '/openapi.json';
export const DOCS_PATH = '/docs';

const TAGS = [
  { name: 'Matching', description: 'Start a session, stream it, and answer its questions.' },
  { name: 'Sessions', description: 'Look at a session, attach to it, or end it.' },
];

const INFO = {
  title: 'Childcare matching',
  version: '1.0.0',
  description:
    'Matching as a streamed, interactive session. Names are snake_case, times milliseconds since the Unix epoch. A failure before the first byte of a stream is an Error with its HTTP status.\n\nThe page at /docs shows a stream only when it has ended; `curl -N` shows it as it comes.',
  license: { name: 'MIT', identifier: 'MIT' },
};

const SERVERS = [{ url: '/', description: 'The server that this document is from.' }];

/** Has Fastify describe its routes as OpenAPI 3.1, and show them on a page that asks nothing of other sites. */
export async function addOpenApi(app: FastifyInstance, schemas: Components): Promise<void> {
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: INFO, servers: SERVERS, tags: TAGS },
    // The route's body is what checks it; what the document says of it stands in the operation.
    transform: ({ schema, url }) => ({ schema: { ...schema, body: undefined }, url }),
    transformObject: (given) => {
      if (!('openapiObject' in given)) return {};
      const { paths, components: _, ...document } = given.openapiObject;
      return {
        ...document,
        security: [{}, { bearer: [] }],
        paths: Object.fromEntries(Object.entries(paths ?? {}).map(([path, item]) => [path, describedItem(item)])),
        components: { ...COMPONENTS, schemas },
      } as object;
    },
  });
  await app.register(swaggerUi, {
    routePrefix: DOCS_PATH,
    // Without the bar for other documents at the top; the list of schemas is long, and closed to begin with.
    uiConfig: { validatorUrl: null, deepLinking: true, layout: 'BaseLayout', defaultModelsExpandDepth: 0 },
    theme: { title: INFO.title },
    staticCSP: PAGE_POLICY,
  });
}

/** What the page may load: itself alone. */
const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'";

const DESCRIBED: ReadonlyMap<unknown, Operation> = new Map(Object.entries(OPERATIONS));

/** The operations of a path, each as it is described. */
function describedItem(item: object | undefined): OpenApi {
  return Object.fromEntries(
    Object.entries(item ?? {}).map(([method, made]: [string, { readonly operationId?: string }]) => {
      const operation = DESCRIBED.get(made.operationId);
      return [method, operation === undefined ? made : { operationId: made.operationId, ...describe(operation) }];
    }),
  );
}

function describe({ described, failures: codes, allow, method }: Operation): OpenApi {
  const { responses, ...about } = described;
  const refusals = {
    ...failures(codes),
    ...(method === 'GET' ? {} : TOO_LARGE),
    ...(method === 'POST' ? OTHER_TYPE : {}),
    ...methodFailure(allow),
  };
  return { ...about, responses: { ...(responses as object), ...refusals } };
}
