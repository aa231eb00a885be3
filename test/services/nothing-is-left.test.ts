import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { canStart } from '../support/services/bring-program.ts';
import { startPostgres } from '../support/services/postgres.ts';
import { startRedis } from '../support/services/redis.ts';
import { isThere, processesIn, sharedMemoryOf, startHolding } from './holding-process.ts';

// What is left is looked up in /proc.
const canLook = process.platform === 'linux' && canStart('postgres') && canStart('redis');

const SOON = { timeout: 15_000 };

describe.runIf(canLook)('after disposal', () => {
  test.each([
    ['Postgres', startPostgres],
    ['Redis', startRedis],
  ] as const)('%s has gone, with its processes, its folder and its shared memory', async (_, start) => {
    const server = await start();
    const { pid, folder } = server;
    expect(isThere(pid ?? 0)).toBe(true);
    expect(processesIn(folder)).not.toEqual([]);
    await server[Symbol.asyncDispose]();
    expect(isThere(pid ?? 0)).toBe(false);
    expect(processesIn(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(sharedMemoryOf([pid ?? 0])).toEqual([]);
  });

  test('a Postgres that was killed has left no shared memory', async () => {
    await using postgres = await startPostgres();
    const pid = postgres.pid ?? 0;
    expect(sharedMemoryOf([pid])).toHaveLength(1);
    await postgres.kill();
    expect(sharedMemoryOf([pid])).toEqual([]);
  });

  test('servers that are held up have gone as well', async () => {
    const servers = await Promise.all([startPostgres(), startRedis()]);
    await Promise.all(servers.map((server) => server.pause()));
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    expect(servers.flatMap(({ folder }) => processesIn(folder))).toEqual([]);
    expect(servers.map(({ folder }) => existsSync(folder))).toEqual([false, false]);
  });

  test('it may be done twice', async () => {
    const redis = await startRedis();
    await redis[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
    expect(existsSync(redis.folder)).toBe(false);
  });
});

describe.runIf(canLook)('nothing is left of servers whose process', () => {
  test.each(['SIGKILL', 'SIGINT'] as const)('was ended by %s', async (signal) => {
    await using holder = startHolding();
    const { pids, folders } = await holder.servers();
    expect([...pids.map(isThere), ...folders.map(existsSync)]).toEqual([true, true, true, true]);
    holder.signal(signal);
    await holder.ended();
    await expect.poll(() => holder.leftovers(), SOON).toEqual([]);
    expect([...pids.map(isThere), ...folders.map(existsSync)]).toEqual([false, false, false, false]);
    expect(sharedMemoryOf(pids)).toEqual([]);
  });

  test.each(['end', 'throw'] as const)('did not give them back: %s', async (ending) => {
    await using holder = startHolding({ ending });
    const { pids } = await holder.servers();
    await holder.ended();
    await expect.poll(() => holder.leftovers(), SOON).toEqual([]);
    expect(pids.map(isThere)).toEqual([false, false]);
  });

  test.each([150, 300, 600])('was killed after %i ms, while they were starting', async (afterMs) => {
    await using holder = startHolding();
    await delay(afterMs);
    holder.signal('SIGKILL');
    await holder.ended();
    await expect.poll(() => holder.leftovers(), SOON).toEqual([]);
  });
});
