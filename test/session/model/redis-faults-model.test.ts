import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../support/services/redis.ts';
import { storyOfFaults } from './commands.ts';
import { FaultProxy } from './fault-proxy.ts';
import { openRedisSystem } from './redis-system.ts';
import { RANDOM_SEED, tell } from './run-story.ts';

describe('over a network that loses, delays and cuts, every call that is repeated comes to what it would have', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  test.concurrent.for([31, 32, RANDOM_SEED])('seed %i', { timeout: 120_000 }, async (seed) => {
    const { url } = server;
    const open = async () => {
      const proxy = await FaultProxy.open(url);
      const system = await openRedisSystem({ url, proxy });
      return {
        ...system,
        [Symbol.asyncDispose]: async () => {
          await system[Symbol.asyncDispose]();
          await proxy[Symbol.asyncDispose]();
        },
      };
    };
    expect(await tell({ story: storyOfFaults(40), open, numRuns: 30, seed })).toBeGreaterThan(0);
  });
});
