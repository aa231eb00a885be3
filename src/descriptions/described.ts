/**
 * What a type is, and its fields by name, in the words of both faces. What one face alone says, or says otherwise, is no
 * part of it and stands there; what one says more follows there on the words that are shared.
 */
export interface DescribedType<Said> {
  readonly description: string;
  readonly fields: { readonly [Name in keyof Said]?: string };
}

/** What an enum is, and each of its values. */
export interface DescribedEnum<Value extends string> {
  readonly description: string;
  readonly values: Readonly<Record<Value, string>>;
}
