import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { RestClient } from '../support/rest-client.ts';
import { createDatabase, type FreshDatabase } from '../support/services/databases.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';

let database: FreshDatabase;
let embedded: TestApp;
let onRedis: TestApp;
beforeAll(async () => {
  database = await createDatabase({ url: inject('postgresUrl') });
  const settings = { DATABASE_URL: database.url, REDIS_URL: inject('redisUrl'), KEY_PREFIX: `test-${randomUUID()}:` };
  [embedded, onRedis] = await Promise.all([startTestApp(), startTestApp({ ...settings, DEMO_DATA: 'true' })]);
}, 60_000);
afterAll(async () => {
  await Promise.all([embedded, onRedis].map(async (app) => app[Symbol.asyncDispose]()));
  await database[Symbol.asyncDispose]();
});

/** A session that asked and ended, byte for byte. */
async function finished(rest: RestClient, body: string): Promise<string[]> {
  const stream = await rest.start(body);
  const { session_id, interaction_id } = await stream.until('user_interaction');
  const response_data = { address: 'Potsdamer Platz 1, Berlin' };
  await rest.respond(JSON.stringify({ session_id, interaction_id, response_type: 'location_input', response_data }));
  return stream.toEnd();
}

describe.each(['memory', 'Redis'] as const)('a reader of REST, with sessions in %s', (store) => {
  const client = (): RestClient => new RestClient((store === 'memory' ? embedded : onRedis).url);

  test.each(['POST with its session id', 'GET events'] as const)(
    'that is cut at any event and comes back by %s with Last-Event-ID sees the log byte for byte',
    async (way) => {
      const rest = client();
      const sessionId = randomUUID();
      const body = JSON.stringify({ parent_id: demoParent(1), session_id: sessionId });
      const open = (after?: number) => (way === 'GET events' ? rest.events(sessionId, after) : rest.start(body, after));
      const log = await finished(rest, body);
      expect(log.length).toBeGreaterThan(5);
      for (let cut = 0; cut < log.length; cut += 1) {
        const first = await open();
        while (first.frames.length < cut) await first.next();
        first.cut();
        const second = await open(cut);
        expect([...first.texts.slice(0, cut), ...(await second.toEnd())]).toEqual(log);
      }
      expect((await open(log.length)).status).toBe(204);
    },
  );

  test('that is cut after each event of a session that runs goes on where it was', async () => {
    const rest = client();
    const sessionId = randomUUID();
    const body = JSON.stringify({ parent_id: demoParent(1), session_id: sessionId });
    const seen: string[] = [];
    for (;;) {
      const stream = await rest.start(body, seen.length);
      const frame = await stream.next();
      if (frame === undefined) break;
      seen.push(frame.text);
      stream.cut();
      if (frame.message['type'] === 'match_results') break;
      if (frame.message['type'] !== 'user_interaction') continue;
      const { interaction_id } = frame.message;
      const response_data = { latitude: 52.5096, longitude: 13.3765 };
      await rest.respond(
        JSON.stringify({ session_id: sessionId, interaction_id, response_type: 'location_input', response_data }),
      );
    }
    expect(await (await rest.events(sessionId)).toEnd()).toEqual(seen);
  });
});

test('both faces say the same log: each event under the same number, with the same time', async () => {
  const rest = new RestClient(embedded.url);
  const sessionId = randomUUID();
  const texts = await finished(rest, JSON.stringify({ parent_id: demoParent(1), session_id: sessionId }));
  const graphql = await embedded.match({ parentId: demoParent(1), sessionId }).toEnd();
  const seen = texts.map((text) => JSON.parse(text.slice(text.indexOf('data: ') + 6)) as Record<string, unknown>);
  expect(seen.map(({ sequence, timestamp }) => ({ sequence, timestamp }))).toEqual(
    graphql.map(({ sequence, timestamp }) => ({ sequence, timestamp })),
  );
});
