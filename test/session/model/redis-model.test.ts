import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type RedisCluster, startRedisCluster } from '../../support/services/redis-cluster.ts';
import { story } from './commands.ts';
import { openRedisSystem } from './redis-system.ts';
import { RANDOM_SEED, tell } from './run-story.ts';

describe('two stores on one Redis do what their promises say, whatever is called on either in whatever order', () => {
  test.concurrent.for([11, 12, RANDOM_SEED])('seed %i', { timeout: 120_000 }, async (seed) => {
    const url = inject('redisUrl');
    expect(await tell({ story: story(40), open: () => openRedisSystem({ url }), numRuns: 30, seed })).toBeGreaterThan(
      0,
    );
  });
});

describe('two stores on one cluster do so too', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(async () => cluster[Symbol.asyncDispose]());

  test.concurrent.for([21, RANDOM_SEED])('seed %i', { timeout: 120_000 }, async (seed) => {
    expect(
      await tell({ story: story(40), open: () => openRedisSystem({ url: cluster.url }), numRuns: 15, seed }),
    ).toBeGreaterThan(0);
  });
});
