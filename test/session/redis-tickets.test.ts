import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { RedisTickets } from '../../src/session/redis-tickets.ts';
import { keptUnder, openConnection } from '../geo/budget/budget-redis.ts';
import { type RedisCluster, startRedisCluster } from '../support/services/redis-cluster.ts';
import { newPrefix } from './redis-stores.ts';
import { startThrough } from './redis-through.ts';
import { type TicketsUnderTest, ticketsContract } from './tickets-contract.ts';

const GRANT = { account: 'anna-the-account', sessionId: 'some-session', expiresAt: null };

/** Two instances, each with a connection of its own. */
async function openTwo(url: string, longestMs: number): Promise<TicketsUnderTest> {
  const [one, other] = await Promise.all([openConnection(url), openConnection(url)]);
  const keyPrefix = newPrefix();
  return {
    here: new RedisTickets({ redis: one, keyPrefix, longestMs }),
    there: new RedisTickets({ redis: other, keyPrefix, longestMs }),
    // Redis runs on this machine.
    now: () => Date.now(),
    // Timers may be early by a part of a millisecond.
    pass: (ms) => delay(ms + 1),
    async [Symbol.asyncDispose]() {
      one.close();
      other.close();
    },
  };
}

ticketsContract('redis', (longestMs) => openTwo(inject('redisUrl'), longestMs));

describe('on a cluster of three', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(async () => cluster[Symbol.asyncDispose]());

  ticketsContract('redis-cluster', (longestMs) => openTwo(cluster.url, longestMs));
});

describe('what stands in Redis', () => {
  test('is no ticket and no session, and expires with the ticket', async () => {
    using redis = await openConnection(inject('redisUrl'));
    const keyPrefix = newPrefix();
    const tickets = new RedisTickets({ redis, keyPrefix, longestMs: 60_000 });
    const { ticket } = await tickets.issue(GRANT);
    const kept = await keptUnder(inject('redisUrl'), keyPrefix);
    expect(kept).toEqual([
      {
        key: expect.stringMatching(/^test-.*:ticket:[\w-]{43}$/u),
        leftMs: expect.any(Number),
        content: JSON.stringify(GRANT.account),
      },
    ]);
    expect(kept[0]?.leftMs).toBeGreaterThan(0);
    expect(kept[0]?.leftMs).toBeLessThanOrEqual(60_000);
    expect(JSON.stringify(kept)).not.toContain(ticket);
    expect(JSON.stringify(kept)).not.toContain(GRANT.sessionId);
    // The key's own hash opens nothing either.
    const hash = kept[0]?.key.split(':').at(-1) ?? '';
    expect(await tickets.redeem(hash, GRANT.sessionId)).toBeUndefined();
  });

  test('is nothing where a ticket is over when it is made', async () => {
    using redis = await openConnection(inject('redisUrl'));
    const keyPrefix = newPrefix();
    const tickets = new RedisTickets({ redis, keyPrefix, longestMs: 60_000 });
    await tickets.issue({ ...GRANT, expiresAt: Date.now() - 1000 });
    expect(await keptUnder(inject('redisUrl'), keyPrefix)).toEqual([]);
  });
});

test('a Redis that is away is said to be, and is asked again when it is back', async () => {
  await using under = await startThrough();
  using redis = await openConnection(under.proxy.url);
  const tickets = new RedisTickets({ redis, keyPrefix: newPrefix(), longestMs: 60_000 });
  const { ticket } = await tickets.issue(GRANT);
  under.proxy.swallow();
  await expect(tickets.issue(GRANT)).rejects.toMatchObject({ code: 'unavailable' });
  await expect(tickets.redeem(ticket, GRANT.sessionId)).rejects.toMatchObject({ code: 'unavailable' });
  under.proxy.carry();
  await expect
    .poll(() => tickets.redeem(ticket, GRANT.sessionId).catch(() => null), { timeout: 10_000 })
    .toMatchObject({ account: GRANT.account });
});

test('a text that cannot be a ticket is not looked up', async () => {
  let sent = 0;
  const redis = {
    send: async (): Promise<never> => {
      sent += 1;
      throw new Error('nothing is to be sent');
    },
  };
  const tickets = new RedisTickets({ redis, keyPrefix: newPrefix(), longestMs: 1000 });
  expect(await tickets.redeem('a'.repeat(1_000_000), GRANT.sessionId)).toBeUndefined();
  expect(sent).toBe(0);
});
