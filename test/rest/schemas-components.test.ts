import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type JsonSchema, restSchemaOf, restSchemas, startBody } from '../../src/rest/schemas/schemas.ts';
import { inRestWords } from './schemas-in-graphql.ts';
import { asSchema } from './schemas-in-rest.ts';
import { COMPONENTS } from './schemas-support.ts';

/** The schemas of properties anywhere in a schema, each with its place. */
function propertiesIn(one: JsonSchema, at: string): [string, JsonSchema][] {
  const inside = [one.items, one.additionalProperties, ...(one.anyOf ?? []), ...(one.oneOf ?? [])].flatMap((part) =>
    propertiesOf(asSchema(part), at),
  );
  return [...propertiesOf(one, at), ...inside];
}

function propertiesOf({ properties = {}, patternProperties = {} }: JsonSchema, at: string): [string, JsonSchema][] {
  return Object.entries({ ...properties, ...patternProperties }).flatMap(([name, value]) => {
    const place = `${at}.${name}`;
    return [[place, asSchema(value)], ...propertiesIn(asSchema(value), place)];
  });
}

describe('the components', () => {
  const properties = Object.entries(COMPONENTS).flatMap(([name, component]) => propertiesIn(component, name));

  it('have a description, and so has every property in them', () => {
    expect(properties.length).toBeGreaterThan(100);
    const undescribed = [...Object.entries(COMPONENTS), ...properties].filter(([, one]) => !one.description?.trim());
    expect(undescribed.map(([at]) => at)).toEqual([]);
  });

  it('write names and values as REST does', () => {
    const misnamed = properties.map(([at]) => at).filter((at) => !/^\w+\.(?:[a-z]+(_[a-z]+)*|\^.*\$)$/u.test(at));
    expect(misnamed).toEqual([]);
    const words = JSON.stringify(COMPONENTS);
    expect(inRestWords(words)).toBe(words);
  });

  it('state the ranges that their descriptions name', () => {
    const ranges = properties.flatMap(([at, one]) => {
      const [, from, to] = /(?<![\w.])(-?\d+) to (-?\d+)/u.exec(one.description ?? '') ?? [];
      const number = [one, ...(one.anyOf ?? [])].find(({ maximum }) => maximum !== undefined);
      return number && from && to
        ? [{ at, named: [Number(from), Number(to)], stated: [number.minimum, number.maximum] }]
        : [];
    });
    expect(ranges.map(({ at }) => at)).toEqual(expect.arrayContaining(['StartRequest.limit', 'Center.longitude']));
    expect(ranges.filter(({ named, stated }) => named.join() !== stated.join())).toEqual([]);
  });

  it('refer to each other only', () => {
    const named = [...JSON.stringify(COMPONENTS).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/gu)].map(
      ([, name]) => name ?? '',
    );
    expect(named.length).toBeGreaterThan(50);
    expect([...new Set(named)].filter((name) => !(name in COMPONENTS))).toEqual([]);
  });
});

describe('components', () => {
  const noise = {
    type: 'noise_level',
    graphqlName: 'LoudnessMatch',
    description: 'How loud it is.',
    facts: z.object({
      peakDecibels: z.number().nullable().meta({ description: 'Decibels; null unless MEASURED.' }),
      noiseSource: z
        .enum(['measured', 'told'])
        .meta({ id: 'NoiseSource', description: 'Who says so.', values: { measured: 'A device.', told: 'A person.' } }),
    }),
  };

  it('follow from what a preference type declares, under the name that GraphQL has for it', () => {
    const made = restSchemas([noise], []);
    expect(made['LoudnessMatch']?.properties).toMatchObject({
      peak_decibels: { description: 'Decibels; null unless measured.' },
      noise_source: { $ref: '#/components/schemas/NoiseSource' },
      preference_id: { type: 'string' },
    });
    expect(made['LoudnessMatch']?.required).toEqual(expect.arrayContaining(['peak_decibels', 'noise_source']));
    expect(made['NoiseSource']).toEqual({
      type: 'string',
      enum: ['measured', 'told'],
      description: 'Who says so.\n\n- `measured`: A device.\n- `told`: A person.',
    });
    expect(made['ComplexPreferenceMatches']?.properties).toEqual({
      noise_level: { $ref: '#/components/schemas/LoudnessMatch', description: expect.any(String) },
    });
    expect(made['SimplePreferenceMatches']?.properties).toEqual({});
  });

  it('are refused where one name stands for two things', () => {
    const facts = z.object({ center: z.object({ id: z.string() }).meta({ id: 'Center' }) });
    expect(() => restSchemas([{ ...noise, facts }], [])).toThrow(
      new TypeError('Center is declared twice, and differently'),
    );
  });

  it('are what a schema with a name of its own refers to', () => {
    expect(restSchemaOf(startBody, 'input')).toEqual({ $ref: '#/components/schemas/StartRequest' });
    expect(restSchemaOf(z.strictObject({ maxWaitMs: z.int().min(0).describe('As maxWaitMs.') }), 'input')).toEqual({
      type: 'object',
      properties: { max_wait_ms: { type: 'integer', minimum: 0, description: 'As max_wait_ms.' } },
      required: ['max_wait_ms'],
      additionalProperties: false,
    });
  });
});
