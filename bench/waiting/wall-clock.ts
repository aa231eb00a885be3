/** Gives milliseconds since the Unix epoch, with fractions. */
export type WallClock = () => number;

/**
 * A wall clock that is finer than a millisecond, set by a tick of the one that Redis on this machine reads too. It does
 * not follow when that one is set: make a new one for every measurement.
 */
export function readWallClock(): WallClock {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  const offset = now - performance.now();
  return () => performance.now() + offset;
}
