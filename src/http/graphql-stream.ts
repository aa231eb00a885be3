import { STATUS_CODES, type ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { createHandler, type Request, type Response } from 'graphql-sse';
import type { GraphqlExecutor } from '../schema/executor.ts';
import { send, type Exchange, type Route } from './exchange.ts';
import { PING } from './graphql-events.ts';
import { graphqlAnswer, refusalOf } from './graphql-refusal.ts';
import { assertGraphqlRequest, callerOf, requestOf, settleHeaders } from './graphql-request.ts';

/** Where the protocol of graphql-sse is spoken, in its distinct mode: a stream for each operation. */
export const GRAPHQL_STREAM_PATH = '/graphql/stream';

/** Whatever is asked for is answered as a stream. */
const ANSWER_TYPES = ['text/event-stream'] as const;

/** GraphQL over SSE by graphql-sse. Its single connection mode is off: it would keep streams by a guessable token. */
export function graphqlStreamRoute(executor: GraphqlExecutor): Route {
  return {
    methods: ['GET', 'POST'],
    authenticated: true,
    refuse: graphqlAnswer,
    async handle(exchange) {
      await assertGraphqlRequest(exchange, ANSWER_TYPES);
      settleHeaders(exchange, ANSWER_TYPES);
      await write(await handlerFor(exchange, executor)(asRequest(exchange)), exchange.res);
    },
  };
}

/** Leaves to graphql-sse what an answer is. A handler of its own for each request: it then knows whose it is. */
function handlerFor(exchange: Exchange, executor: GraphqlExecutor): ReturnType<typeof createHandler> {
  return createHandler({
    authenticate: () => null,
    async onSubscribe(_req, params) {
      const result = await executor.run(requestOf(params), callerOf(exchange));
      const refusal = 'next' in result ? undefined : refusalOf(result, exchange.requestId);
      if (refusal === undefined) return result;
      const { status, headers, body } = refusal;
      return [body, { status, statusText: STATUS_CODES[status] ?? '', headers }];
    },
    onNext: () => written(exchange.res),
  });
}

function asRequest({ req, body }: Exchange): Request {
  return {
    method: req.method ?? '',
    url: req.url ?? '',
    headers: { get: (name) => req.headers[name]?.toString() },
    body: body.toString('utf8'),
    raw: req,
    context: undefined,
  };
}

/**
 * Sends what the library made, as fast as it makes it: it queues whatever is not taken, without a bound. Events wait
 * before they get there, and a ping, which is made whether the reader reads or not, is left out where more still waits.
 */
async function write([body, { status, statusText, headers }]: Response, res: ServerResponse): Promise<void> {
  if (body === null || typeof body === 'string') return send(res, { status, headers: headers ?? {}, body: body ?? '' });
  res.writeHead(status, statusText, headers);
  const stop = (): void => void body.return();
  res.once('close', stop);
  for await (const frame of body) {
    // Its end may have been said before this could listen.
    if (res.destroyed) break;
    if (frame !== PING || res.writableLength === 0) res.write(frame);
  }
  res.off('close', stop);
  res.end();
}

/** Resolves when all that was written has left for the reader: a slow reader holds a cursor, not a queue. */
async function written(res: ServerResponse): Promise<void> {
  // What the library was given is written first; only then can this queue up behind it.
  await setImmediate();
  if (!res.headersSent || res.writableEnded || res.destroyed) return;
  await new Promise<void>((resolve) => {
    res.write('', () => resolve());
  });
}
