import { expect, test } from 'vitest';
import { RestClient } from '../support/rest-client.ts';
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
