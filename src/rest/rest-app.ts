import { type IncomingMessage, METHODS, type ServerResponse } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Caller } from '../caller.ts';
import type { Clock } from '../clock.ts';
import { complexTypesOf } from '../pipeline/preferences/complex-types.ts';
import type { PreferenceType } from '../pipeline/preferences/preference-type.ts';
import type { SessionService } from '../session/session-service.ts';
import type { Tickets } from '../session/tickets.ts';
import { bodyCheck, parseJson } from './body.ts';
import { Call, Calls, sessionNamed } from './call.ts';
import { keepDocsInMemory } from './docs-in-memory.ts';
import { addOpenApi } from './openapi.ts';
import { type Operation, type OperationId, OPERATIONS } from './operations.ts';
import { HttpProblem } from './rest-failure.ts';
import { createHandlers, type Handler } from './routes.ts';
import { restSchemas } from './schemas/schemas.ts';

interface RestOptions {
  readonly service: SessionService;
  /** For those who cannot send a token: whoever lets callers in redeems them. */
  readonly tickets: Pick<Tickets, 'issue'>;
  /** The registry, of which matches are described. */
  readonly preferenceTypes: readonly Pick<PreferenceType, 'type' | 'complex'>[];
  readonly clock: Clock;
  /** After how much silence a stream says that it is alive. */
  readonly keepaliveMs: number;
  /** From 0 to below 1: spreads the readers of a server that closes over the time that they come back in. */
  readonly random?: () => number;
}

/** REST behind a gate, which knows who asks and answers what fails. It listens nowhere itself. */
export interface RestApp {
  /** Resolves when it can answer. */
  ready(): Promise<void>;
  /**
   * Answers a request whose body is still to be read. Resolves when the response is over. Rejects with RestFailure
   * where it was not answered: with an expected cause before its first byte, with any other at any time.
   */
  handle(req: IncomingMessage, res: ServerResponse, caller: Caller): Promise<void>;
  /** The OpenAPI document. */
  document(): Promise<object>;
  /** Lets every open stream say its last word, an error of code unavailable, and end; later ones are refused. */
  end(): void;
  /** Aborts with `end`. No stream that is over listens to it. */
  readonly ending: AbortSignal;
}

/** Longer than any URL that Node takes: an id of any length is one that no session has. */
const LONGEST_ID = 65_536;

/** REST over the one door to sessions, and its description. */
export function createRestApp(options: RestOptions): RestApp {
  const ending = new AbortController();
  const calls = new Calls();
  const app = fastify({
    logger: false,
    routerOptions: { maxParamLength: LONGEST_ID },
    rewriteUrl: ({ url = '' }) => decodable(url),
  });
  const built = build(app, { random: Math.random, ...options, calls, ending: ending.signal });
  // Whoever waits for it hears of it.
  built.catch(() => undefined);
  return {
    ready: () => built,
    async handle(req, res, caller) {
      await built;
      if (caller.signal.aborted) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      res.once('close', () => resolve());
      calls.add(req, new Call(caller, reject));
      app.routing(req, res);
      await promise;
    },
    async document() {
      await built;
      return app.swagger();
    },
    end: () => ending.abort(),
    ending: ending.signal,
  };
}

async function build(
  app: FastifyInstance,
  options: Required<RestOptions> & { readonly calls: Calls; readonly ending: AbortSignal },
): Promise<void> {
  const { calls, preferenceTypes } = options;
  takeJsonOnly(app);
  leaveFailures(app, calls);
  const simpleTypes = preferenceTypes.filter(({ complex }) => complex === null).map(({ type }) => type);
  await keepDocsInMemory(app);
  await addOpenApi(app, restSchemas(complexTypesOf(preferenceTypes), simpleTypes));
  const handlers = createHandlers(options);
  for (const [id, operation] of Object.entries(OPERATIONS) as [OperationId, Operation][]) {
    addOperation(app, { id, operation, calls, handler: handlers[id] });
  }
  await app.ready();
}

/** The one body that is taken is that of POST, and JSON. */
function takeJsonOnly(app: FastifyInstance): void {
  // Every other method is known too, so that it can be told what its path takes; CONNECT comes to no handler.
  for (const method of METHODS) {
    if (method !== 'POST' && method !== 'CONNECT')
      app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  }
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseJson(body),
  );
  app.setValidatorCompiler(({ schema, httpPart }) =>
    httpPart === 'body' && schema instanceof z.ZodObject ? bodyCheck(schema) : (value: unknown) => ({ value }),
  );
}

/** Fastify answers no failure itself. */
function leaveFailures(app: FastifyInstance, calls: Calls): void {
  app.setErrorHandler((error, request) => calls.of(request).fail(asProblem(error)));
  app.setNotFoundHandler(() => {
    throw nothingHere();
  });
  app.addHook('onRequest', async (request) => {
    // Before the body is looked at: at a path that is nothing, it does not matter.
    if (request.is404) throw nothingHere();
    calls.of(request).sessionId = sessionNamed(request);
  });
  app.addHook('preValidation', async (request) => {
    calls.of(request).sessionId = sessionNamed(request);
  });
}

function addOperation(
  app: FastifyInstance,
  given: {
    readonly id: OperationId;
    readonly operation: Operation;
    readonly handler: Handler;
    readonly calls: Calls;
  },
): void {
  const { id, operation, handler, calls } = given;
  const { method, url, body, allow, rate } = operation;
  const taken = allow.split(', ');
  app.route({
    method,
    url,
    exposeHeadRoute: taken.includes('HEAD'),
    // Before the body is looked at: one that cannot be read has cost a call too.
    onRequest: (request) => calls.of(request).spend(rate),
    schema: { operationId: id, ...(body === undefined ? {} : { body }) },
    // The cursor may be wrong too: the handler says what is, all of it.
    attachValidation: true,
    handler: (request, reply) => {
      reply.header('Cache-Control', 'no-store');
      return handler(request, reply, calls.of(request));
    },
  });
  const refuse = async (): Promise<never> => {
    throw methodNotTaken(allow);
  };
  const others = METHODS.filter((other) => other !== 'CONNECT' && !taken.includes(other));
  app.route({ method: others, url, schema: { hide: true }, onRequest: refuse, handler: refuse });
}

function nothingHere(): HttpProblem {
  return new HttpProblem({ status: 404, message: 'There is nothing at this path.' });
}

function methodNotTaken(allow: string): HttpProblem {
  return new HttpProblem({ status: 405, message: `This path takes ${allow} only.`, headers: { Allow: allow } });
}

/** What Fastify and its plugins refuse themselves, in words of this service; anything else as it is. */
function asProblem(error: unknown): unknown {
  if (error instanceof fastify.errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE) {
    return new HttpProblem({ status: 415, message: 'Send the body as application/json.' });
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : Number.NaN;
  // Whatever else Fastify refuses is the request's fault, and no failure of the service.
  if (status >= 400 && status < 500) return new HttpProblem({ status, message: 'The request cannot be met as it is.' });
  return error;
}

/** A path that cannot be decoded names something that is not there: its percent signs are taken as they stand. */
function decodable(url: string): string {
  const [, path = '', query = ''] = /^([^?#]*)(.*)$/su.exec(url) ?? [];
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return `${path.replaceAll('%', '%25')}${query}`;
  }
}
