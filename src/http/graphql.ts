import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { GraphqlExecutor } from '../schema/executor.ts';
import type { Exchange, Route } from './exchange.ts';
import { graphqlAnswer, refusalOf } from './graphql-refusal.ts';
import { assertGraphqlRequest, callerOf, requestOf, settleAccept } from './graphql-request.ts';

/** Where GraphQL is, and GraphiQL for a browser. */
export const GRAPHQL_PATH = '/graphql';

interface ServerContext {
  readonly exchange: Exchange;
}

/** GraphQL over HTTP by Yoga: JSON for queries and mutations, a distinct SSE stream for each subscription. */
export function graphqlRoute(executor: GraphqlExecutor, options: { readonly graphiql: boolean }): Route {
  const yoga = createYoga<ServerContext>({
    schema: executor.schema,
    graphqlEndpoint: GRAPHQL_PATH,
    // By POST: a session is never started by GET, which GraphiQL would use for subscriptions.
    graphiql: options.graphiql && { title: 'Childcare matching', subscriptionsProtocol: 'SSE', method: 'POST' },
    // From this package instead of a public network of files: the page works offline, and nobody else hears of it.
    renderGraphiQL,
    plugins: [framingOnly(executor)],
    maskedErrors: { maskError: (error) => executor.mask(error) },
    cors: false,
    multipart: false,
    batching: false,
    parserAndValidationCache: false,
    maxRequestBodySize: false,
    landingPage: false,
    logging: false,
  });
  return {
    methods: ['GET', 'POST'],
    authenticated: true,
    refuse: graphqlAnswer,
    async handle(exchange) {
      const { req, res } = exchange;
      if (!(options.graphiql && wantsPage(exchange))) {
        assertGraphqlRequest(exchange);
        settleAccept(exchange);
      }
      await yoga(req, res, { exchange });
    },
  };
}

function wantsPage({ req }: Exchange): boolean {
  return req.method === 'GET' && (req.headers.accept ?? '').includes('text/html');
}

/** Leaves to Yoga how an answer is sent, and takes from it what the answer is. */
function framingOnly(executor: GraphqlExecutor): Plugin<object, ServerContext> {
  return {
    onParams: (hook) => {
      hook.setParamsHandler(({ params, context }) => executor.run(requestOf(params), callerOf(context.exchange)));
    },
    onResultProcess: (hook) => {
      const { result } = hook;
      const answer = Array.isArray(result) || Symbol.asyncIterator in result ? undefined : refusalOf(result);
      if (answer === undefined) return;
      const { body, status, headers } = answer;
      hook.setResultProcessor((_result, { Response }) => new Response(body, { status, headers }), 'application/json');
    },
  };
}
