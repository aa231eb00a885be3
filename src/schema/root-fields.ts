import {
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { RateKind } from '../caller.ts';

/** What each root field counts as; every other one is a read. */
const KIND_OF: ReadonlyMap<string, RateKind> = new Map([
  ['matchingSession', 'starts'],
  ['respondToInteraction', 'responses'],
]);

/** What may stand at a root beside its own fields. */
const META_FIELDS: ReadonlySet<string> = new Set(
  [SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef].map(({ name }) => name),
);

/**
 * What an operation counts as: one call for each field at its root, under every alias, skipped or not. The same field
 * twice under one name is one, as it is carried out once. The document need not be valid: an operation that asks for
 * nothing, or for what there is not, is one read. However much it asks for, it is never carried out.
 */
export function rateKindsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly RateKind[] {
  const names = [...rootFields(document, operation).values()];
  const fields = schema.getRootType(operation.operation)?.getFields() ?? {};
  const isThere = (name: string): boolean => Object.hasOwn(fields, name) || META_FIELDS.has(name);
  if (names.length === 0 || !names.every((name) => isThere(name))) return ['reads'];
  return names.map((name) => KIND_OF.get(name) ?? 'reads');
}

/** The names of the fields at the root, by the names that they are answered under; through fragments, each once. */
export function rootFields(document: DocumentNode, operation: OperationDefinitionNode): ReadonlyMap<string, string> {
  const fields = [...rootSelections(document, operation)].filter((selection) => selection.kind === Kind.FIELD);
  return new Map(fields.map(({ alias, name }) => [alias?.value ?? name.value, name.value]));
}

/** The names of the directives on the fields at the root, and on whatever they are spread there by. */
export function rootDirectives(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
  const selections = [...rootSelections(document, operation)];
  return selections.flatMap(({ directives = [] }) => directives.map(({ name }) => name.value));
}

function* rootSelections(document: DocumentNode, { selectionSet }: OperationDefinitionNode): Generator<SelectionNode> {
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  yield* selectionsIn(selectionSet);

  function* selectionsIn({ selections }: SelectionSetNode): Generator<SelectionNode> {
    for (const selection of selections) {
      yield selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) yield* selectionsIn(selection.selectionSet);
      if (selection.kind !== Kind.FRAGMENT_SPREAD) continue;
      const fragment = fragments.get(selection.name.value);
      // Once: fragments that spread others twice over would take a time that doubles with each.
      fragments.delete(selection.name.value);
      if (fragment) yield* selectionsIn(fragment.selectionSet);
    }
  }
}
