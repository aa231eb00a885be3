/**
 * JSON's `1e999` is read as Infinity, which GraphQL's Float does not take. It is a number out of range like any other,
 * so it is made the largest finite one, in place, for the session service to refuse together with every other issue.
 */
export function makeFinite(variables: object): void {
  // A list of what is still to be looked at, not a recursion: the depth is the caller's choice.
  const rest: object[] = [variables];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    for (const [key, inner] of Object.entries(value)) {
      if (inner === Infinity || inner === -Infinity) Reflect.set(value, key, Math.sign(inner) * Number.MAX_VALUE);
      else if (typeof inner === 'object' && inner !== null) rest.push(inner);
    }
  }
}
