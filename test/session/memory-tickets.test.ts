import { expect, test } from 'vitest';
import { MemoryTickets } from '../../src/session/memory-tickets.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ticketsContract } from './tickets-contract.ts';

const GRANT = { account: 'anna', sessionId: 'some-session', expiresAt: null };

ticketsContract('memory', async (longestMs) => {
  const clock = new ManualClock();
  const tickets = new MemoryTickets({ clock, longestMs });
  return {
    here: tickets,
    there: tickets,
    now: () => clock.now(),
    pass: (ms) => clock.pass(ms),
    async [Symbol.asyncDispose]() {},
  };
});

test('nothing is left of a ticket that has expired', async () => {
  const clock = new ManualClock();
  const tickets = new MemoryTickets({ clock, longestMs: 1000 });
  await tickets.issue(GRANT);
  await tickets.issue({ ...GRANT, expiresAt: clock.now() + 300 });
  await clock.pass(300);
  expect([tickets.held, clock.pending]).toEqual([1, 1]);
  await clock.pass(700);
  expect([tickets.held, clock.pending]).toEqual([0, 0]);
});

test('a ticket holds as long as it says where a timer ends early', async () => {
  const clock = new ManualClock();
  const tickets = new MemoryTickets({ clock: hurrying(clock, 100), longestMs: 1000 });
  const { ticket } = await tickets.issue(GRANT);
  await clock.pass(999);
  expect(await tickets.redeem(ticket, GRANT.sessionId)).toBeDefined();
  await clock.pass(101);
  expect([tickets.held, clock.pending]).toEqual([0, 0]);
});

test('beyond the most that are kept the oldest goes, and its timer', async () => {
  const clock = new ManualClock();
  const tickets = new MemoryTickets({ clock, longestMs: 1000, most: 2 });
  const issued = [];
  for (let count = 0; count < 3; count += 1) issued.push(await tickets.issue(GRANT));
  const found = await Promise.all(issued.map(({ ticket }) => tickets.redeem(ticket, GRANT.sessionId)));
  expect(found.map((holder) => holder !== undefined)).toEqual([false, true, true]);
  expect([tickets.held, clock.pending]).toEqual([2, 2]);
});

test('a ticket is made of the random bytes that it is given', async () => {
  const clock = new ManualClock();
  const random = (bytes: number): Buffer => Buffer.alloc(bytes, 7);
  const { ticket } = await new MemoryTickets({ clock, longestMs: 1000, random }).issue(GRANT);
  expect(Buffer.from(ticket, 'base64url')).toEqual(Buffer.alloc(32, 7));
});

/** A clock whose timers wait for no longer than so many milliseconds. */
function hurrying(clock: ManualClock, mostMs: number) {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (delayMs: number, callback: () => void) => clock.after(Math.min(delayMs, mostMs), callback),
  };
}
