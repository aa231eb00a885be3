/** A calendar month in UTC. */
export interface Month {
  /** Such as `2026-11`. */
  readonly name: string;
  /** Until the next one begins: 1 or more. */
  readonly leftMs: number;
}

/** The month of a moment, in milliseconds since the Unix epoch. */
export function monthAt(now: number): Month {
  const at = new Date(now);
  const next = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
  return { name: at.toISOString().slice(0, 7), leftMs: next - Math.floor(now) };
}
