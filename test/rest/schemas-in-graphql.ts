import {
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import { complexTypesOf } from '../../src/pipeline/preferences/complex-types.ts';
import { PREFERENCE_TYPES } from '../../src/pipeline/preferences/registry.ts';
import { restName } from '../../src/rest-protocol.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { LEFT_OUT, MAPS, NULL_IN_REST, ONLY_IN_GRAPHQL, OTHER_NAMES, OTHER_WORDS } from './schemas-differences.ts';
import type { Said, SaidFields } from './schemas-in-rest.ts';

/** The schema with every preference type that there is. */
export const schema = buildSchema(complexTypesOf(PREFERENCE_TYPES));

type Field = GraphQLField<unknown, unknown> | GraphQLInputField;

/** The fields of an object, an interface or an input; none of others. */
export function fieldsOf(type: GraphQLNamedType): Field[] {
  return isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [];
}

/** The types that a type's fields lead to, itself included, with the types behind an interface or a union. */
function reached(type: GraphQLNamedType, seen = new Set<GraphQLNamedType>()): Set<GraphQLNamedType> {
  if (seen.has(type)) return seen;
  seen.add(type);
  if (isUnionType(type) || isInterfaceType(type)) for (const one of schema.getPossibleTypes(type)) reached(one, seen);
  for (const field of fieldsOf(type)) reached(getNamedType(field.type), seen);
  return seen;
}

/** The type of a name. */
export function typeOf(name: string): GraphQLNamedType {
  const type = schema.getType(name);
  if (type === undefined) throw new TypeError(`GraphQL has no ${name}`);
  return type;
}

/** The inputs that say an answer, whose structure is another one in REST. */
export const answerTypes = reached(typeOf('InteractionResponse'));
const ROOTS = [
  'MatchingEvent',
  'SessionStatus',
  'InteractionReceipt',
  'MatchingSessionInput',
  'RespondToInteractionInput',
];
const types = [...new Set(ROOTS.flatMap((root) => [...reached(typeOf(root))]))].filter(
  (type) => !answerTypes.has(type),
);
/** The objects and inputs that REST has as components. */
export const objects = types.filter((type) => isObjectType(type) || isInputObjectType(type));
/** The enums that REST has as components. */
export const enums = types.filter(isEnumType);

const camelCaseNames = [...objects, ...answerTypes]
  .flatMap((type) => fieldsOf(type).map(({ name }) => name))
  .filter((name) => /[A-Z]/u.test(name));
const upperCaseValues = enums.flatMap((type) => type.getValues().map(({ name }) => name));

/** GraphQL's words with REST's names and values. */
export function inRestWords(text: string): string {
  const named = (names: readonly string[]) => new RegExp(`\\b(${names.join('|')})\\b`, 'gu');
  return text
    .replaceAll(named(camelCaseNames), (name) => restName(name))
    .replaceAll(named(upperCaseValues), (value) => value.toLowerCase());
}

/** The component that stands for a type. */
export function componentName(type: GraphQLNamedType): string {
  return OTHER_NAMES[type.name] ?? type.name;
}

const SCALARS: Readonly<Record<string, string>> = {
  ID: 'string',
  String: 'string',
  Int: 'integer',
  Float: 'number',
  Boolean: 'boolean',
};

/** What a type is, in REST's terms, without whether it may be null. */
export function shapeInGraphQL(type: GraphQLType): string {
  if (isNonNullType(type)) return shapeInGraphQL(type.ofType);
  if (isListType(type)) return `[${shapeInGraphQL(type.ofType)}${isNonNullType(type.ofType) ? '' : ' or null'}]`;
  return isScalarType(type) ? (SCALARS[type.name] ?? type.name) : componentName(type);
}

/** What REST is to say of a type, but for what GraphQL alone has. */
export function saidByGraphQL(type: GraphQLNamedType): SaidFields {
  const own = fieldsOf(type).filter(({ name }) => !(`${type.name}.${name}` in ONLY_IN_GRAPHQL));
  return Object.fromEntries(
    own.map((field) => {
      const at = `${componentName(type)}.${restName(field.name)}`;
      return [
        restName(field.name),
        {
          shape: MAPS[at] ?? shapeInGraphQL(field.type),
          presence: presenceInGraphQL(field, at, isInputObjectType(type)),
          description: OTHER_WORDS[at] ?? inRestWords(field.description ?? ''),
          filledInWith: 'defaultValue' in field ? field.defaultValue : undefined,
        },
      ];
    }),
  );
}

function presenceInGraphQL(field: Field, at: string, taken: boolean): Said['presence'] {
  if (isNonNullType(field.type)) return NULL_IN_REST.has(at) ? 'nullable' : 'required';
  if (taken) return 'optional';
  return LEFT_OUT.has(at) ? 'left out' : 'nullable';
}
