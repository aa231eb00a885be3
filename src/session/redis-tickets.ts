import { readScript, type RedisScript, runScript, type ScriptSender } from '../redis/script.ts';
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

export interface RedisTicketOptions extends TicketOptions {
  /** A RedisConnection, which others may use too. It is not closed here. */
  readonly redis: ScriptSender;
  /** Before every key; without braces. */
  readonly keyPrefix: string;
}

/**
 * Tickets in Redis, which hold on every instance. They expire by the clock of Redis. Verbs reject as RedisConnection.send;
 * an issue whose reply was lost may be sent again, and makes the same ticket. Throws where the scripts' files are missing.
 */
export class RedisTickets implements Tickets {
  readonly #options: RedisTicketOptions;
  readonly #issue = scriptOf('issue-ticket');
  readonly #redeem = scriptOf('redeem-ticket');

  constructor(options: RedisTicketOptions) {
    this.#options = options;
  }

  async issue({ account, sessionId, expiresAt }: TicketGrant): Promise<IssuedTicket> {
    const { redis, longestMs, random } = this.#options;
    const ticket = newTicket(random);
    const keys = [this.#keyOf(ticket, sessionId)];
    // As JSON: an account may hold a lone surrogate, which UTF-8 has no bytes for.
    const args = [JSON.stringify(account), expiresAt ?? '', longestMs];
    return { ticket, expiresAt: Number(await runScript(redis, this.#issue, { keys, args })) };
  }

  async redeem(ticket: string, sessionId: string): Promise<TicketHolder | undefined> {
    if (!isTicket(ticket)) return undefined;
    const keys = [this.#keyOf(ticket, sessionId)];
    const found = await runScript(this.#options.redis, this.#redeem, { keys, args: [] });
    if (found === null) return undefined;
    const [account, expiresAt] = found as readonly [account: string, expiresAt: string];
    return { account: JSON.parse(account) as string, expiresAt: Number(expiresAt) };
  }

  #keyOf(ticket: string, sessionId: string): string {
    return `${this.#options.keyPrefix}ticket:${ticketDigest(ticket, sessionId)}`;
  }
}

function scriptOf(name: string): RedisScript {
  return readScript(name, [new URL(`scripts/${name}.lua`, import.meta.url)]);
}
