import { z } from 'zod';
import { ERROR_CODES, INTERACTION_TYPES } from '../../protocol.ts';
import { restName } from '../../rest-protocol.ts';

/** A JSON Schema of draft 2020-12, which is what OpenAPI 3.1 has for schemas. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Components by name: what `$ref: '#/components/schemas/<name>'` points to. */
export type Components = Readonly<Record<string, JsonSchema>>;

/** A schema, and those with a name of their own that it refers to. */
export interface NamedSchemas {
  readonly schema: JsonSchema;
  readonly components: Components;
}

/** A reference to a component. */
export function refTo(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/**
 * A zod schema as JSON Schema with REST's names, in `properties`, `required` and descriptions alike. One that has an
 * id by `.meta({ id })` is a reference to the component of that name, the outermost one too. `input` describes what is
 * taken, before defaults are filled in; `output` what is said.
 */
export function restSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return withComponents(schema, io).schema;
}

/** The same, together with the components that it refers to. */
export function withComponents(schema: z.ZodType, io: 'input' | 'output'): NamedSchemas {
  const { $schema: _, $defs = {}, ...root } = z.toJSONSchema(schema, { io });
  const values = Object.values($defs).flatMap(upperCaseValuesOf);
  const source = { values: new Set([...VALUES, ...values]), named: $defs };
  const components = Object.entries($defs).map(([name, named]) => [name, translated(named, source)]);
  return { schema: translated(root, source), components: Object.fromEntries(components) };
}

/** Error codes and kinds of questions as GraphQL writes them: a description may name them wherever it stands. */
const VALUES = [...ERROR_CODES, ...INTERACTION_TYPES].map((value) => value.toUpperCase());

/** GraphQL's names for the values of an enum. */
function upperCaseValuesOf({ enum: values = [] }: JsonSchema): string[] {
  return values.filter((value) => typeof value === 'string').map((value) => value.toUpperCase());
}

/** What the parts of one schema share. */
interface Source {
  /** GraphQL's names for the values that its descriptions may name, those of its own enums among them. */
  readonly values: ReadonlySet<string>;
  /** Its schemas with a name of their own, as zod gives them. */
  readonly named: Readonly<Record<string, JsonSchema>>;
}

function translated(schema: JsonSchema, source: Source): JsonSchema {
  const { values: meanings, ...rest } = schema;
  const keywords = Object.entries(rest).map(([keyword, value]) => [keyword, keywordOf(keyword, value, source)]);
  const result: JsonSchema = Object.fromEntries(keywords.filter(([, value]) => value !== undefined));
  if (meanings !== undefined) result.description = withMeanings(result.description, meanings, source);
  return result;
}

/** Undefined where the keyword says nothing. */
function keywordOf(keyword: string, value: unknown, source: Source): unknown {
  switch (keyword) {
    case '$ref':
      return String(value).replace('#/$defs/', '#/components/schemas/');
    case 'description':
      return inRestWords(String(value), source);
    case 'properties':
      return propertiesOf(value as Properties, source);
    case 'required':
      return (value as string[]).map(restName);
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
      return (value as JsonSchema[]).map((one) => translated(one, source));
    case 'items':
    case 'additionalProperties':
      return typeof value === 'boolean' ? value : translated(value as JsonSchema, source);
    // The bounds of what a double holds exactly say nothing of the field.
    case 'minimum':
      return value === Number.MIN_SAFE_INTEGER ? undefined : value;
    case 'maximum':
      return value === Number.MAX_SAFE_INTEGER ? undefined : value;
    default:
      return value;
  }
}

type Properties = Readonly<Record<string, JsonSchema>>;

function propertiesOf(properties: Properties, source: Source): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [restName(name), translated(described(schema, source), source)]),
  );
}

/** Zod leaves a description out where it is the same as the named schema's. */
function described(schema: JsonSchema, { named }: Source): JsonSchema {
  const description = schema.description ?? named[schema.$ref?.replace('#/$defs/', '') ?? '']?.description;
  return description === undefined ? schema : { ...schema, description };
}

/** JSON Schema has no place for what each value of an enum means, so it goes into the description, as a list. */
function withMeanings(description: string | undefined, meanings: unknown, source: Source): string {
  const lines = Object.entries(meanings as Record<string, string>).map(
    ([value, text]) => `- \`${value}\`: ${inRestWords(text, source)}`,
  );
  return [description, lines.join('\n')].filter((part) => part !== undefined).join('\n\n');
}

/** A name in camelCase: `maxDistanceKm`, but neither `OpenStreetMap` nor `limit`. */
const CAMEL_CASE = /\b[a-z]+(?:[A-Z][a-z]*)+\b/gu;

/** A word that may be the value of an enum as GraphQL writes it. */
const UPPER_CASE = /\b[A-Z][A-Z_]+\b/gu;

/** A description with REST's names for fields, and its own values instead of GraphQL's. */
function inRestWords(text: string, source: Source): string {
  return text
    .replaceAll(CAMEL_CASE, (name) => restName(name))
    .replaceAll(UPPER_CASE, (word) => (source.values.has(word) ? word.toLowerCase() : word));
}
