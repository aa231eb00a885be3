import { STATUS_CODES, type ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { createHandler } from 'graphql-sse/lib/use/http';
import type { GraphqlExecutor } from '../schema/executor.ts';
import type { Exchange, Route } from './exchange.ts';
import { graphqlAnswer, refusalOf } from './graphql-refusal.ts';
import { assertGraphqlRequest, callerOf, requestOf, settleAccept } from './graphql-request.ts';
import { HttpRefusal } from './refusal.ts';

/** Where the protocol of graphql-sse is spoken, in its distinct mode: a stream for each operation. */
export const GRAPHQL_STREAM_PATH = '/graphql/stream';

/** GraphQL over SSE by graphql-sse. Its single connection mode is off: it would keep streams by a guessable token. */
export function graphqlStreamRoute(executor: GraphqlExecutor): Route {
  return {
    methods: ['GET', 'POST'],
    authenticated: true,
    refuse: graphqlAnswer,
    async handle(exchange) {
      if (!callerOf(exchange).acceptsStream) {
        throw new HttpRefusal('invalid_request', { status: 406, message: 'Accept text/event-stream.' });
      }
      assertGraphqlRequest(exchange);
      settleAccept(exchange, ['text/event-stream']);
      await handlerFor(exchange, executor)(exchange.req, exchange.res);
    },
  };
}

/** Leaves to graphql-sse how an answer is sent. A handler of its own for each request: it then knows whose it is. */
function handlerFor(exchange: Exchange, executor: GraphqlExecutor): ReturnType<typeof createHandler> {
  return createHandler({
    authenticate: () => null,
    async onSubscribe(_req, params) {
      const result = await executor.run(requestOf(params), callerOf(exchange));
      const refusal = 'next' in result ? undefined : refusalOf(result);
      if (refusal === undefined) return result;
      const { status, headers, body } = refusal;
      return [body, { status, statusText: STATUS_CODES[status] ?? '', headers }];
    },
    onNext: () => written(exchange.res),
  });
}

/**
 * Resolves when all that was written has left for the reader. The library takes events as fast as they come and queues
 * them without a bound, so each event waits here for the ones before it: a slow reader holds a cursor, not a queue.
 */
async function written(res: ServerResponse): Promise<void> {
  // The library's writer gets to write what was queued; only then can this queue up behind it.
  await setImmediate();
  if (!res.headersSent || res.writableEnded || res.destroyed) return;
  await new Promise<void>((resolve) => {
    res.write('', () => resolve());
  });
}
