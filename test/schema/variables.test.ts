import * as fc from 'fast-check';
import { buildSchema as schemaOf, getVariableValues, Kind, parse, type OperationDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { errorsInVariables } from '../../src/schema/variables.ts';
import { buildSchema } from '../../src/schema/schema.ts';

const schema = buildSchema([]);

function operationOf(text: string): OperationDefinitionNode {
  const [operation] = parse(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return operation;
}

const RESPOND = operationOf(
  'mutation ($input: RespondToInteractionInput!) { respondToInteraction(input: $input) { __typename } }',
);
const START = operationOf(
  'subscription ($input: MatchingSessionInput!, $after: Int = 3) { matchingSession(input: $input, after: $after) { __typename } }',
);

function said(operation: OperationDefinitionNode, variables: Record<string, unknown>, suggestions = true): string[] {
  return errorsInVariables(operation, variables, { schema, suggestions }).map(({ message }) => message);
}

describe('an error in a variable', () => {
  it.each([
    [
      'a value of the wrong type',
      { input: { parentId: 'p', limit: 'Unter den Linden 1' } },
      'at "input.limit": a value of type "Int" is needed.',
    ],
    [
      'a whole that is none',
      { input: { parentId: 'p', limit: 52.516275 } },
      'at "input.limit": a value of type "Int" is needed.',
    ],
    [
      'an enum value',
      { input: { parentId: 'p', locale: 'Unter den Linden 1' } },
      'at "input.locale": a value of type "Locale" is needed.',
    ],
    ['an object', { input: 'Unter den Linden 1' }, 'Expected type "MatchingSessionInput" to be an object.'],
    [
      'a list for a text',
      { input: { parentId: ['Unter den Linden 1'] } },
      'at "input.parentId": a value of type "ID!" is needed.',
    ],
    ['what is needed', { input: {} }, 'Field "parentId" of required type "ID!" was not provided.'],
    ['null', { input: null }, 'Expected non-nullable type "MatchingSessionInput!" not to be null.'],
    ['nothing at all', {}, 'a value of type "MatchingSessionInput!" is needed.'],
    [
      'an inherited value',
      Object.create({ input: { parentId: 'p' } }),
      'a value of type "MatchingSessionInput!" is needed.',
    ],
  ] as [string, Record<string, unknown>, string][])(
    'says where and what is needed, never the value: %s',
    (_name, variables, message) => {
      expect(said(START, variables)).toEqual([`Variable "$input": ${message}`]);
    },
  );

  it('says of an answer which kind may be given, and not the place', () => {
    const response = { location: { coordinates: { latitude: 'Linden', longitude: '13.4' }, address: null } };
    const messages = said(RESPOND, { input: { sessionId: 's', interactionId: 'i', response } });
    expect(messages).toEqual([
      'Variable "$input": at "input.response.location.coordinates.latitude": a value of type "Float!" is needed.',
      'Variable "$input": at "input.response.location.coordinates.longitude": a value of type "Float!" is needed.',
      'Variable "$input": at "input.response.location": Exactly one key must be specified for OneOf type "LocationResponse".',
      'Variable "$input": at "input.response.location.address": a value of type "String" is needed.',
    ]);
  });

  it('suggests names only where the schema may be asked for', () => {
    const variables = { input: { parentId: 'p', maxDistance: 4 } };
    expect(said(START, variables, true)).toEqual([expect.stringContaining('Did you mean')]);
    expect(said(START, variables, false)).toEqual([
      'Variable "$input": Field "maxDistance" is not defined by type "MatchingSessionInput".',
    ]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('is a key %s that JSON gave', (key) => {
    const variables = JSON.parse(`{"input":{"parentId":"p","${key}":{"limit":1}}}`);
    expect(said(START, variables, false)).toEqual([
      `Variable "$input": Field "${key}" is not defined by type "MatchingSessionInput".`,
    ]);
  });

  it.each(['Unter den Linden 1', '', 'Linden" is', 'x'.repeat(60_000)])(
    'does not repeat a key that is no name',
    (key) => {
      expect(said(START, { input: { parentId: 'p', [key]: 1 } }, false)).toEqual([
        'Variable "$input": Field "…" is not defined by type "MatchingSessionInput".',
      ]);
    },
  );

  it('comes at most fifty times', () => {
    const wrong = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, 1]));
    expect(said(START, { input: { parentId: 'p', ...wrong } })).toHaveLength(50);
  });

  it('is looked for no further after the fiftieth: a body may hold thousands', () => {
    const numbers = schemaOf('type Query { sum(of: [Int!]!): Int }');
    const operation = operationOf('query ($of: [Int!]!) { sum(of: $of) }');
    let looked = 0;
    const list = Array.from({ length: 10_000 }, () => 'x');
    const given = { [Symbol.iterator]: () => list.values().map((one) => ((looked += 1), one)) };
    expect(errorsInVariables(operation, { of: given }, { schema: numbers, suggestions: false })).toHaveLength(50);
    expect(looked).toBe(50);
  });

  it('is found where graphql-js finds one, and nowhere else', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(1, 'EN', 1.5, true, null, Number.MAX_VALUE));
    const fields = fc.dictionary(
      fc.constantFrom('parentId', 'limit', 'maxDistanceKm', 'locale', 'sessionId', 'x'),
      value,
    );
    const variables = fc.record({ input: fc.oneof(fields, value), after: value }, { requiredKeys: [] });
    fc.assert(
      fc.property(variables, (given) => {
        const judged = getVariableValues(schema, START.variableDefinitions ?? [], given);
        expect(said(START, given)).toHaveLength(judged.errors?.length ?? 0);
      }),
      { numRuns: 500 },
    );
  });
});
