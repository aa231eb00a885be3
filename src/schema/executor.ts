import { randomUUID } from 'node:crypto';
import {
  createSourceEventStream,
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Caller, RateKind } from '../caller.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { SessionService } from '../session/session-service.ts';
import type { GraphqlContext } from './context.ts';
import { DocumentCache, type DocumentLimits, type PreparedDocument } from './document-cache.ts';
import { makeFinite } from './finite-numbers.ts';
import { LazyEvents } from './lazy-events.ts';
import { createMask, type Mask } from './masking.ts';
import { refusalOfOperation } from './operation-rules.ts';
import { rateKindsOf } from './root-fields.ts';
import { errorsInVariables } from './variables.ts';

/** A GraphQL request as it stood in a body or a query string. */
export interface GraphqlRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  /** As JSON was read: numbers beyond the finite ones are brought back in place. */
  readonly variables?: Record<string, unknown> | null | undefined;
}

/** Who asks, and how. */
export interface GraphqlCaller extends Caller {
  /** The HTTP method: by GET nothing is changed and nothing started. */
  readonly method: string;
  /** Whether the caller can take a stream; one that cannot is refused a subscription before it begins. */
  readonly acceptsStream: boolean;
}

/** One result, or a stream of them. A result without data was refused: see `refusalOf`. */
export type GraphqlAnswer = ExecutionResult | AsyncGenerator<ExecutionResult, undefined, undefined>;

/** The one way to the schema: whatever frames a request, it is parsed, checked, executed and masked here. */
export interface GraphqlExecutor {
  readonly schema: GraphQLSchema;
  /**
   * Answers a request. Never rejects. A subscription's source is acquired before this resolves, so that a failure
   * before the first event can still be a status.
   */
  run(request: GraphqlRequest, caller: GraphqlCaller): Promise<GraphqlAnswer>;
  /** What may be said about an error that was thrown around a run. */
  readonly mask: Mask;
  /** Lets every open stream say its last word, an Error of code UNAVAILABLE, and end; later ones end at once. */
  end(): void;
  /** Aborts with `end`. No stream that is over listens to it. */
  readonly ending: AbortSignal;
}

interface GraphqlExecutorOptions {
  readonly schema: GraphQLSchema;
  readonly service: SessionService;
  readonly log: Log;
  readonly clock: Clock;
  /** A fresh UUID v4. */
  readonly newId?: () => string;
  /** From 0 to below 1: spreads the readers of a server that closes over the time that they come back in. */
  readonly random?: () => number;
  /** Whether the schema may be asked for its own shape. */
  readonly introspection: boolean;
  readonly documentLimits?: Partial<DocumentLimits>;
}

/** What a document without an operation that can be carried out counts as. */
const NOTHING_ASKED: RateKind = 'reads';

/** The executor of a schema over the one door to sessions. Documents are kept by it, and nothing of a caller. */
export function createExecutor(options: GraphqlExecutorOptions): GraphqlExecutor {
  const { schema, service, log, clock, newId = randomUUID, random = Math.random } = options;
  const { introspection, documentLimits = {} } = options;
  const documents = new DocumentCache(schema, { introspection, limits: documentLimits });
  const mask = createMask({ log, newId });
  const ending = new AbortController();

  /** Counts the call when it is known what it asks for, and before it has cost much: the other rules take far longer. */
  async function prepare({ query, operationName }: GraphqlRequest, caller: GraphqlCaller): Promise<PreparedDocument> {
    const read = documents.read(query);
    const operation = read.document && getOperationAST(read.document, operationName);
    // A document that asks for nothing that there is has been read all the same.
    const kinds = operation ? rateKindsOf(schema, read.document, operation) : [NOTHING_ASKED];
    for (const kind of kinds) await caller.spend(kind);
    return read.document === undefined ? read : documents.check(query, read.document);
  }

  async function answer(request: GraphqlRequest, caller: GraphqlCaller): Promise<GraphqlAnswer> {
    const { document, errors } = await prepare(request, caller);
    if (document === undefined) return { errors };
    const operation = getOperationAST(document, request.operationName);
    if (!operation)
      return { errors: [new GraphQLError('There is no such operation, or several and no operationName.')] };
    const refusal = refusalOfOperation(document, operation, caller);
    if (refusal !== undefined) return { errors: [refusal] };
    const contextValue: GraphqlContext = {
      account: caller.account,
      requestId: caller.requestId,
      service,
      clock,
      newId,
      random,
      ending: ending.signal,
      expired: caller.expired,
    };
    const { operationName, variables: variableValues } = request;
    if (variableValues) makeFinite(variableValues);
    const wrong = errorsInVariables(operation, variableValues ?? {}, { schema, suggestions: introspection });
    if (wrong.length > 0) return { errors: wrong };
    const args: ExecutionArgs = { schema, document, operationName, variableValues, contextValue };
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return execute(args);
    await caller.admitStream();
    return subscribe(args, caller.signal, (error) => mask(error, caller.requestId));
  }

  return {
    schema,
    mask,
    async run(request, caller) {
      const say: Mask = (error) => mask(error, caller.requestId);
      try {
        const result = await answer(request, caller);
        return 'next' in result ? result : masked(result, say);
      } catch (error) {
        return { errors: [say(error)] };
      }
    },
    end: () => ending.abort(),
    ending: ending.signal,
  };
}

async function subscribe(args: ExecutionArgs, left: AbortSignal, mask: Mask): Promise<GraphqlAnswer> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  if (!(source instanceof LazyEvents)) throw new TypeError('a subscription must return LazyEvents');
  const leave = (): void => void source.return();
  left.addEventListener('abort', leave, { once: true });
  if (left.aborted) leave();
  await source.open();
  return results(source, args, mask);
}

/** Each event as a result. Written out, since an async generator's `return()` waits for a `next()` that is pending. */
function results(
  source: LazyEvents<unknown>,
  args: ExecutionArgs,
  mask: Mask,
): AsyncGenerator<ExecutionResult, undefined, undefined> {
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    await source.return();
    return { value: undefined, done: true };
  };
  return {
    async next() {
      try {
        const { value: rootValue, done } = await source.next();
        if (done === true) return { value: undefined, done };
        return { value: masked(await execute({ ...args, rootValue }), mask), done: false };
      } catch (error) {
        await source.return();
        return { value: { errors: [mask(error)] }, done: false };
      }
    },
    return: end,
    async throw(error) {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

function masked(result: ExecutionResult, mask: Mask): ExecutionResult {
  return result.errors === undefined ? result : { ...result, errors: result.errors.map((error) => mask(error)) };
}
