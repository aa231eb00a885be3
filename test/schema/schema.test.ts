import { readFile } from 'node:fs/promises';
import {
  buildSchema as readSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  parse,
  validate,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { complexTypesOf } from '../../src/pipeline/preferences/complex-types.ts';
import { PREFERENCE_TYPES } from '../../src/pipeline/preferences/registry.ts';
import {
  ERROR_CODES,
  INTERACTION_REASONS,
  INTERACTION_TYPES,
  LOCALES,
  STAGES,
  WARNING_CODES,
} from '../../src/protocol.ts';
import { buildSchema, printSorted } from '../../src/schema/schema.ts';
import { CONTRACT_TYPES } from '../support/complex-types.ts';
import {
  CancelSession,
  MatchingSession,
  RespondToInteraction,
  SessionEvents,
  SessionStatus,
} from '../support/operations.ts';

const schema = buildSchema(CONTRACT_TYPES);

/** Whatever of a schema's own types, fields, arguments and enum values has no description. */
function undescribed(of: GraphQLSchema): string[] {
  const own = Object.values(of.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const parts = own.flatMap((type) => withParts(type));
  return parts.filter(({ described }) => !described?.trim()).map(({ at }) => at);
}

function withParts(type: GraphQLNamedType): Part[] {
  const itself: Part[] = [{ at: type.name, described: type.description }];
  return itself.concat(partsOf(type));
}

interface Part {
  readonly at: string;
  readonly described: string | null | undefined;
}

function partsOf(type: GraphQLNamedType): Part[] {
  if (isEnumType(type)) return type.getValues().map((value) => partOf(type, value));
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => partOf(type, field));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields());
  const args = fields.flatMap((field) =>
    field.args.map((arg) => ({ at: `${type.name}.${field.name}(${arg.name}:)`, described: arg.description })),
  );
  return fields.map((field) => partOf(type, field)).concat(args);
}

function partOf(
  type: GraphQLNamedType,
  { name, description }: { name: string; description?: string | null | undefined },
): Part {
  return { at: `${type.name}.${name}`, described: description };
}

describe('the schema', () => {
  it('is the one that schema.graphql shows', async () => {
    const printed = printSorted(buildSchema(complexTypesOf(PREFERENCE_TYPES)));
    expect(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8')).toBe(printed);
  });

  it('prints alike, whatever the order of the preference types', () => {
    expect(printSorted(buildSchema(CONTRACT_TYPES.toReversed()))).toBe(printSorted(schema));
  });

  it('describes every type, field, argument and enum value of its own', () => {
    expect(undescribed(buildSchema(complexTypesOf(PREFERENCE_TYPES)))).toEqual([]);
  });

  it.each([
    ['ProcessingStage', STAGES],
    ['InteractionType', INTERACTION_TYPES],
    ['InteractionReason', INTERACTION_REASONS],
    ['WarningCode', WARNING_CODES],
    ['ErrorCode', ERROR_CODES],
    ['Locale', LOCALES],
  ])('%s is the table of the protocol in upper case', (name, table) => {
    const type = schema.getType(name);
    if (!isEnumType(type)) throw new TypeError(`${name} is no enum`);
    const values = Object.fromEntries(type.getValues().map((value) => [value.name, value.value]));
    expect(values).toEqual(Object.fromEntries(table.map((value) => [value.toUpperCase(), value])));
  });

  it('holds a union of the four events, and each of them is a SessionEvent', () => {
    const union = schema.getType('MatchingEvent');
    if (!isUnionType(union)) throw new TypeError('MatchingEvent is no union');
    const members = Object.fromEntries(union.getTypes().map((type) => [type.name, type.getInterfaces().map(String)]));
    expect(members).toEqual({
      ProcessingUpdate: ['SessionEvent'],
      UserInteraction: ['SessionEvent'],
      MatchResults: ['SessionEvent'],
      Error: ['SessionEvent'],
    });
  });

  it('takes exactly one field of an answer, and of a place', () => {
    const printed = readSchema(printSorted(schema));
    for (const name of ['InteractionResponse', 'LocationResponse']) {
      expect(printed.getType(name)).toMatchObject({ isOneOf: true });
    }
  });

  it.each([
    ['MatchingSession', MatchingSession],
    ['SessionEvents', SessionEvents],
    ['RespondToInteraction', RespondToInteraction],
    ['SessionStatus', SessionStatus],
    ['CancelSession', CancelSession],
  ])('%s, the natural selection without an alias, is valid', (_name, document) => {
    expect(validate(schema, document)).toEqual([]);
  });

  it('a selection that holds details of an update and of an error has no conflict', () => {
    const text = `subscription { matchingSession(input: { parentId: "p" }) {
      ... on ProcessingUpdate { details }
      ... on Error { errorDetails { failedStage } }
    } }`;
    expect(validate(schema, parse(text))).toEqual([]);
  });
});
