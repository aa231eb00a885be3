import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { DESCRIPTIONS } from '../../src/descriptions.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { CONTRACT_TYPES } from '../support/complex-types.ts';

const schema = buildSchema(CONTRACT_TYPES);

interface Part {
  readonly at: string;
  /** In the table. */
  readonly words: string;
  /** By GraphQL. */
  readonly said: string | null | undefined;
}

/** A type of the table with its fields or values, and what the schema says of each. */
function partsOf([name, described]: [string, object]): Part[] {
  const { description, fields, values } = described as {
    readonly description?: string;
    readonly fields?: Readonly<Record<string, string>>;
    readonly values?: Readonly<Record<string, string>>;
  };
  const type = schema.getType(name);
  const ofType = description === undefined ? [] : [{ at: name, words: description, said: type?.description }];
  const ofParts = Object.entries({ ...fields, ...values }).map(([part, words]) => {
    const at = `${name}.${part}`;
    if (isEnumType(type)) return { at, words, said: type.getValue(part.toUpperCase())?.description };
    const hasFields = isObjectType(type) || isInterfaceType(type) || isInputObjectType(type);
    return { at, words, said: hasFields ? type.getFields()[part]?.description : undefined };
  });
  return [...ofType, ...ofParts];
}

describe('the table of descriptions', () => {
  const parts = Object.entries(DESCRIPTIONS).flatMap(partsOf);

  it('is what GraphQL says by the same names of types, fields and values, but for sentences that follow', () => {
    expect(parts.length).toBeGreaterThan(130);
    const others = parts.filter(({ words, said }) => said !== words && !said?.startsWith(`${words} `));
    expect(others.map(({ at }) => at)).toEqual([]);
  });
});
