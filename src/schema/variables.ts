import {
  coerceInputValue,
  getNamedType,
  getNullableType,
  GraphQLError,
  isInputObjectType,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

/** As many as graphql-js says. */
const MOST_ERRORS = 50;

/** A key that is no name of GraphQL's, in what graphql-js says of it: no mistake in writing, and maybe a place. */
const ODD_KEY = /^(Field ")(?!\w{1,64}" is not defined by).*(" is not defined by)/su;

/** Thrown where enough is known to be wrong: a body may hold thousands of keys, and an error of each takes its time. */
class EnoughErrors extends Error {
  override readonly name = 'EnoughErrors';
}

type Path = readonly (string | number)[];

interface VariableCheck {
  readonly schema: GraphQLSchema;
  /** Whether errors suggest names of the schema. */
  readonly suggestions: boolean;
}

/**
 * What is wrong with the variables of a validated operation, in graphql-js's own judgement but without the values that
 * it quotes, which may be places: each error says where, and what should be there. Empty where nothing is.
 */
export function errorsInVariables(
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  check: VariableCheck,
): readonly GraphQLError[] {
  return variableDefinitions.flatMap((definition) => errorsIn(definition, variables, check)).slice(0, MOST_ERRORS);
}

function errorsIn(
  definition: VariableDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  { schema, suggestions }: VariableCheck,
): GraphQLError[] {
  const { name } = definition.variable;
  const type = typeFromAST(schema, definition.type);
  if (!isInputType(type)) return [];
  const wrong = (message: string): GraphQLError =>
    new GraphQLError(`Variable "$${name.value}": ${message}`, { nodes: definition });
  if (!Object.hasOwn(variables, name.value)) {
    const isMissing = isNonNullType(type) && definition.defaultValue === undefined;
    return isMissing ? [wrong(needed(type))] : [];
  }
  const errors: GraphQLError[] = [];
  const note = (path: Path, _value: unknown, { message }: GraphQLError): void => {
    const inner = typeAt(type, path);
    // Beside what a leaf says, only a key is quoted.
    const said = isLeafType(getNamedType(inner)) ? needed(inner) : message.replace(ODD_KEY, '$1…$2');
    errors.push(wrong(path.length === 0 ? said : `at "${[name.value, ...path].join('.')}": ${said}`));
    if (errors.length === MOST_ERRORS) throw new EnoughErrors();
  };
  try {
    coerceInputValue(variables[name.value], type, note, !suggestions);
  } catch (thrown) {
    if (!(thrown instanceof EnoughErrors)) throw thrown;
  }
  return errors;
}

function needed(type: GraphQLInputType): string {
  return `a value of type "${type.toString()}" is needed.`;
}

/** The type of what a path of graphql-js leads to. */
function typeAt(type: GraphQLInputType, path: Path): GraphQLInputType {
  return path.reduce<GraphQLInputType>((outer, step) => {
    const nullable = getNullableType(outer);
    if (isListType(nullable)) return nullable.ofType;
    return (isInputObjectType(nullable) ? nullable.getFields()[step]?.type : undefined) ?? outer;
  }, type);
}
