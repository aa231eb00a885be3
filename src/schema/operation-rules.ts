import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { GraphqlCaller } from './executor.ts';

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
  if (operation.operation === OperationTypeNode.SUBSCRIPTION && !caller.acceptsStream) {
    return refusal('A subscription is answered as a stream: accept text/event-stream.', 406, {});
  }
  return undefined;
}

function isReading(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  if (operation.operation === OperationTypeNode.QUERY) return true;
  if (operation.operation === OperationTypeNode.MUTATION) return false;
  return rootFields(document, operation.selectionSet).every((name) => READING_SUBSCRIPTIONS.has(name));
}

/** The names of the fields at the root, through fragments and whatever their aliases and directives are. */
function rootFields(document: DocumentNode, selectionSet: SelectionSetNode): string[] {
  return selectionSet.selections.flatMap((selection) => {
    switch (selection.kind) {
      case Kind.FIELD:
        return [selection.name.value];
      case Kind.INLINE_FRAGMENT:
        return rootFields(document, selection.selectionSet);
      case Kind.FRAGMENT_SPREAD:
        return document.definitions.flatMap((definition) =>
          definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value
            ? rootFields(document, definition.selectionSet)
            : [],
        );
    }
  });
}

function refusal(message: string, status: number, headers: Readonly<Record<string, string>>): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'INVALID_REQUEST', http: { status, headers } } });
}
