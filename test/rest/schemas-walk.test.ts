import { type GraphQLNamedType, isInterfaceType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { PREFERENCE_TYPES } from '../../src/pipeline/preferences/registry.ts';
import { restName } from '../../src/rest-protocol.ts';
import type { JsonSchema } from '../../src/rest/schemas/schemas.ts';
import { LEFT_OUT, MAPS, NULL_IN_REST, ONLY_IN_GRAPHQL, ONLY_IN_REST, OTHER_WORDS } from './schemas-differences.ts';
import {
  componentName,
  enums,
  fieldsOf,
  inRestWords,
  objects,
  saidByGraphQL,
  schema,
  typeOf,
} from './schemas-in-graphql.ts';
import { asSchema, saidByRest, shapeInRest } from './schemas-in-rest.ts';
import { COMPONENTS } from './schemas-support.ts';

function componentOf(type: GraphQLNamedType): JsonSchema {
  return COMPONENTS[componentName(type)] ?? {};
}

describe('REST and GraphQL', () => {
  it('are compared in everything that a session says and takes', () => {
    expect(objects.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Error', 'Offer', 'Center', 'LocationLeg', 'CareHoursMatch', 'SessionStatus']),
    );
    expect(enums.map(({ name }) => name)).toEqual(expect.arrayContaining(['ErrorCode', 'WarningCode', 'LegRating']));
  });

  it.each(objects.map((type) => [type.name, type] as const))('say the same of %s, field by field', (_, type) => {
    expect(saidByRest(componentName(type))).toEqual(saidByGraphQL(type));
  });

  it.each(objects.map((type) => [type.name, type] as const))('describe %s alike, and REST closes it', (_, type) => {
    const { description, additionalProperties } = componentOf(type);
    expect(description).toBe(OTHER_WORDS[componentName(type)] ?? inRestWords(type.description ?? ''));
    expect(additionalProperties).toBe(false);
  });

  it.each(enums.map((type) => [type.name, type] as const))('have the same values of %s', (_, type) => {
    const { enum: given = [], description } = componentOf(type);
    const values = given.map(String);
    expect(values.toSorted()).toEqual(
      type
        .getValues()
        .map(({ name }) => name.toLowerCase())
        .toSorted(),
    );
    const lines = values.map((value) => {
      const words = OTHER_WORDS[`${type.name}.${value}`];
      return `- \`${value}\`: ${words ?? inRestWords(type.getValue(value.toUpperCase())?.description ?? '')}`;
    });
    const itself = OTHER_WORDS[type.name] ?? inRestWords(type.description ?? '');
    expect(description).toBe(`${itself}\n\n${lines.join('\n')}`);
  });

  it('have the same scalar for moments', () => {
    const { type, description } = COMPONENTS['Timestamp'] ?? {};
    expect({ type, description }).toEqual({ type: 'integer', description: typeOf('Timestamp').description });
  });

  it('differ only in what is there, so that no difference is listed that is none any more', () => {
    const inGraphQL = new Set(objects.flatMap((type) => fieldsOf(type).map(({ name }) => `${type.name}.${name}`)));
    const inRest = new Set(
      Object.entries(COMPONENTS).flatMap(([name, { properties = {}, enum: values = [] }]) => [
        name,
        ...[...Object.keys(properties), ...values].map((part) => `${name}.${String(part)}`),
      ]),
    );
    expect(Object.keys(ONLY_IN_GRAPHQL).filter((at) => !inGraphQL.has(at))).toEqual([]);
    const listed = [...Object.keys({ ...ONLY_IN_REST, ...MAPS, ...OTHER_WORDS }), ...LEFT_OUT, ...NULL_IN_REST];
    expect(listed.filter((at) => !inRest.has(at))).toEqual([]);
    const asInGraphQL = objects.flatMap((type) =>
      fieldsOf(type).map((field) => ({
        at: `${componentName(type)}.${restName(field.name)}`,
        words: inRestWords(field.description ?? ''),
      })),
    );
    expect(asInGraphQL.filter(({ at, words }) => OTHER_WORDS[at] === words)).toEqual([]);
  });

  it('match the same kinds of preferences: REST has each list as a map by type', () => {
    const matches = schema.getPossibleTypes(matchInterface()).map(({ name }) => name);
    expect(
      Object.values(COMPONENTS['ComplexPreferenceMatches']?.properties ?? {})
        .map((one) => shapeInRest(asSchema(one)))
        .toSorted(),
    ).toEqual(matches.toSorted());
    const keys = ['SimplePreferenceMatches', 'ComplexPreferenceMatches'].flatMap((map) =>
      Object.keys(COMPONENTS[map]?.properties ?? {}),
    );
    expect(keys.toSorted()).toEqual(PREFERENCE_TYPES.map(({ type }) => type).toSorted());
  });
});

function matchInterface() {
  const type = typeOf('ComplexPreferenceMatch');
  if (!isInterfaceType(type)) throw new TypeError('ComplexPreferenceMatch is no interface');
  return type;
}
