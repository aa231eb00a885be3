import {
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  OperationTypeNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { GraphqlCaller } from './executor.ts';
import { rootDirectives, rootFields } from './root-fields.ts';

/** Directives that may leave a field out. The specification's next edition forbids them at a subscription's root, too. */
const LEAVING_OUT: ReadonlySet<string> = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);

/** Subscriptions that start nothing. */
const READING_SUBSCRIPTIONS: ReadonlySet<string> = new Set(['sessionEvents']);

/** Why an operation may not be run in the way that it was sent; undefined when it may. */
export function refusalOfOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  caller: Pick<GraphqlCaller, 'method' | 'acceptsStream'>,
): GraphQLError | undefined {
  if (caller.method === 'GET' && !isReading(document, operation)) {
    return refusal('By GET only queries and sessionEvents are answered. Send this by POST.', 405, { Allow: 'POST' });
  }
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return undefined;
  if (!caller.acceptsStream) {
    return refusal('A subscription is answered as a stream: accept text/event-stream.', 406, {});
  }
  if (rootDirectives(document, operation).some((name) => LEAVING_OUT.has(name))) {
    return refusal(
      'At the root of a subscription neither @skip nor @include is taken: a stream is of something.',
      400,
      {},
    );
  }
  return undefined;
}

function isReading(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  if (operation.operation === OperationTypeNode.QUERY) return true;
  if (operation.operation === OperationTypeNode.MUTATION) return false;
  return [...rootFields(document, operation).values()].every((name) => READING_SUBSCRIPTIONS.has(name));
}

function refusal(message: string, status: number, headers: Readonly<Record<string, string>>): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'INVALID_REQUEST', http: { status, headers } } });
}
