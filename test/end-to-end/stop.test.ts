import { randomUUID } from 'node:crypto';
import { print } from 'graphql';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import type { Pipeline } from '../../src/pipeline/run-context.ts';
import { createDatabase } from '../support/services/databases.ts';
import { startPostgres } from '../support/services/postgres.ts';
import { startRedis } from '../support/services/redis.ts';
import { MatchingSession } from '../support/operations.ts';
import { Program } from '../support/program.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { demoParent, startTestApp, TestApp } from '../support/test-app.ts';

const POTSDAMER_PLATZ = { location: { address: 'Potsdamer Platz 1, Berlin' } };

/** A call that every run makes first, and that is over when a test says so. */
class Gate {
  readonly reached = Promise.withResolvers<void>();
  readonly opened = Promise.withResolvers<void>();

  readonly before = (pipeline: Pipeline): Pipeline => ({
    admit: (...given) => pipeline.admit(...given),
    run: async (run) => {
      await run.step('gate', async () => {
        this.reached.resolve();
        await this.opened.promise;
        return null;
      });
      return pipeline.run(run);
    },
  });
}

/** An instance that is held up by a gate, and its face. */
async function startGated(gate: Gate): Promise<{ readonly app: App; readonly face: TestApp }> {
  const log = new RecordingLog();
  const config = loadConfig({ DATA_DIR: 'memory', PORT: '0', LOG_LEVEL: 'fatal' });
  const app = await startApp({ config, log, observe: gate.before });
  return { app, face: new TestApp(app.address.url, log, () => app.close()) };
}

describe('an instance that is told to stop', () => {
  test('is not ready, refuses starts and readers, and lets what is at work come to its results', async () => {
    const gate = new Gate();
    const { app, face } = await startGated(gate);
    const session = face.match({ parentId: demoParent(3) });
    const results = session.results();
    await gate.reached.promise;
    const closing = app.close({ drainMs: 20_000 });
    const ready = await fetch(`${face.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ checks: { database: 'ok', serving: 'failed' } });
    const refused = await fetch(`${face.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: print(MatchingSession), variables: { input: { parentId: demoParent(3) } } }),
    });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-3]$/u);
    gate.opened.resolve();
    expect((await results).offers.length).toBeGreaterThan(0);
    await closing;
    await expect(fetch(`${face.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  test('gives up what does not come to rest, and closes all the same', async () => {
    const gate = new Gate();
    const { app, face } = await startGated(gate);
    const session = face.match({ parentId: demoParent(3) });
    const told = session.error();
    await gate.reached.promise;
    await app.close({ drainMs: 1000 });
    expect(await told).toMatchObject({ errorCode: 'UNAVAILABLE' });
  });

  test('hands its sessions to the others, and no question is asked again', async () => {
    await using database = await createDatabase({ url: inject('postgresUrl') });
    const settings = {
      DATABASE_URL: database.url,
      REDIS_URL: inject('redisUrl'),
      KEY_PREFIX: `test-${randomUUID()}:`,
      DEMO_DATA: 'true',
      HEARTBEAT_MS: '200',
      LEASE_MS: '2000',
    };
    await using other = await startTestApp(settings);
    const one = await startTestApp(settings);
    const sessionId = randomUUID();
    const asked = await one.match({ parentId: demoParent(1), sessionId }).question();
    // The other one may claim only after a whole lease of its own.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await one[Symbol.asyncDispose]();
    const attached = other.match({ parentId: demoParent(1), sessionId });
    expect(await attached.question()).toEqual(asked);
    await attached.answer(asked, POTSDAMER_PLATZ);
    await attached.results();
    const sequences = attached.events.map((event) => ('sequence' in event ? event.sequence : 0));
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    expect(attached.events.filter(({ __typename }) => __typename === 'UserInteraction')).toHaveLength(1);
  });
});

describe('a process that is told to stop', () => {
  const programs: Program[] = [];
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.stop('SIGKILL');
  });

  async function start(env: Readonly<Record<string, string>>): Promise<{ program: Program; url: string }> {
    const program = new Program('node', ['src/main.ts'], { env });
    programs.push(program);
    const [, url = ''] = await program.prints(/GraphQL\s+(http:\/\/127\.0\.0\.1:\d+)\/graphql /u);
    return { program, url };
  }

  test('exits with 0 within its time although Redis and Postgres do not answer, and at a second signal with 1', async () => {
    await using redis = await startRedis();
    await using postgres = await startPostgres();
    const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, DEMO_DATA: 'true', PORT: '0' };
    const [patient, hurried] = [await start({ ...env, DRAIN_MS: '4000' }), await start(env)];
    // A session that waits and one that is read, on each.
    for (const { url } of [patient, hurried]) {
      const face = new TestApp(url, new RecordingLog(), async () => {});
      await face.match({ parentId: demoParent(1) }).question();
    }
    await redis.pause();
    await postgres.pause();
    const ends = [patient, hurried].map(async ({ program }) => program.stop());
    await new Promise((resolve) => setTimeout(resolve, 300));
    ends.push(hurried.program.stop());
    const [first, second] = await Promise.all(ends);
    await redis.resume();
    await postgres.resume();
    // After DRAIN_MS it would have ended itself with 1.
    expect([first?.code, second?.code]).toEqual([0, 1]);
  }, 60_000);
});
