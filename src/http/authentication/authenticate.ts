import type { Clock } from '../../clock.ts';
import { askPatiently } from '../../rest/patience.ts';
import type { Tickets } from '../../session/tickets.ts';
import { bearerTokenOf } from './bearer.ts';
import type { Authenticate, Identity } from './identity.ts';
import { NotAuthenticated } from './not-authenticated.ts';
import { ticketOf } from './ticket.ts';
import type { TokenCheck } from './token-check.ts';

/** The account of every caller where no token is asked for. */
const DEMO: Identity = { account: 'demo', expiresAt: null };

/** Asks for nothing: every caller is the account `demo`. */
export function trustEverybody(): Identity {
  return DEMO;
}

interface AuthenticateOptions {
  readonly checkToken: TokenCheck;
  readonly tickets: Pick<Tickets, 'redeem'>;
  readonly clock: Clock;
}

/** Asks for a token, or, where a session's events are read, for a ticket. Who shows both is known by the token. */
export function createAuthenticate({ checkToken, tickets, clock }: AuthenticateOptions): Authenticate {
  return async (req, signal) => {
    const token = bearerTokenOf(req);
    if (token !== undefined) return checkToken(token);
    const shown = ticketOf(req);
    if (shown === undefined) throw new NotAuthenticated('missing');
    // An EventSource takes any answer but a stream as the end: a store that is away is waited for.
    const holder = await askPatiently(() => tickets.redeem(shown.ticket, shown.sessionId), clock, [signal]);
    if (holder === undefined) throw new NotAuthenticated('ticket');
    return holder;
  };
}
