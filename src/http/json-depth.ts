/**
 * Whether a value as JSON was read holds lists and objects more than so many deep, one in the other. Whatever handles
 * such a value by recursion would run out of stack: the depth is the sender's choice.
 */
export function isDeeperThan(most: number, value: unknown): boolean {
  let layer = [value].filter(isContainer);
  for (let depth = 1; layer.length > 0; depth += 1) {
    if (depth > most) return true;
    layer = layer.flatMap((one): unknown[] => Object.values(one)).filter(isContainer);
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
