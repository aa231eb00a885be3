import { Kind, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { RateKind } from '../caller.ts';

/** What each root field counts as; every other one is a read. */
const KIND_OF: ReadonlyMap<string, RateKind> = new Map([
  ['matchingSession', 'starts'],
  ['respondToInteraction', 'responses'],
]);

/**
 * What an operation of a validated document counts as: one call for each field at its root, under every alias, skipped
 * or not. The same field twice under one name is one, as it is carried out once.
 */
export function rateKindsOf(document: DocumentNode, operation: OperationDefinitionNode): readonly RateKind[] {
  return [...rootFields(document, operation).values()].map((name) => KIND_OF.get(name) ?? 'reads');
}

/** The names of the fields at the root, by the names that they are answered under; through fragments, each once. */
export function rootFields(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): ReadonlyMap<string, string> {
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  const found = new Map<string, string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        found.set(selection.alias?.value ?? selection.name.value, selection.name.value);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet);
      } else {
        const fragment = fragments.get(selection.name.value);
        // Once: fragments that spread others twice over would take a time that doubles with each.
        fragments.delete(selection.name.value);
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  collect(selectionSet);
  return found;
}
