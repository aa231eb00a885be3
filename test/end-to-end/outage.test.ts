import { expect, test } from 'vitest';
import { RestClient } from '../support/rest-client.ts';
import { startPostgres } from '../support/services/postgres.ts';
import { connectRedis } from '../support/services/redis-link.ts';
import { startRedis } from '../support/services/redis.ts';
import { demoParent, startTestApp } from '../support/test-app.ts';

test('a stream of REST says that it is alive while Redis does not answer, and goes on when it does', async () => {
  await using redis = await startRedis();
  await using app = await startTestApp({ REDIS_URL: redis.url, KEEPALIVE_MS: '1000' });
  const rest = new RestClient(app.url);
  const stream = await rest.start(JSON.stringify({ parent_id: demoParent(1) }));
  const { session_id, interaction_id } = await stream.until('user_interaction');
  await redis.pause();
  // Longer than a command of the store may take.
  for (let count = 0; count < 4; count += 1) await stream.until('keepalive');
  expect((await rest.status(String(session_id))).status).toBe(503);
  await redis.resume();
  const response_data = { address: 'Potsdamer Platz 1, Berlin' };
  const answer = JSON.stringify({ session_id, interaction_id, response_type: 'location_input', response_data });
  await expect.poll(async () => (await rest.respond(answer)).status, { timeout: 10_000 }).toBe(200);
  expect(await stream.until('match_results')).toMatchObject({ success: true });
  const ids = stream.frames.map(({ id }) => id).filter((id) => id > 0);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
}, 60_000);

test('Postgres away and back is a line of the log each, and a search that is under way waits for it', async () => {
  await using postgres = await startPostgres();
  await using app = await startTestApp({ DATABASE_URL: postgres.url, DEMO_DATA: 'true' });
  const session = app.match({ parentId: demoParent(1) });
  const question = await session.question();
  await postgres.stop();
  await session.answer(question, { location: { address: 'Potsdamer Platz 1, Berlin' } });
  await expect.poll(() => app.log.lines.length).toBeGreaterThan(0);
  expect((await fetch(`${app.url}/readyz`)).status).toBe(503);
  await postgres.start();
  expect((await session.results()).offers.length).toBeGreaterThan(0);
  const aboutDatabase = app.log.lines.filter(({ message }) => message.startsWith('reading from the database'));
  expect(aboutDatabase).toMatchObject([
    { level: 'warn', fields: { cause: { code: 'ECONNREFUSED' } }, message: 'reading from the database fails' },
    { level: 'info', message: 'reading from the database works again' },
  ]);
}, 60_000);

test('a full Redis answers and so is ready, starts are told to come back, and the log has the word for it', async () => {
  await using redis = await startRedis();
  await using app = await startTestApp({ REDIS_URL: redis.url });
  using link = await connectRedis(redis.url);
  await link.ask('CONFIG', 'SET', 'maxmemory', '1mb');
  expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
  const start = (): Promise<Response> =>
    fetch(`${app.url}/api/streaming/matches/interactive`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ parent_id: demoParent(3) }),
    });
  const refused = await start();
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ error_code: 'unavailable' });
  const warnings = app.log.lines.filter(({ level }) => level === 'warn');
  expect(warnings).not.toEqual([]);
  for (const { fields } of warnings) expect(fields).toMatchObject({ cause: { by: { code: 'OOM' } } });
  await link.ask('CONFIG', 'SET', 'maxmemory', '0');
  const taken = await start();
  expect(taken.status).toBe(200);
  await taken.body?.cancel();
}, 60_000);
