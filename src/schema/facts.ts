import { z } from 'zod';

/** A preference type's facts do not fit GraphQL. Thrown when the schema is built, so at start or in a test. */
export class FactsError extends TypeError {
  override readonly name = 'FactsError';
}

/** What a fact is, in GraphQL's terms. */
export type FactType =
  | { readonly kind: 'scalar'; readonly name: 'String' | 'Boolean' | 'Int' | 'Float' }
  /** An enum or an object that is declared under its id. */
  | { readonly kind: 'named'; readonly id: string }
  | { readonly kind: 'list'; readonly of: FactType; readonly nullableItems: boolean };

/** One field of the facts, or of an object in them. */
export interface Fact {
  readonly name: string;
  readonly type: FactType;
  readonly nullable: boolean;
  readonly description: string | undefined;
}

/** An enum or an object in facts, under its `.meta({ id })`. */
export type NamedFactType =
  | {
      readonly kind: 'enum';
      readonly id: string;
      readonly description: string | undefined;
      /** Lower case, with the descriptions of `.meta({ values: { … } })`. */
      readonly values: readonly { readonly value: string; readonly description: string | undefined }[];
    }
  | {
      readonly kind: 'object';
      readonly id: string;
      readonly description: string | undefined;
      readonly facts: readonly Fact[];
    };

/** The facts of one preference type. */
export interface FactsShape {
  readonly facts: readonly Fact[];
  readonly named: readonly NamedFactType[];
}

type Schema = z.core.JSONSchema.JSONSchema;

/**
 * Reads a preference type's `facts`. Strings, booleans, numbers, enums, objects, arrays and nullable ones of these;
 * enums and objects need an id, which is their GraphQL name. Anything else is a FactsError that names the place.
 */
export function readFacts(facts: z.ZodObject, owner: string): FactsShape {
  const root = z.toJSONSchema(facts, { io: 'output' });
  const defs = root.$defs ?? {};
  const named = Object.entries(defs).map(([id, schema]) => readNamed(id, schema, defs));
  return { facts: readFields(root, owner, defs), named };
}

type Definitions = Readonly<Record<string, Schema>>;

function readNamed(id: string, schema: Schema, defs: Definitions): NamedFactType {
  const { description } = schema;
  if (schema.enum === undefined) return { kind: 'object', id, description, facts: readFields(schema, id, defs) };
  const descriptions = z.record(z.string(), z.string()).catch({}).parse(schema['values']);
  const values = schema.enum.map((value) => ({ value: String(value), description: descriptions[String(value)] }));
  return { kind: 'enum', id, description, values };
}

/** A field of a named type that has no description of its own has the type's. */
function readFields(schema: Schema, owner: string, defs: Definitions): Fact[] {
  if (schema.type !== 'object' || schema.properties === undefined) {
    throw new FactsError(`${owner} is no object with named fields`);
  }
  const required = new Set(schema.required);
  return Object.entries(schema.properties).map(([name, field]) => {
    const at = `${owner}.${name}`;
    const { type, nullable } = readType(asSchema(field, at), at);
    const ofType = type.kind === 'named' ? defs[type.id]?.description : undefined;
    const description = asSchema(field, at).description ?? ofType;
    return { name, type, nullable: nullable || !required.has(name), description };
  });
}

function readType(schema: Schema, at: string): { type: FactType; nullable: boolean } {
  const [other, ...more] = alternatives(schema).filter((one) => one.type !== 'null');
  if (other === undefined || more.length > 0) throw new FactsError(`${at} is a union, which GraphQL has no field for`);
  const nullable = alternatives(schema).length > 1;
  if (other.$ref !== undefined) return { type: { kind: 'named', id: other.$ref.replace('#/$defs/', '') }, nullable };
  if (other.type === 'array') return { type: readList(other, at), nullable };
  if (other.enum !== undefined || other.type === 'object') {
    throw new FactsError(`${at} needs a GraphQL name: .meta({ id: '…' })`);
  }
  return { type: { kind: 'scalar', name: scalarName(other, at) }, nullable };
}

/** JSON Schema writes nullable as `anyOf` with null, or as a list of types. */
function alternatives(schema: Schema): Schema[] {
  if (schema.anyOf !== undefined) return schema.anyOf;
  return Array.isArray(schema.type) ? schema.type.map((type) => ({ ...schema, type })) : [schema];
}

function readList(schema: Schema, at: string): FactType {
  const { items } = schema;
  if (items === undefined || Array.isArray(items)) throw new FactsError(`${at} is a list without one type of items`);
  const { type, nullable } = readType(asSchema(items, at), `${at}[]`);
  if (type.kind === 'list') throw new FactsError(`${at} is a list of lists`);
  return { kind: 'list', of: type, nullableItems: nullable };
}

const SCALARS = new Map([
  ['string', 'String'],
  ['boolean', 'Boolean'],
  ['integer', 'Int'],
  ['number', 'Float'],
] as const);

function scalarName(schema: Schema, at: string): 'String' | 'Boolean' | 'Int' | 'Float' {
  for (const [type, name] of SCALARS) if (schema.type === type) return name;
  throw new FactsError(`${at} is of a type that GraphQL has no scalar for`);
}

function asSchema(schema: z.core.JSONSchema._JSONSchema, at: string): Schema {
  if (typeof schema === 'boolean') throw new FactsError(`${at} may be anything, which GraphQL has no type for`);
  return schema;
}
