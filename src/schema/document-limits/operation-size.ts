import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isUnionType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What there may be too much of in an operation, with every fragment counted wherever it is spread. */
export interface OperationSize {
  /** Fields and fragments, inline ones too, one within the other. */
  readonly depth: number;
  /** Aliases, of whatever field. */
  readonly aliases: number;
  /** Directives, at whatever they stand. */
  readonly directives: number;
  /** Fields of an answer in which every list has `LIST_LENGTH` entries, fields that are skipped counted too. */
  readonly cost: number;
}

/** How many entries a list is taken to have: as many as a search has offers unless it asks for more. */
const LIST_LENGTH = 10;

const NOTHING: OperationSize = { depth: 0, aliases: 0, directives: 0, cost: 0 };

/** What the root of queries has beside its own fields. */
const META_FIELDS = new Map([SchemaMetaFieldDef, TypeMetaFieldDef].map(({ name, type }) => [name, type]));

/** The parent of a field that the schema does not have, or of one within it. */
type Parent = GraphQLCompositeType | undefined;

/**
 * Measures the operations of one document, in time linear in its length: each fragment once. Fragments that are
 * unknown, or spread within themselves, count for nothing there: other rules refuse them.
 */
export class OperationScale {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #measured = new Map<string, OperationSize>();

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.#schema = schema;
    this.#fragments = new Map(
      document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
    );
  }

  measure(operation: OperationDefinitionNode): OperationSize {
    const root = this.#schema.getRootType(operation.operation) ?? undefined;
    const variables = (operation.variableDefinitions ?? []).map((one) => directivesOf(one));
    return sum([directivesOf(operation), ...variables, this.#selections(operation.selectionSet, root)]);
  }

  #selections({ selections }: SelectionSetNode, parent: Parent): OperationSize {
    return sum(selections.map((selection) => deeper(this.#selection(selection, parent))));
  }

  #selection(selection: SelectionNode, parent: Parent): OperationSize {
    const directives = directivesOf(selection);
    switch (selection.kind) {
      case Kind.FIELD:
        return sum([directives, this.#field(selection, parent)]);
      case Kind.INLINE_FRAGMENT: {
        const type = selection.typeCondition === undefined ? parent : this.#type(selection.typeCondition.name.value);
        return sum([directives, this.#selections(selection.selectionSet, type)]);
      }
      case Kind.FRAGMENT_SPREAD:
        return sum([directives, this.#fragment(selection.name.value)]);
    }
  }

  #field(field: FieldNode, parent: Parent): OperationSize {
    const type = this.#typeOf(field.name.value, parent);
    const named = getNamedType(type);
    const within =
      field.selectionSet === undefined
        ? NOTHING
        : this.#selections(field.selectionSet, isCompositeType(named) ? named : undefined);
    const entries = type && isListType(getNullableType(type)) ? LIST_LENGTH : 1;
    const aliases = field.alias === undefined ? 0 : 1;
    return { ...within, aliases: within.aliases + aliases, cost: 1 + entries * within.cost };
  }

  #fragment(name: string): OperationSize {
    const measured = this.#measured.get(name);
    const fragment = this.#fragments.get(name);
    if (measured !== undefined || fragment === undefined) return measured ?? NOTHING;
    this.#measured.set(name, NOTHING);
    const type = this.#type(fragment.typeCondition.name.value);
    const size = sum([directivesOf(fragment), this.#selections(fragment.selectionSet, type)]);
    this.#measured.set(name, size);
    return size;
  }

  #typeOf(field: string, parent: Parent): GraphQLOutputType | undefined {
    const meta = parent === this.#schema.getQueryType() ? META_FIELDS.get(field) : undefined;
    if (meta !== undefined || parent === undefined || isUnionType(parent)) return meta;
    return parent.getFields()[field]?.type;
  }

  #type(name: string): Parent {
    const type = this.#schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

function directivesOf({ directives = [] }: { readonly directives?: readonly unknown[] | undefined }): OperationSize {
  return { ...NOTHING, directives: directives.length };
}

function deeper(size: OperationSize): OperationSize {
  return { ...size, depth: size.depth + 1 };
}

/** Of things side by side: the greatest depth, and all of the rest. */
function sum(sizes: readonly OperationSize[]): OperationSize {
  let { depth, aliases, directives, cost } = NOTHING;
  for (const size of sizes) {
    depth = Math.max(depth, size.depth);
    aliases += size.aliases;
    directives += size.directives;
    cost += size.cost;
  }
  return { depth, aliases, directives, cost };
}
