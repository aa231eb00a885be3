import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { demoParent, TestApp } from '../support/test-app.ts';

test.each([
  ['memory', () => ({}), null],
  [
    'Redis',
    () => ({ REDIS_URL: inject('redisUrl'), KEY_PREFIX: `test-${randomUUID()}:` }),
    expect.objectContaining({ fencedWrites: 0 }),
  ],
] as const)('an instance with sessions in %s tells what it holds and has done', async (_, settings, redis) => {
  const log = new RecordingLog();
  const env = { DATA_DIR: 'memory', PORT: '0', LOG_LEVEL: 'fatal', ...settings() };
  const app = await startApp({ config: loadConfig(env), log });
  await using client = new TestApp(app.address.url, log, () => app.close());
  const session = client.match({ parentId: demoParent(1) });
  const question = await session.question();
  await expect
    .poll(() => app.state().sessions)
    .toMatchObject({ held: { running: 0, waiting: 1, paused: 0 }, started: 1 });
  expect(app.state().streams).toMatchObject({ open: 1, openedTotal: 1, slowReadersCut: 0 });
  await session.answer(question, { location: { address: 'Potsdamer Platz 1, Berlin' } });
  await session.results();
  await expect
    .poll(() => app.state().sessions)
    .toMatchObject({ held: { waiting: 0 }, takenOver: 0, finished: { results: 1 } });
  await session.cut();
  await expect.poll(() => app.state().streams.open).toBe(0);
  expect(app.state().redis).toEqual(redis);
});
