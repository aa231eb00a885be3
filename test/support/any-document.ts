import * as fc from 'fast-check';

/**
 * Well-formed documents of one query, whose fields need not be those of any schema.
 *
 * @param count how many fragments it has: one may spread those that come after it
 */
export function documents(count = 4): fc.Arbitrary<string> {
  const fragments = Array.from({ length: count }, (_, index) =>
    selectionSets(index + 1, count).map((set) => `fragment F${index} on Query${set}`),
  );
  return fc.tuple(selectionSets(0, count), ...fragments).map((parts) => parts.join('\n'));
}

/** Selection sets that spread fragments from one index up to another. */
function selectionSets(first: number, end: number): fc.Arbitrary<string> {
  const directives = fc.integer({ min: 0, max: 2 }).map((many) => ' @skip(if: false)'.repeat(many));
  const name = fc.constantFrom('__typename', '__schema', 'sessionStatus', 'a', 'b');
  const alias = fc.constantFrom('', '', 'x: ', 'y: ', '__typename: ');
  const spreads = Array.from({ length: end - first }, (_, index) => fc.constant(`...F${first + index}`));
  const { set } = fc.letrec<{ set: string; selection: string }>((tie) => ({
    set: fc.array(tie('selection'), { minLength: 1, maxLength: 4 }).map((selections) => ` { ${selections.join(' ')} }`),
    selection: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.tuple(alias, name, directives).map((parts) => parts.join('')),
      fc.tuple(alias, name, directives, tie('set')).map((parts) => parts.join('')),
      fc.tuple(fc.constant('...'), directives, tie('set')).map((parts) => parts.join('')),
      ...spreads.map((spread) => fc.tuple(spread, directives).map((parts) => parts.join(''))),
    ),
  }));
  return set;
}
