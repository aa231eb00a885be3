import type { ShownComplexType } from '../../pipeline/preferences/complex-types.ts';
import { type Components, type JsonSchema, refTo, withComponents } from './json-schema.ts';
import { MATCH_MAPS } from './match-results.ts';
import { complexPreferenceMatch } from './preference-match.ts';

/**
 * The components of an offer's maps of matches, and one for each complex type's match, named as in GraphQL. A map may hold every type that
 * there is, and a second, third … match of one as `<type>_2`, `<type>_3` …
 */
export function preferenceMaps(complexTypes: readonly ShownComplexType[], simpleTypes: readonly string[]) {
  const matches = complexTypes.map((type) => ({
    name: type.graphqlName,
    ...withComponents(complexPreferenceMatch(type), 'output'),
  }));
  const maps: Components = {
    [MATCH_MAPS.simple]: mapOf(
      'Matches of simple preferences by type; a second one of a type is `<type>_2`.',
      simpleTypes.map((type) => [type, 'SimplePreferenceMatch']),
    ),
    [MATCH_MAPS.complex]: mapOf(
      'Matches of complex preferences by type; a second one of a type is `<type>_2`.',
      complexTypes.map(({ type, graphqlName }) => [type, graphqlName]),
    ),
  };
  return [maps, ...matches.flatMap(({ name, schema, components }) => [{ [name]: schema }, components])];
}

/** A map with a match of the component named for each type. */
function mapOf(description: string, types: readonly (readonly [type: string, component: string])[]): JsonSchema {
  return {
    type: 'object',
    description,
    properties: Object.fromEntries(
      types.map(([type, match]) => [type, { ...refTo(match), description: `How it meets the wish of type ${type}.` }]),
    ),
    patternProperties: Object.fromEntries(
      types.map(([type, match]) => [
        `^${type}_([2-9]|[1-9][0-9]+)$`,
        { ...refTo(match), description: `How it meets a further wish of type ${type}.` },
      ]),
    ),
    additionalProperties: false,
  };
}
