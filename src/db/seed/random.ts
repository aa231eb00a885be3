/** Numbers that look random and are the same for the same seed, on every machine. Not for secrets. */
export interface Random {
  /** At least 0, below 1, in steps of 2^-32. */
  next(): number;
  /** A whole number, both bounds included. */
  integer(least: number, most: number): number;
  /** Whether something happens that happens this often, 0 to 1. */
  chance(probability: number): boolean;
  /** One of the items, each as often as its weight says. The list is not empty, the weights are 0 or more. */
  weighted<Item>(items: readonly (readonly [Item, number])[]): Item;
  /** From the normal distribution with mean 0 and standard deviation 1, by the Box-Muller transform. */
  normal(): number;
  /** A UUID of version 4 (RFC 9562). */
  uuid(): string;
}

/**
 * Small Fast Counter with 32-bit words: `sfc32` of PractRand by Chris Doty-Humphrey, seeded as there: the seed's 64
 * bits in `b` and `c`, a counter that begins at 1, and the first 12 numbers thrown away.
 */
export function seededRandom(seed: number): Random {
  const next32 = sfc32(seed);
  const next = (): number => next32() / 2 ** 32;
  const integer = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    weighted: (items) => pickWeighted(items, next()),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    uuid: () => uuidOf([next32(), next32(), next32(), next32()]),
  };
}

/** The item at a share of all weights; `share` is at least 0 and below 1. */
export function pickWeighted<Item>(items: readonly (readonly [Item, number])[], share: number): Item {
  let left = share * items.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of items) {
    left -= weight;
    if (left < 0) return item;
  }
  // Rounding can leave a last crumb.
  const last = items.at(-1);
  if (last === undefined) throw new RangeError('there is nothing to pick from');
  return last[0];
}

function sfc32(seed: number): () => number {
  let a = 0;
  let b = seed | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const next32 = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next32();
  return next32;
}

function uuidOf(words: readonly number[]): string {
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return [...groups, hex.slice(20)].join('-');
}
