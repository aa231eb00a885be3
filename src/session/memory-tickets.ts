import type { Clock, Timer } from '../clock.ts';
import {
  isTicket,
  type IssuedTicket,
  newTicket,
  ticketDigest,
  type TicketGrant,
  type TicketHolder,
  type TicketOptions,
  type Tickets,
} from './tickets.ts';

/**
 * Some 40 MB. More than one account can come to hold at 600 reads a minute for as long as a session lives by default,
 * which is 21,000: no caller alone pushes the tickets of others out.
 */
const MOST_KEPT = 100_000;

export interface MemoryTicketOptions extends TicketOptions {
  readonly clock: Clock;
  /** Tickets that are kept at most; beyond it the oldest goes. Default: 100,000. */
  readonly most?: number;
}

interface Kept {
  readonly holder: TicketHolder;
  forgetting: Timer;
}

/** Tickets in the memory of one process, beside sessions that are kept there too. */
export class MemoryTickets implements Tickets {
  readonly #options: MemoryTicketOptions;
  /** By digest, the oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(options: MemoryTicketOptions) {
    this.#options = options;
  }

  /** How many are kept: nothing may be left of one that has expired. */
  get held(): number {
    return this.#kept.size;
  }

  async issue({ account, sessionId, expiresAt: until }: TicketGrant): Promise<IssuedTicket> {
    const { clock, longestMs, random, most = MOST_KEPT } = this.#options;
    const ticket = newTicket(random);
    const digest = ticketDigest(ticket, sessionId);
    const expiresAt = Math.floor(Math.min(until ?? Number.POSITIVE_INFINITY, clock.now() + longestMs));
    this.#kept.set(digest, { holder: { account, expiresAt }, forgetting: this.#forgetLater(digest, expiresAt) });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > most && oldest !== undefined) this.#forget(oldest);
    return { ticket, expiresAt };
  }

  async redeem(ticket: string, sessionId: string): Promise<TicketHolder | undefined> {
    if (!isTicket(ticket)) return undefined;
    const holder = this.#kept.get(ticketDigest(ticket, sessionId))?.holder;
    return holder !== undefined && holder.expiresAt > this.#options.clock.now() ? holder : undefined;
  }

  #forgetLater(digest: string, at: number): Timer {
    const { clock } = this.#options;
    return clock.after(at - clock.now(), () => {
      const kept = this.#kept.get(digest);
      // A timer may end before a very long time is over.
      if (kept && at > clock.now()) kept.forgetting = this.#forgetLater(digest, at);
      else this.#forget(digest);
    });
  }

  #forget(digest: string): void {
    this.#kept.get(digest)?.forgetting.cancel();
    this.#kept.delete(digest);
  }
}
