import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TicketGrant, Tickets } from '../../src/session/tickets.ts';

/** Tickets under test, as two instances have them. */
export interface TicketsUnderTest extends AsyncDisposable {
  readonly here: Tickets;
  readonly there: Tickets;
  /** Milliseconds since the Unix epoch, by the clock that tickets expire by. */
  now(): number;
  /** Lets time pass by that clock. */
  pass(ms: number): Promise<void>;
}

/** Longer than what a test does before it lets time pass. */
const TOKEN_MS = 800;
const LONGEST_MS = 200;
/** Longer than any test. */
const MINUTE_MS = 60_000;

/** The promises of Tickets. Each on tickets of its own, of which none may hold for longer than `longestMs`. */
export function ticketsContract(name: string, open: (longestMs: number) => Promise<TicketsUnderTest>): void {
  const newGrant = (changes: Partial<TicketGrant> = {}): TicketGrant => ({
    account: `account-${randomUUID()}`,
    sessionId: `ticket-${name}-${randomUUID()}`,
    expiresAt: null,
    ...changes,
  });

  describe('a ticket', () => {
    test('speaks for its account, as often as it is shown, on every instance', async () => {
      await using under = await open(MINUTE_MS);
      const grant = newGrant();
      const { ticket, expiresAt } = await under.here.issue(grant);
      for (const instance of [under.here, under.there, under.here, under.there]) {
        expect(await instance.redeem(ticket, grant.sessionId)).toEqual({ account: grant.account, expiresAt });
      }
    });

    test('is 256 bits as text that fits a URL, another one each time', async () => {
      await using under = await open(MINUTE_MS);
      const grant = newGrant();
      const issued = await Promise.all(Array.from({ length: 50 }, () => under.here.issue(grant)));
      const tickets = new Set(issued.map(({ ticket }) => ticket));
      expect(tickets.size).toBe(50);
      for (const ticket of tickets) {
        expect(ticket).toMatch(/^[\w-]{43}$/u);
        expect(Buffer.from(ticket, 'base64url')).toHaveLength(32);
      }
      for (const ticket of tickets) expect(await under.there.redeem(ticket, grant.sessionId)).toBeDefined();
    });

    test('opens the session that it was issued for, and no other', async () => {
      await using under = await open(MINUTE_MS);
      const grant = newGrant();
      const other = newGrant({ account: grant.account });
      const { ticket } = await under.here.issue(grant);
      await under.here.issue(other);
      for (const sessionId of [other.sessionId, grant.sessionId.toUpperCase(), '', `${grant.sessionId}\0`]) {
        expect(await under.here.redeem(ticket, sessionId)).toBeUndefined();
      }
    });

    test('expires with what the caller showed', async () => {
      await using under = await open(MINUTE_MS);
      const grant = newGrant({ expiresAt: under.now() + TOKEN_MS });
      const { ticket, expiresAt } = await under.here.issue(grant);
      expect(expiresAt).toBe(grant.expiresAt);
      expect(await under.there.redeem(ticket, grant.sessionId)).toBeDefined();
      await under.pass(TOKEN_MS);
      expect(await under.here.redeem(ticket, grant.sessionId)).toBeUndefined();
      expect(await under.there.redeem(ticket, grant.sessionId)).toBeUndefined();
    });

    test.each([null, 1_000_000, 1e15])(
      'holds no longer than a session can live, whatever the caller: %s',
      async (ms) => {
        await using under = await open(LONGEST_MS);
        const before = under.now();
        const grant = newGrant({ expiresAt: ms === null ? null : before + ms });
        const { ticket, expiresAt } = await under.here.issue(grant);
        expect(expiresAt).toBeGreaterThanOrEqual(before + LONGEST_MS);
        expect(expiresAt).toBeLessThanOrEqual(under.now() + LONGEST_MS);
        await under.pass(LONGEST_MS);
        expect(await under.here.redeem(ticket, grant.sessionId)).toBeUndefined();
      },
    );

    test('expires at a whole millisecond, where a token names a part of one', async () => {
      await using under = await open(MINUTE_MS);
      const at = Math.floor(under.now()) + 10_000;
      expect((await under.here.issue(newGrant({ expiresAt: at + 0.7 }))).expiresAt).toBe(at);
    });

    test('that is over when it is made opens nothing', async () => {
      await using under = await open(LONGEST_MS);
      const grant = newGrant({ expiresAt: under.now() - 1 });
      const { ticket } = await under.here.issue(grant);
      expect(await under.here.redeem(ticket, grant.sessionId)).toBeUndefined();
    });

    test('keeps an account as it is, whatever characters it has', async () => {
      await using under = await open(MINUTE_MS);
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), async (account) => {
          const grant = newGrant({ account });
          const { ticket } = await under.here.issue(grant);
          expect((await under.there.redeem(ticket, grant.sessionId))?.account).toBe(account);
        }),
        { numRuns: 50, examples: [['\uD800'], ['__proto__'], ['\0'], ['']] },
      );
    });
  });

  describe('what is no ticket', () => {
    test('opens nothing, whatever it is like', async () => {
      await using under = await open(MINUTE_MS);
      const grant = newGrant();
      const { ticket } = await under.here.issue(grant);
      const wrong = [
        '',
        '__proto__',
        `${ticket} `,
        `${ticket}\n`,
        ticket.slice(1),
        `${ticket}A`,
        'a'.repeat(1_000_000),
      ];
      const flipped = `${ticket.slice(0, 20)}${ticket[20] === 'A' ? 'B' : 'A'}${ticket.slice(21)}`;
      for (const given of [...wrong, flipped]) {
        expect(await under.here.redeem(given, grant.sessionId)).toBeUndefined();
      }
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (text, sessionId) => {
          expect(await under.here.redeem(text, sessionId)).toBeUndefined();
        }),
      );
      expect(await under.here.redeem(ticket, grant.sessionId)).toBeDefined();
    });
  });
}
