import type { ServerResponse } from 'node:http';
import type { RateKind } from '../../caller.ts';

/** What is left of a rate. */
export interface RateState {
  /** Calls in a window. */
  readonly quota: number;
  readonly windowSeconds: number;
  /** Calls that are left of it. */
  readonly remaining: number;
  /** Until the window is over. */
  readonly resetMs: number;
}

/** What was said on each response: a request may spend of several rates, and of one several times. */
const SAID = new WeakMap<ServerResponse, Map<RateKind, RateState>>();

/**
 * Says on a response what is left of a rate, beside what it says of others, in the fields RateLimit-Policy and RateLimit
 * of draft-ietf-httpapi-ratelimit-headers-10: structured lists (RFC 9651), a member a rate. A response whose head was
 * sent, or that is over, stays as it is.
 */
export function sayRate(res: ServerResponse, kind: RateKind, state: RateState): void {
  if (res.headersSent || res.destroyed) return;
  const said = SAID.get(res) ?? new Map<RateKind, RateState>();
  SAID.set(res, said.set(kind, state));
  res.setHeader(
    'RateLimit-Policy',
    listOf(said, ({ quota, windowSeconds }) => `q=${quota};w=${windowSeconds}`),
  );
  res.setHeader(
    'RateLimit',
    listOf(said, ({ remaining, resetMs }) => `r=${remaining};t=${Math.ceil(resetMs / 1000)}`),
  );
}

function listOf(said: ReadonlyMap<RateKind, RateState>, parameters: (state: RateState) => string): string {
  return [...said].map(([kind, state]) => `"${kind}";${parameters(state)}`).join(', ');
}
