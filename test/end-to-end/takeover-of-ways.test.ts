import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type MapServices, startMapServices } from '../support/map-services/index.ts';
import { Program } from '../support/program.ts';
import { createDatabase, type FreshDatabase } from '../support/services/databases.ts';
import { demoParent, type EventOf, startTestApp, TestApp } from '../support/test-app.ts';
import { RecordingLog } from '../support/recording-log.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const POTSDAMER_PLATZ = { location: { coordinates: { latitude: 52.5096, longitude: 13.3765 } } };
/** Slow enough to be killed in the middle. */
const SLOW = { kind: 'slow', ms: 400 } as const;

let database: FreshDatabase;
let services: MapServices;
let settings: Readonly<Record<string, string>>;
let survivor: TestApp;
beforeAll(async () => {
  services = await startMapServices();
  database = await createDatabase({ url: inject('postgresUrl') });
  settings = {
    ...services.environment(),
    TRAVEL_TIMES: 'walking=osrm,bike=mapbox,public_transport=otp,car=osrm',
    DATABASE_URL: database.url,
    DEMO_DATA: 'true',
    REDIS_URL: inject('redisUrl'),
    KEY_PREFIX: `test-${randomUUID()}:`,
    HEARTBEAT_MS: '200',
    LEASE_MS: '1000',
    LOG_POLL_MS: '500',
  };
  survivor = await startTestApp(settings);
}, 60_000);
afterAll(async () => {
  await survivor[Symbol.asyncDispose]();
  await services[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** An instance in a process of its own. */
async function startProgram(): Promise<{ program: Program; app: TestApp }> {
  const env = { ...settings, PORT: '0', LOG_LEVEL: 'fatal' };
  const program = new Program(process.execPath, ['src/main.ts'], { folder: REPOSITORY, env });
  const [url] = await program.prints(/http:\/\/127\.0\.0\.1:\d+/u);
  return { program, app: new TestApp(url, new RecordingLog(), async () => {}) };
}

/** What was asked for, way by way, with how often. */
function waysAsked(): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (way: string): void => void counts.set(way, (counts.get(way) ?? 0) + 1);
  for (const { path } of [...services.osrm.walking.requests, ...services.matrix.requests]) {
    const [origin = '', ...destinations] = (path.split('/').at(-1) ?? '').split(';');
    for (const destination of destinations) add(`${origin} ${destination}`);
  }
  for (const { body } of services.otp.requests) add(JSON.stringify(body));
  return counts;
}

describe('an instance that is killed in the middle of its batches', () => {
  test.each([
    // Asked while the person thinks where work is, one at a time; then both ways; then single destinations.
    [1, 1],
    [1, 3],
    [2, 9],
  ])(
    'parent %i, after %i requests: another goes on, and asks for nothing again but what was in flight',
    async (parent, killAfter) => {
      const routed = [services.osrm.walking, services.matrix, services.otp];
      for (const service of routed) service.reset();
      for (const service of routed) service.failAlways(SLOW);
      const { program, app } = await startProgram();
      const input = { parentId: demoParent(parent), sessionId: randomUUID(), limit: 20 };
      const begun = app.match(input);
      const question = await begun.question();
      if (killAfter > 1) await survivor.respond({ ...of(question), response: POTSDAMER_PLATZ });
      const asked = (): number => routed.reduce((sum, { requests }) => sum + requests.length, 0);
      await expect.poll(asked, { timeout: 10_000, interval: 5 }).toBeGreaterThanOrEqual(killAfter);
      await program.stop('SIGKILL');
      const inFlight = routed.flatMap(({ requests }) => requests).filter(({ status }) => status === null);
      const again = inFlight.reduce((sum, { elements }) => sum + elements, 0);
      if (killAfter === 1) await survivor.respond({ ...of(question), response: POTSDAMER_PLATZ });
      const attached = survivor.match(input);
      const results = await attached.results();
      const counts = [...waysAsked().values()];
      expect(Math.max(...counts)).toBeLessThanOrEqual(2);
      expect(counts.filter((count) => count > 1).length).toBeLessThanOrEqual(again);
      expect(results.offers).toHaveLength(20);
      expect(attached.events.filter(({ __typename }) => __typename === 'UserInteraction')).toHaveLength(1);
      for (const service of routed) service.failAlways(null);
      const alone = await survivor
        .match({ parentId: demoParent(parent), sessionId: randomUUID(), limit: 20 })
        .toEnd({ work_location: POTSDAMER_PLATZ });
      const unhurried = alone.at(-1) as EventOf<'MatchResults'>;
      expect(results.offers.map(({ centerId, score }) => [centerId, score])).toEqual(
        unhurried.offers.map(({ centerId, score }) => [centerId, score]),
      );
    },
    40_000,
  );
});

function of({ sessionId, interactionId }: EventOf<'UserInteraction'>): { sessionId: string; interactionId: string } {
  return { sessionId, interactionId };
}
