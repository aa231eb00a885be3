import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import { DOCS_PATH, OPENAPI_PATH } from './openapi.ts';
import { HttpProblem } from './rest-failure.ts';

interface DocsFile {
  readonly content: Buffer;
  readonly type: string;
  /** Strong: it is of the content. */
  readonly etag: string;
}

const UTF_8 = 'charset=utf-8';

/** By the ending of its name. A file that ends in none of these is not served: browsers are told not to guess. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['.css', `text/css; ${UTF_8}`],
  ['.html', `text/html; ${UTF_8}`],
  ['.js', `application/javascript; ${UTF_8}`],
  ['.json', `application/json; ${UTF_8}`],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
]);

/**
 * Adds the OpenAPI document, and has the page's plugin, which is registered after this, answer with buffers that all
 * readers share. Anybody may ask, as often as they like: of requests whose answers nobody reads, each would hold an
 * open file or a document of its own. Rejects where the page's files cannot be read.
 */
export async function keepDocsInMemory(app: FastifyInstance): Promise<void> {
  const json = shared(`application/json; ${UTF_8}`, () => JSON.stringify(app.swagger()));
  const handlers: ReadonlyMap<string, RouteHandlerMethod> = new Map([
    [`${DOCS_PATH}/static/*`, fileHandler(await readFiles())],
    [`${DOCS_PATH}/json`, json],
    [`${DOCS_PATH}/yaml`, shared('application/x-yaml', () => app.swagger({ yaml: true }))],
  ]);
  app.addHook('onRoute', (route) => {
    route.handler = handlers.get(route.url) ?? route.handler;
  });
  app.get(OPENAPI_PATH, { schema: { hide: true } }, json);
}

/** Answers with what is made for the first who asks: only then is every route there. */
function shared(type: string, make: () => string): RouteHandlerMethod {
  let made: Buffer | undefined;
  return (_request, reply) => {
    made ??= Buffer.from(make());
    return reply.type(type).send(made);
  };
}

/** Every file that the page may load, by its name. */
async function readFiles(): Promise<ReadonlyMap<string, DocsFile>> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static');
  const files = new Map<string, DocsFile>();
  for (const name of await readdir(folder)) {
    const type = TYPES.get(extname(name));
    if (type === undefined) continue;
    const content = await readFile(join(folder, name));
    files.set(name, { content, type, etag: `"${createHash('sha256').update(content).digest('base64url')}"` });
  }
  return files;
}

/** A range is answered with all of the file, as HTTP lets a server do. */
function fileHandler(files: ReadonlyMap<string, DocsFile>): RouteHandlerMethod {
  return (request, reply) => {
    const file = files.get((request.params as { readonly '*': string })['*']);
    if (file === undefined) return reply.callNotFound();
    const { 'if-match': wanted, 'if-none-match': had } = request.headers;
    if (wanted !== undefined && !names(wanted, file.etag)) {
      throw new HttpProblem({ status: 412, message: 'The file is another one than If-Match names.' });
    }
    reply.headers({ 'cache-control': 'public, max-age=0', etag: file.etag });
    // A proxy that compresses makes the tag weak, and the file is the same still.
    if (had !== undefined && names(had.replaceAll('W/', ''), file.etag)) return reply.code(304).send();
    return reply.type(file.type).send(file.content);
  };
}

/** Whether a list of tags, or `*` for any, has the tag in it. */
function names(list: string, etag: string): boolean {
  return list.split(',').some((one) => ['*', etag].includes(one.trim()));
}
