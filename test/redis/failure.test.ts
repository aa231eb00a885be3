import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { causeOf } from '../../src/errors.ts';
import { openRedis, type RedisConnection } from '../../src/redis/connection.ts';
import { connectRedis } from '../support/services/redis-link.ts';
import { startRedis } from '../support/services/redis.ts';
import { RecordingLog } from '../support/recording-log.ts';

const ADDRESS = 'Unter den Linden 1, Berlin';

test('why Redis does not serve can be logged, and nothing that was sent to it', async () => {
  await using server = await startRedis();
  const redis = await openRedis({
    url: server.url,
    clock: systemClock,
    log: new RecordingLog(),
    commandTimeoutMs: 500,
  });
  try {
    using link = await connectRedis(server.url);
    await link.ask('CONFIG', 'SET', 'maxmemory', '1mb');
    expect(await causeOfSet(redis)).toMatchObject({ code: 'unavailable', by: { name: 'ReplyError', code: 'OOM' } });
    await server.pause();
    expect(await causeOfSet(redis)).toMatchObject({ code: 'unavailable', by: { code: 'Command timed out' } });
    await server.resume();
  } finally {
    redis.close();
  }
});

/** What may be logged of why a write fails. */
async function causeOfSet(redis: RedisConnection): Promise<unknown> {
  const failed: unknown = await redis
    .send('set', (client) => client.set('home', ADDRESS))
    .then(
      () => null,
      (error: unknown) => error,
    );
  const cause = causeOf(failed);
  expect(JSON.stringify(cause)).not.toContain(ADDRESS);
  return cause;
}
