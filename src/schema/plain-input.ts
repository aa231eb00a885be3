/** An input as the session service takes it: plain objects, where GraphQL makes objects without a prototype. */
export function plainInput<Input extends object>(input: Input): Input {
  return structuredClone(input);
}
