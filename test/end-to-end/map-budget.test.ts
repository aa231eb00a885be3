import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type MapServices, startMapServices } from '../support/map-services/index.ts';
import { createDatabase, type FreshDatabase } from '../support/services/databases.ts';
import { demoParent, startTestApp, type TestApp } from '../support/test-app.ts';

const SESSIONS = 40;
const PER_SECOND = 10;

let database: FreshDatabase;
let services: MapServices;
let apps: TestApp[] = [];
beforeAll(async () => {
  services = await startMapServices();
  database = await createDatabase({ url: inject('postgresUrl') });
  const settings = {
    ...services.environment(),
    TRAVEL_TIMES: 'estimate',
    DATABASE_URL: database.url,
    DEMO_DATA: 'true',
    REDIS_URL: inject('redisUrl'),
    KEY_PREFIX: `test-${randomUUID()}:`,
  };
  apps = await Promise.all([startTestApp(settings), startTestApp(settings)]);
}, 60_000);
afterAll(async () => {
  await Promise.all(apps.map(async (one) => one[Symbol.asyncDispose]()));
  await services[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** The most requests that arrived in any sliding second. */
function mostInASecond(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  return Math.max(...sorted.map((at, index) => sorted.slice(index).filter((other) => other < at + 1000).length));
}

describe('two instances under load', () => {
  test('ask the geocoder no more often than ten times in any second together, and lose nobody', async () => {
    const sessions = Array.from({ length: SESSIONS }, (_, index) => {
      const app = apps[index % apps.length];
      // Its grandparents' address is looked up at once.
      return app?.match({ parentId: demoParent(2), sessionId: randomUUID(), limit: 3 });
    });
    const ends = await Promise.all(sessions.map(async (session) => session?.toEnd()));
    expect(ends.map((events) => events?.at(-1)?.__typename)).toEqual(
      Array.from({ length: SESSIONS }, () => 'MatchResults'),
    );
    const { requests } = services.geocoding;
    expect(requests.length).toBe(SESSIONS);
    expect(requests.filter(({ status }) => status !== 200)).toEqual([]);
    // One more: a request may be held up on its way.
    expect(mostInASecond(requests.map(({ at }) => at))).toBeLessThanOrEqual(PER_SECOND + 1);
    // Those that had to wait for their turn were told so.
    const waited = ends.filter((events) =>
      events?.some(
        (event) => event.__typename === 'ProcessingUpdate' && event.details === 'Waiting for the map service',
      ),
    );
    expect(waited.length).toBeGreaterThan(SESSIONS / 2);
  }, 60_000);
});
