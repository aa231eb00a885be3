import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { canStart } from '../support/services/bring-program.ts';
import { connectRedis } from '../support/services/redis-link.ts';
import { startRedis } from '../support/services/redis.ts';

async function ask(url: string, ...words: readonly (string | number)[]): Promise<unknown> {
  using link = await connectRedis(url);
  return await link.ask(...words);
}

describe.runIf(canStart('redis'))("a Redis of one's own", () => {
  test('answers at its address, writes nothing to disk and gives nothing up', async () => {
    await using redis = await startRedis();
    expect(await ask(redis.url, 'PING')).toBe('PONG');
    expect(await ask(redis.url, 'CONFIG', 'GET', 'save')).toEqual(['save', '']);
    expect(await ask(redis.url, 'CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'no']);
    expect(await ask(redis.url, 'CONFIG', 'GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    expect(await ask(redis.url, 'CONFIG', 'GET', 'bind')).toEqual(['bind', '127.0.0.1']);
  });

  test('takes settings', async () => {
    await using redis = await startRedis({ settings: { maxmemory: '5mb', databases: '3' } });
    expect(await ask(redis.url, 'CONFIG', 'GET', 'databases')).toEqual(['databases', '3']);
  });

  test('has forgotten everything when it comes back', async () => {
    await using redis = await startRedis();
    await ask(redis.url, 'SET', 'key', 'value');
    await redis.kill();
    expect(redis.pid).toBeNull();
    await expect(ask(redis.url, 'PING')).rejects.toThrow('ECONNREFUSED');
    await redis.start();
    expect(await ask(redis.url, 'GET', 'key')).toBeNull();
  });

  test('that keeps its data has it after a stop and after a kill, and is empty when told to', async () => {
    await using redis = await startRedis({ keepsData: true });
    await ask(redis.url, 'SET', 'key', 'value');
    for (const end of ['stop', 'kill'] as const) {
      await redis[end]();
      await redis.start();
      expect(await ask(redis.url, 'GET', 'key')).toBe('value');
    }
    await redis.kill();
    await redis.start({ empty: true });
    expect(await ask(redis.url, 'GET', 'key')).toBeNull();
  });

  test('answers nothing while it is held up, and everything afterwards', async () => {
    await using redis = await startRedis();
    using link = await connectRedis(redis.url);
    await redis.pause();
    const answer = link.ask('PING');
    expect(await Promise.race([answer, delay(300, 'nothing')])).toBe('nothing');
    await redis.resume();
    expect(await answer).toBe('PONG');
  });

  test('is told from what else may answer at its port', async () => {
    await using other = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { promise: listening, resolve } = Promise.withResolvers<void>();
    other.listen(0, '127.0.0.1', resolve);
    await listening;
    const { port } = other.address() as AddressInfo;
    await expect(ask(`redis://127.0.0.1:${port}`, 'PING')).rejects.toThrow('this is not Redis');
  });

  test('that cannot start says why', async () => {
    await expect(startRedis({ settings: { 'no-such-setting': '1' } })).rejects.toThrow('no-such-setting');
  });
});
