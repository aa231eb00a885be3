import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sessionNameOf, RedisKeys, shardOf } from '../../src/session/redis-keys.ts';
import type { RedisSessionStore } from '../../src/session/redis-session-store.ts';
import type { Lease } from '../../src/session/session-store.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { connectRedis, type RedisLink } from '../support/services/redis-link.ts';
import { startRedis } from '../support/services/redis.ts';
import { begin, newPrefix, openStore, until } from './redis-stores.ts';

const FAILS = 'looking for changes of sessions fails';
const WORKS_AGAIN = 'looking for changes of sessions works again';

test('a look of which one part fails is said once, and once that all of it works again', async () => {
  await using server = await startRedis();
  using link = await connectRedis(server.url);
  const log = new RecordingLog();
  const said = (): readonly string[] => log.lines.map(({ message }) => message);
  const keyPrefix = newPrefix();
  await using store = await openStore(server.url, { keyPrefix, logPollMs: 50, log });
  const leases = await inTwoShards(store);
  const watch = async () => Promise.all(leases.map((lease) => store.watch(lease, () => {})));
  const stops = await watch();
  const broken = new RedisKeys(keyPrefix).changes(shardOf(sessionNameOf(leases[0])));
  await link.ask('SET', broken, 'no changes');
  await until(() => said().length > 0);
  await looks(link, 20);
  expect(said()).toEqual([FAILS]);
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { cause: { code: 'WRONGTYPE' } } }]);

  // Where nothing is looked at, nothing is known of it.
  for (const stop of stops) stop();
  await delay(300);
  expect(said()).toEqual([FAILS]);

  await link.ask('DEL', broken);
  await watch();
  await until(() => said().length > 1);
  await looks(link, 20);
  expect(said()).toEqual([FAILS, WORKS_AGAIN]);
});

test('a look that is cut off as the store is closed is no outage', async () => {
  await using server = await startRedis();
  const log = new RecordingLog();
  const store = await openStore(server.url, { logPollMs: 50, log });
  await store.watch(await begin(store), () => {});
  await server.pause();
  // By now a look waits for its answer.
  await delay(300);
  await store.close();
  // More than a link that is given up has to say goodbye.
  await delay(500);
  expect(log.lines).toEqual([]);
});

async function inTwoShards(store: RedisSessionStore): Promise<readonly [Lease, Lease]> {
  const one = await begin(store);
  for (;;) {
    const other = await begin(store);
    if (shardOf(sessionNameOf(other)) !== shardOf(sessionNameOf(one))) return [one, other];
  }
}

/** Resolves when changes were read so many times more. */
async function looks(link: RedisLink, count: number): Promise<void> {
  const enough = (await reads(link)) + count;
  await until(async () => (await reads(link)) >= enough, 20_000);
}

async function reads(link: RedisLink): Promise<number> {
  const stats = String(await link.ask('INFO', 'commandstats'));
  return Number(/cmdstat_xrange:calls=(\d+)/u.exec(stats)?.[1] ?? 0);
}
