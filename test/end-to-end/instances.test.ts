import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createDatabase, type FreshDatabase } from '../support/services/databases.ts';
import { startRedis } from '../support/services/redis.ts';
import { demoParent, type EventOf, type MatchingEvent, startTestApp, type TestApp } from '../support/test-app.ts';

const POTSDAMER_PLATZ = { location: { address: 'Potsdamer Platz 1, Berlin' } };

/** What each demo parent answers. */
const ANSWERS: Readonly<Record<number, readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[]>> = {
  1: [{ work_location: POTSDAMER_PLATZ }, {}],
  2: [{ work_location: POTSDAMER_PLATZ }, {}],
  3: [{}],
  4: [{ work_location: { choice: { value: 'option_1' } } }, { work_location: { choice: { value: 'option_2' } } }],
  5: [
    { home_max_travel_minutes: { confirmation: { confirmed: true } } },
    { home_max_travel_minutes: { confirmation: { confirmed: false } } },
  ],
  6: [{}],
};

let database: FreshDatabase;
let settings: Readonly<Record<string, string>>;
let apps: TestApp[] = [];
const app = (index: number): TestApp => {
  const one = apps[index % apps.length];
  if (!one) throw new RangeError('no such instance');
  return one;
};

beforeAll(async () => {
  database = await createDatabase({ url: inject('postgresUrl') });
  settings = {
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl'),
    KEY_PREFIX: `test-${randomUUID()}:`,
    DEMO_DATA: 'true',
  };
  // All at once: migrations and demo data are made by one of them.
  apps = await Promise.all(Array.from({ length: 4 }, async () => startTestApp(settings)));
}, 60_000);
afterAll(async () => {
  await Promise.all(apps.map(async (one) => one[Symbol.asyncDispose]()));
  await database[Symbol.asyncDispose]();
});

/** What a person sees of the results: not how long it took. */
function seen(events: readonly MatchingEvent[]): object {
  const results = events.findLast((event): event is EventOf<'MatchResults'> => event.__typename === 'MatchResults');
  return {
    offers: results?.offers.map(({ centerId, score, preferenceMatches }) => ({
      centerId,
      score,
      details: preferenceMatches.complexPreferences.map(({ details }) => details),
    })),
    warnings: results?.processingDetails.warnings,
    types: events.map(({ __typename }) => __typename),
  };
}

describe('four instances over Redis and Postgres', () => {
  test('give every demo parent the offers of the embedded default, with each answer sent to another instance', async () => {
    await using embedded = await startTestApp();
    for (const [last, choices] of Object.entries(ANSWERS)) {
      for (const answers of choices) {
        const input = { parentId: demoParent(Number(last)) };
        const alone = await embedded.match(input).toEnd(answers);
        const together = await app(Number(last))
          .match(input)
          .toEnd(answers, app(Number(last) + 1));
        expect(seen(together)).toEqual(seen(alone));
      }
    }
  });

  test('share a session: started on one, answered on another, its status on a third, attached to on a fourth', async () => {
    const input = { parentId: demoParent(1), sessionId: randomUUID() };
    const session = app(0).match(input);
    const question = await session.question();
    const attached = app(3).match(input);
    expect(await attached.question()).toEqual(question);
    expect(await app(2).status(input.sessionId)).toMatchObject({
      completed: false,
      pendingInteraction: { interactionId: 'interaction_0' },
    });
    expect(await session.answer(question, POTSDAMER_PLATZ, app(1))).toMatchObject({ status: 'RECEIVED' });
    await Promise.all([session.results(), attached.results()]);
    expect(attached.events).toEqual(session.events);
    const answered = attached.events.filter((event) => 'answeredInteractionId' in event && event.answeredInteractionId);
    expect(answered).toHaveLength(1);
    expect(await app(2).status(input.sessionId)).toMatchObject({ completed: true, hasResults: true });
  });

  test('take one of two different answers that come at once; the other is a conflict, and the run uses the winner', async () => {
    const near = { location: { coordinates: { latitude: 52.5363, longitude: 13.417 } } };
    const far = { location: { coordinates: { latitude: 52.4437, longitude: 13.5739 } } };
    const expected = new Map<object, object>();
    for (const answer of [near, far]) {
      expected.set(
        answer,
        seen(
          await app(0)
            .match({ parentId: demoParent(1) })
            .toEnd({ work_location: answer }),
        ),
      );
    }
    const wins = new Map<object, number>();
    const race = async (round: number): Promise<void> => {
      const session = app(round).match({ parentId: demoParent(1) });
      const question = await session.question();
      const [one, other] = round % 2 === 0 ? [near, far] : [far, near];
      const replies = await Promise.all([
        session.answer(question, one, app(round + 1)),
        session.answer(question, other, app(round + 2)),
      ]);
      const outcomes = replies.map((reply) => reply['status'] ?? reply['errorCode']);
      expect(new Set(outcomes)).toEqual(new Set(['INTERACTION_ALREADY_ANSWERED', 'RECEIVED']));
      const winner = outcomes[0] === 'RECEIVED' ? one : other;
      wins.set(winner, (wins.get(winner) ?? 0) + 1);
      expect(seen(await session.toEnd())).toEqual(expected.get(winner));
    };
    for (let round = 0; round < 200; round += 10) {
      await Promise.all(Array.from({ length: 10 }, async (_, index) => race(round + index)));
    }
    // Each of the two wins now and then: it is the order that decides.
    expect(wins.size).toBe(2);
  }, 120_000);

  test('give one receipt for the same answer a hundred times at once', async () => {
    const session = app(0).match({ parentId: demoParent(1) });
    const question = await session.question();
    const replies = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => session.answer(question, POTSDAMER_PLATZ, app(index))),
    );
    const statuses = replies.map((reply) => reply['status']);
    expect(statuses.filter((status) => status === 'RECEIVED')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'DUPLICATE')).toHaveLength(99);
    await session.results();
  });

  test('start one session where many are asked for it at once', async () => {
    const input = { parentId: demoParent(3), sessionId: randomUUID() };
    const logs = await Promise.all(Array.from({ length: 12 }, async (_, index) => app(index).match(input).toEnd()));
    for (const log of logs) expect(log).toEqual(logs[0]);
    expect(logs[0]?.at(-1)?.__typename).toBe('MatchResults');
  });

  test('cancel what another one runs', async () => {
    const session = app(0).match({ parentId: demoParent(1) });
    await session.question();
    expect(await app(2).cancel(session.id)).toMatchObject({ completed: true });
    expect(await session.error()).toMatchObject({ errorCode: 'SESSION_CANCELLED' });
  });
});

describe('readiness', () => {
  const ready = async (one: TestApp): Promise<unknown> => {
    const response = await fetch(`${one.url}/readyz`);
    return { status: response.status, ...((await response.json()) as object) };
  };

  test('says that the database and Redis answer', async () => {
    expect(await ready(app(0))).toEqual({ status: 'ok', checks: { database: 'ok', redis: 'ok', serving: 'ok' } });
  });

  test('says which of them does not, and comes back when it does', async () => {
    await using redis = await startRedis();
    await using lonely = await startTestApp({ ...settings, REDIS_URL: redis.url });
    await redis.kill();
    expect(await ready(lonely)).toMatchObject({ status: 'unavailable', checks: { database: 'ok', redis: 'failed' } });
    await redis.start();
    await expect.poll(async () => ready(lonely), { timeout: 10_000 }).toMatchObject({ status: 'ok' });
  });
});
