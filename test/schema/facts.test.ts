import { describe, expect, it } from 'vitest';
import { isEnumType, isObjectType, type GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { FactsError } from '../../src/schema/facts.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import type { ShownComplexType } from '../../src/pipeline/preferences/complex-types.ts';

function complexType(name: string, facts: z.ZodObject): ShownComplexType {
  return { type: name.toLowerCase(), graphqlName: name, description: `What ${name} says.`, facts };
}

function fieldsOf(schema: GraphQLSchema, name: string): Record<string, string> {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new TypeError(`${name} is no object type`);
  return Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, String(field.type)]));
}

const mood = z
  .enum(['very_good', 'bad'])
  .meta({ id: 'Mood', description: 'How it is.', values: { very_good: 'Better than good.' } });
const part = z
  .object({ mood: mood.nullable(), size: z.number().optional() })
  .meta({ id: 'Part', description: 'A part.' });

describe('types of complex preferences', () => {
  it('a new kind gets a type of its own from its facts alone', () => {
    const facts = z.object({
      text: z.string().meta({ description: 'A text.' }),
      flag: z.boolean(),
      whole: z.int().nullable(),
      broken: z.number(),
      maybe: z.string().optional(),
      parts: z.array(part),
      names: z.array(z.string().nullable()).nullable(),
      mood,
    });
    const schema = buildSchema([complexType('NewMatch', facts)]);
    expect(fieldsOf(schema, 'NewMatch')).toMatchObject({
      preferenceId: 'ID!',
      text: 'String!',
      flag: 'Boolean!',
      whole: 'Int',
      broken: 'Float!',
      maybe: 'String',
      parts: '[Part!]!',
      names: '[String]',
      mood: 'Mood!',
    });
    expect(fieldsOf(schema, 'Part')).toEqual({ mood: 'Mood', size: 'Float' });
    expect(schema.getType('NewMatch')).toMatchObject({ description: 'What NewMatch says.' });
  });

  it('enum values are in upper case, and their descriptions are taken along', () => {
    const schema = buildSchema([complexType('NewMatch', z.object({ mood }))]);
    const type = schema.getType('Mood');
    if (!isEnumType(type)) throw new TypeError('Mood is no enum');
    expect(type.description).toBe('How it is.');
    expect(type.getValues().map(({ name, value, description }) => [name, value, description])).toEqual([
      ['BAD', 'bad', undefined],
      ['VERY_GOOD', 'very_good', 'Better than good.'],
    ]);
  });

  it('an enum or an object that two kinds use is built once', () => {
    const schema = buildSchema([
      complexType('OneMatch', z.object({ mood, part })),
      complexType('OtherMatch', z.object({ moods: z.array(mood), part: part.nullable() })),
    ]);
    expect(fieldsOf(schema, 'OneMatch')).toMatchObject({ mood: 'Mood!', part: 'Part!' });
    expect(fieldsOf(schema, 'OtherMatch')).toMatchObject({ moods: '[Mood!]!', part: 'Part' });
  });

  it('one id for two different things is refused, and the error names it', () => {
    const one = complexType('OneMatch', z.object({ it: z.enum(['a']).meta({ id: 'TwiceSaid' }) }));
    const other = complexType('OtherMatch', z.object({ it: z.enum(['b']).meta({ id: 'TwiceSaid' }) }));
    expect(() => buildSchema([one, other])).toThrow('TwiceSaid is declared twice');
  });

  it.each([
    ['a union', z.object({ it: z.union([z.string(), z.number()]) })],
    ['a list of lists', z.object({ it: z.array(z.array(z.string())) })],
    ['an object without an id', z.object({ it: z.object({ a: z.string() }) })],
    ['an enum without an id', z.object({ it: z.enum(['a', 'b']) })],
    ['anything', z.object({ it: z.unknown() })],
  ])('%s has no GraphQL type, and the error names the place', (_name, facts) => {
    expect(() => buildSchema([complexType('BadMatch', facts)])).toThrow(FactsError);
    expect(() => buildSchema([complexType('BadMatch', facts)])).toThrow(/BadMatch\.it/u);
  });
});
