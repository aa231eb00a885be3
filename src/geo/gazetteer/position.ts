import type { Street } from './entries.ts';

/**
 * Where a house number is, between the two anchors around it in a straight line, as `[latitude, longitude]`; null where
 * a street has no anchors around that number.
 */
export function positionOf({ anchors = [] }: Street, number: number): readonly [number, number] | null {
  for (const [index, [first, fromLatitude, fromLongitude]] of anchors.entries()) {
    if (number === first) return [fromLatitude, fromLongitude];
    const [last, toLatitude, toLongitude] = anchors[index + 1] ?? [first, fromLatitude, fromLongitude];
    if (number < first || number > last || last === first) continue;
    const share = (number - first) / (last - first);
    return [fromLatitude + share * (toLatitude - fromLatitude), fromLongitude + share * (toLongitude - fromLongitude)];
  }
  return null;
}
