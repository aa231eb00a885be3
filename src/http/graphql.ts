import type { ServerResponse } from 'node:http';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Clock } from '../clock.ts';
import type { GraphqlExecutor } from '../schema/executor.ts';
import { type Exchange, type Route, send } from './exchange.ts';
import { asksForGraphiql, graphiqlPage } from './graphiql.ts';
import { eventFrames } from './graphql-events.ts';
import { graphqlAnswer, refusalOf } from './graphql-refusal.ts';
import { assertGraphqlRequest, callerOf, jsonTypeFor, requestOf, settleHeaders } from './graphql-request.ts';

/** Where GraphQL is, and GraphiQL for a browser. */
export const GRAPHQL_PATH = '/graphql';

const EVENT_STREAM = 'text/event-stream';

/** As Yoga sends them. */
const STREAM_HEADERS = {
  'Content-Type': EVENT_STREAM,
  'Cache-Control': 'no-cache',
  Connection: 'keep-alive',
  'Content-Encoding': 'none',
};

interface ServerContext {
  readonly exchange: Exchange;
  /** What the answer is where it is a stream. */
  frames?: AsyncIterable<Uint8Array>;
}

interface GraphqlOptions {
  /** Whether a browser is shown GraphiQL. */
  readonly graphiql: boolean;
  readonly clock: Clock;
}

/** GraphQL over HTTP by Yoga: JSON for queries and mutations, a distinct SSE stream for each subscription. */
export function graphqlRoute(executor: GraphqlExecutor, options: GraphqlOptions): Route {
  const yoga = createYoga<ServerContext>({
    schema: executor.schema,
    graphqlEndpoint: GRAPHQL_PATH,
    graphiql: false,
    plugins: [framingOnly(executor, options.clock)],
    maskedErrors: { maskError: (error) => executor.mask(error) },
    cors: false,
    multipart: false,
    batching: false,
    parserAndValidationCache: false,
    maxRequestBodySize: false,
    landingPage: false,
    logging: false,
  });
  const page = options.graphiql ? graphiqlPage() : undefined;
  return {
    methods: ['GET', 'POST'],
    authenticated: true,
    refuse: graphqlAnswer,
    async handle(exchange) {
      const { req, res } = exchange;
      if (page !== undefined && asksForGraphiql(req)) return send(res, page);
      await assertGraphqlRequest(exchange);
      settleHeaders(exchange);
      const context: ServerContext = { exchange };
      // Sent here: what is thrown is then the gate's to answer, where Yoga would say all of it, its stack too.
      const response = await yoga.handleNodeRequestAndResponse(req, res, context);
      await (context.frames === undefined ? sendWhole(response, res) : sendStream(context.frames, res));
    },
  };
}

/** The next frame is asked for when the socket has taken the one before. Rejects with what the frames fail with. */
async function sendStream(frames: AsyncIterable<Uint8Array>, res: ServerResponse): Promise<void> {
  res.writeHead(200, STREAM_HEADERS);
  for await (const frame of frames) {
    if (res.destroyed) break;
    await new Promise<unknown>((resolve) => {
      res.write(frame, resolve);
    });
  }
  res.end();
}

async function sendWhole(response: Response, res: ServerResponse): Promise<void> {
  send(res, { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() });
}

/**
 * Leaves to Yoga how an answer is sent, and takes from it what the answer is. A stream is framed here: Yoga's own pings
 * would queue up for a reader that does not read.
 */
function framingOnly(executor: GraphqlExecutor, clock: Clock): Plugin<object, ServerContext> {
  return {
    onParams: (hook) => {
      hook.setParamsHandler(({ params, context }) => executor.run(requestOf(params), callerOf(context.exchange)));
    },
    onResultProcess: (hook) => {
      const { result, serverContext } = hook;
      if (Symbol.asyncIterator in result) {
        serverContext.frames = eventFrames(result[Symbol.asyncIterator](), clock);
        hook.setResultProcessor((_result, { Response }) => new Response(null), EVENT_STREAM);
        return;
      }
      const answer = Array.isArray(result) ? undefined : refusalOf(result, serverContext.exchange.requestId);
      if (answer === undefined) return;
      const { body, status } = answer;
      const type = jsonTypeFor(serverContext.exchange);
      const headers = { ...answer.headers, 'Content-Type': `${type}; charset=utf-8` };
      hook.setResultProcessor((_result, { Response }) => new Response(body, { status, headers }), type);
    },
  };
}
