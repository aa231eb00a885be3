import { HttpRefusal } from '../refusal.ts';

/**
 * Why a caller is not known, for the log and the metrics alone: `missing` where nothing was shown, `ticket` for one that
 * does not hold, and of a token what is wrong with it. `key` is one that the key set does not have, or that cannot be
 * used.
 */
export const NOT_AUTHENTICATED_REASONS = [
  'missing',
  'ticket',
  'repeated',
  'malformed',
  'algorithm',
  'key',
  'signature',
  'expired',
  'early',
  'issuer',
  'audience',
  'account',
  'claims',
] as const;
export type NotAuthenticatedReason = (typeof NOT_AUTHENTICATED_REASONS)[number];

const WITHOUT_TOKEN: ReadonlySet<NotAuthenticatedReason> = new Set(['missing', 'ticket']);

/**
 * A caller who is not known. All get one and the same answer, whatever the reason; RFC 6750, section 3.1, has
 * `invalid_token` said only where a token was shown.
 */
export class NotAuthenticated extends HttpRefusal {
  readonly reason: NotAuthenticatedReason;

  constructor(reason: NotAuthenticatedReason) {
    const challenge = WITHOUT_TOKEN.has(reason) ? 'Bearer' : 'Bearer error="invalid_token"';
    super('unauthenticated', { headers: { 'WWW-Authenticate': challenge } });
    this.reason = reason;
  }
}
