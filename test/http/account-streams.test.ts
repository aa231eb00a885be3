import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { RedisAccountStreams } from '../../src/http/limits/redis-account-streams.ts';
import { openRedis, type RedisConnection } from '../../src/redis/connection.ts';
import type { ScriptSender } from '../../src/redis/script.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { systemClock } from '../../src/clock.ts';
import { startRedisCluster, type RedisCluster } from '../support/services/redis-cluster.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
}, 60_000);
afterAll(async () => cluster[Symbol.asyncDispose]());

describe.each([
  ['one Redis', () => inject('redisUrl')],
  ['a cluster', () => cluster.url],
] as const)('the streams of accounts on %s', (_, urlOf) => {
  let redis: RedisConnection;
  beforeAll(async () => {
    redis = await openRedis({ url: urlOf(), clock: systemClock, log: new RecordingLog() });
  });
  afterAll(() => redis.close());

  function instances(count: number) {
    const keyPrefix = `test-${randomUUID()}:`;
    const clock = new ManualClock();
    return Array.from({ length: count }, (__, index) => {
      const log = new RecordingLog();
      const streams = new RedisAccountStreams({ redis, keyPrefix, instance: `instance-${index}`, clock, log });
      return { streams, log, clock, keyPrefix };
    });
  }

  test('are as many as one account may have at all instances together, and each account has its own', async () => {
    const [one, other] = instances(2);
    const entered = [];
    for (let turn = 0; turn < 6; turn += 1) {
      entered.push(await (turn % 2 === 0 ? one : other)?.streams.enter('anna', 4));
    }
    expect(entered).toEqual([true, true, true, true, false, false]);
    expect(await other?.streams.enter('ben', 4)).toBe(true);
  });

  test('make room when one is over, wherever it was', async () => {
    const [one, other] = instances(2);
    expect(await one?.streams.enter('anna', 1)).toBe(true);
    expect(await other?.streams.enter('anna', 1)).toBe(false);
    one?.streams.leave('anna');
    await expect.poll(() => other?.streams.enter('anna', 1)).toBe(true);
  });

  test('that are asked for at once are no more than may be', async () => {
    const all = instances(3);
    const asked = Array.from({ length: 60 }, async (__, index) => all[index % 3]?.streams.enter('anna', 7));
    expect((await Promise.all(asked)).filter((isIn) => isIn).length).toBe(7);
  });

  test('of an instance that closes count no more, and it leaves no key', async () => {
    const [one, other] = instances(2);
    await one?.streams.enter('anna', 1);
    await one?.streams[Symbol.asyncDispose]();
    expect(await other?.streams.enter('anna', 1)).toBe(true);
    await other?.streams[Symbol.asyncDispose]();
    const key = (name: string) => `${one?.keyPrefix}{streams}:${name}`;
    const left = await redis.send('exists', (client) => client.exists(key('instances'), key('of:instance-0')));
    expect(left).toBe(0);
  });

  test('are said anew while they are open, every key with an expiry', async () => {
    const [one] = instances(1);
    await one?.streams.enter('anna', 9);
    const key = `${one?.keyPrefix}{streams}:of:instance-0`;
    // As if what was counted had been lost.
    await redis.send('del', (client) => client.del(key));
    await one?.clock.pass(10_000);
    await expect.poll(async () => redis.send('hvals', (client) => client.hvals(key))).toEqual(['1']);
    for (const name of [key, `${one?.keyPrefix}{streams}:instances`]) {
      expect(await redis.send('pttl', (client) => client.pttl(name))).toBeGreaterThan(0);
    }
    expect(one?.clock.pending).toBe(1);
    await one?.streams[Symbol.asyncDispose]();
    expect(one?.clock.pending).toBe(0);
  });

  test('are counted rightly when one ends while another is let in', async () => {
    const keyPrefix = `test-${randomUUID()}:`;
    const [entering, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isHeld = false;
    const slow: ScriptSender = {
      async send(what, work) {
        const reply = await redis.send(what, work);
        if (!isHeld || what !== 'enter-stream') return reply;
        entering.resolve();
        await released.promise;
        return reply;
      },
    };
    const clock = new ManualClock();
    const options = { redis: slow, keyPrefix, instance: 'one', clock, log: new RecordingLog() };
    const streams = new RedisAccountStreams(options);
    await streams.enter('anna', 2);
    isHeld = true;
    const second = streams.enter('anna', 2);
    await entering.promise;
    streams.leave('anna');
    const key = `${keyPrefix}{streams}:of:one`;
    const counted = async () => redis.send('hvals', (client) => client.hvals(key));
    await expect.poll(counted).toEqual(['1']);
    released.resolve();
    expect(await second).toBe(true);
    expect(await counted()).toEqual(['1']);
    expect(await streams.enter('anna', 2)).toBe(true);
    expect(await streams.enter('anna', 2)).toBe(false);
    await expect.poll(counted).toEqual(['2']);
    await streams[Symbol.asyncDispose]();
  });

  test('hold no account in any key or field', async () => {
    const [one] = instances(1);
    await one?.streams.enter('anna@example.org', 9);
    const fields = await redis.send('hkeys', (client) => client.hkeys(`${one?.keyPrefix}{streams}:of:instance-0`));
    expect(fields).toHaveLength(1);
    expect(JSON.stringify(fields)).not.toContain('anna');
  });
});

test('a Redis that does not answer lets streams begin, and says so once', async () => {
  const log = new RecordingLog();
  const redis = { send: async () => Promise.reject(new Error('away')) };
  const clock = new ManualClock();
  const streams = new RedisAccountStreams({ redis, keyPrefix: 'x:', instance: 'one', clock, log });
  expect(await streams.enter('anna', 1)).toBe(true);
  expect(await streams.enter('anna', 1)).toBe(true);
  expect(log.lines.length).toBe(1);
  await streams[Symbol.asyncDispose]();
});
