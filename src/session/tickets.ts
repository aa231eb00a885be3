import { createHash, randomBytes } from 'node:crypto';

/** What a ticket lets its bearer do: read one session of one account. */
export interface TicketGrant {
  readonly account: string;
  /** A session of that account: whoever issues a ticket has made sure of it. */
  readonly sessionId: string;
  /**
   * When what the caller showed holds no more, or the session is forgotten, if that is known and sooner; in milliseconds
   * since the Unix epoch. Null: neither.
   */
  readonly expiresAt: number | null;
}

/** A ticket as its bearer gets it, once. */
export interface IssuedTicket {
  /** 43 characters of `A-Z a-z 0-9 - _`, which say nothing and which nobody can guess: 256 random bits. */
  readonly ticket: string;
  /** When it holds no more, whole milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Whom a ticket speaks for. */
export interface TicketHolder {
  readonly account: string;
  /** As it was issued with. */
  readonly expiresAt: number;
}

/**
 * Tickets for whoever cannot send headers, such as a browser's EventSource. One opens a single session for reading, as
 * often as it is shown, until it expires. Kept is a hash of it, with an expiry from the moment it is made: whoever sees
 * what is kept has no ticket.
 */
export interface Tickets {
  /**
   * Makes a ticket that expires with the grant, and at the latest when a session that began now would be forgotten.
   * Rejects with SessionFailure `unavailable` where the store is away; a ticket that was made by then expires unused.
   */
  issue(grant: TicketGrant): Promise<IssuedTicket>;
  /**
   * Whom a ticket speaks for; undefined for one that is unknown, has expired or is another session's: they look the
   * same. Both may be any text. Rejects with SessionFailure `unavailable` where the store is away.
   */
  redeem(ticket: string, sessionId: string): Promise<TicketHolder | undefined>;
}

/** What both kinds of tickets are made with. */
export interface TicketOptions {
  /**
   * The longest that a ticket may hold, in milliseconds: as long as a session can live, and be kept after its end.
   */
  readonly longestMs: number;
  /** Gives so many bytes that nobody can guess. Default: randomBytes. */
  readonly random?: (bytes: number) => Buffer;
}

const TICKET_BYTES = 32;

const TICKET_PATTERN = /^[\w-]{43}$/u;

/** A new ticket. */
export function newTicket(random: (bytes: number) => Buffer = randomBytes): string {
  return random(TICKET_BYTES).toString('base64url');
}

/** Whether a text may be a ticket: nothing else is looked up, however long. */
export function isTicket(text: string): boolean {
  return TICKET_PATTERN.test(text);
}

/**
 * What a ticket for a session is kept under: a hash of both, so that one of another session is not even found. A slow
 * hash is not needed: there are too many tickets to try.
 */
export function ticketDigest(ticket: string, sessionId: string): string {
  return createHash('sha256')
    .update(JSON.stringify([ticket, sessionId]))
    .digest('base64url');
}
