import { Kind, print, type ASTNode, type GraphQLError } from 'graphql';

const VALUE_KINDS: ReadonlySet<string> = new Set([
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
]);

/** What the parser says that it found, as in `found String "Unter den Linden 1".`; a name may be one that was not quoted. */
const FOUND = /\b(Name|String|BlockString|Int|Float) ".*$/su;

/** The characters that mean something in a regular expression. */
const SYNTAX = /[\\^$.*+?()[\]{}|/]/gu;

/**
 * What an error about a document says, without the values that stand in the document: they may be places. Where they
 * stand, the error's locations say.
 */
export function withoutValues({ message, nodes }: GraphQLError): string {
  const values = (nodes ?? []).filter((node) => VALUE_KINDS.has(node.kind));
  if (values.length > 0) return values.reduce((said, value) => without(said, value), message);
  return nodes === undefined ? message.replace(FOUND, '$1.') : message;
}

/** graphql-js writes a value as the printer does. One that is part of a longer word is another one. */
function without(message: string, value: ASTNode): string {
  const printed = print(value).replaceAll(SYNTAX, String.raw`\$&`);
  return message.replaceAll(new RegExp(String.raw`(?<!\w)${printed}(?!\w)`, 'gu'), '…');
}
