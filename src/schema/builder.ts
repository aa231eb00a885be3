import SchemaBuilder from '@pothos/core';
import { DESCRIPTIONS } from '../descriptions.ts';
import type { GraphqlContext } from './context.ts';

interface SchemaTypes {
  Context: GraphqlContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    Timestamp: { Input: number; Output: number };
  };
}

/** An empty schema with the Timestamp scalar. Fields are non-null unless they say otherwise. */
export function createBuilder() {
  const builder = new SchemaBuilder<SchemaTypes>({ defaultFieldNullability: false });
  builder.scalarType('Timestamp', {
    ...DESCRIPTIONS.Timestamp,
    serialize: Number,
  });
  return builder;
}

export type Builder = ReturnType<typeof createBuilder>;
