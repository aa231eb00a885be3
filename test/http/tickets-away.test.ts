import { expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { createAuthenticate } from '../../src/http/authentication/authenticate.ts';
import { NotAuthenticated } from '../../src/http/authentication/not-authenticated.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { ManualClock } from '../support/manual-clock.ts';

const EVENTS = `/api/streaming/sessions/some-session/events?ticket=${'t'.repeat(43)}`;

test('for a caller who shows a ticket and leaves, a store that is away is asked no more', async () => {
  const clock = new ManualClock();
  let asked = 0;
  const tickets = {
    async redeem(): Promise<undefined> {
      asked += 1;
      throw new SessionFailure('unavailable', { retryAfterMs: 1000 });
    },
  };
  const checkToken = async (): Promise<never> => {
    throw new NotAuthenticated('missing');
  };
  const authenticate = createAuthenticate({ checkToken, tickets, clock });
  await using server = await startHttpTestServer({ authenticate, loopbackHostsOnly: false });
  const leaving = new AbortController();
  const left = fetch(`${server.url}${EVENTS}`, { signal: leaving.signal }).catch(() => undefined);
  await expect.poll(() => clock.pending).toBe(1);
  await clock.pass(500);
  expect(asked).toBe(2);
  leaving.abort();
  await left;
  await expect.poll(() => clock.pending).toBe(0);
  const atTheEnd = asked;
  await clock.pass(10_000);
  // Otherwise twenty times in all.
  expect([atTheEnd <= 3, asked]).toEqual([true, atTheEnd]);
});
