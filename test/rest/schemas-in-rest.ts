import type { JsonSchema } from '../../src/rest/schemas/schemas.ts';
import { ONLY_IN_REST } from './schemas-differences.ts';
import { COMPONENTS } from './schemas-support.ts';

/** A property, as both faces can be said to have it. */
export interface Said {
  /** `string`, `integer`, `[Warning]` … */
  readonly shape: string;
  /** `optional` may be left out or null, which is one to inputs alone. */
  readonly presence: 'required' | 'nullable' | 'left out' | 'optional';
  readonly description: string | undefined;
  readonly filledInWith: unknown;
}

/** The properties of one type, by REST's names. */
export type SaidFields = Readonly<Record<string, Said>>;

/** The alternatives of a schema, each with one type. */
function alternatives(one: JsonSchema): JsonSchema[] {
  if (one.anyOf !== undefined) return one.anyOf;
  return Array.isArray(one.type) ? one.type.map((type) => ({ ...one, type })) : [one];
}

function isNull(one: JsonSchema): boolean {
  return one.type === 'null';
}

/** What a schema is, without whether it may be null. */
export function shapeInRest(one: JsonSchema): string {
  const shapes = alternatives(one)
    .filter((alternative) => !isNull(alternative))
    .map((alternative) => {
      if (alternative.$ref !== undefined) return alternative.$ref.replace('#/components/schemas/', '');
      if (alternative.type !== 'array') return String(alternative.type);
      const items = asSchema(alternative.items);
      return `[${shapeInRest(items)}${alternatives(items).some(isNull) ? ' or null' : ''}]`;
    });
  return shapes.join(' or ');
}

/** A part of a schema, which may be missing or be a mere true or false, as a schema. */
export function asSchema(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? (value as JsonSchema) : {};
}

/** What a component says, but for what REST alone has. */
export function saidByRest(name: string): SaidFields {
  const { properties = {}, required = [] } = COMPONENTS[name] ?? {};
  const own = Object.entries(properties).filter(([property]) => !(`${name}.${property}` in ONLY_IN_REST));
  return Object.fromEntries(
    own.map(([property, value]) => {
      const one = asSchema(value);
      const presence = presenceInRest(required.includes(property), alternatives(one).some(isNull));
      return [property, { shape: shapeInRest(one), presence, description: one.description, filledInWith: one.default }];
    }),
  );
}

function presenceInRest(required: boolean, nullable: boolean): Said['presence'] {
  if (required) return nullable ? 'nullable' : 'required';
  return nullable ? 'optional' : 'left out';
}
