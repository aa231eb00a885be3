import { z } from 'zod';

type Fields = Readonly<Record<string, z.ZodType>>;

/** A description of each field; one that has none keeps what it says itself. */
type Words<Shape extends Fields> = { readonly [Name in keyof Shape]?: string };

/** The fields of a zod object, each with its description. */
export function described<const Shape extends Fields>(words: Words<Shape>, fields: Shape): Shape {
  const withWords = Object.entries(fields).map(([name, field]) => {
    const said = words[name];
    return [name, said === undefined ? field : field.describe(said)];
  });
  return Object.fromEntries(withWords) as Shape;
}

interface DescribedObject<Shape extends Fields> {
  readonly description: string;
  readonly fields: Words<Shape>;
}

/** The component of a name: an object of these fields and no others, described as the table of descriptions has it. */
export function component<const Shape extends Fields>(
  id: string,
  { description, fields: words }: DescribedObject<Shape>,
  fields: Shape,
) {
  return z.strictObject(described(words, fields)).meta({ id, description });
}
