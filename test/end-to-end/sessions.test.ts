import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoParent, type MatchingEvent, PATHS, startTestApp, type TestApp } from '../support/test-app.ts';

const ADDRESS = { location: { address: 'Potsdamer Platz 1, Berlin' } };

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => app[Symbol.asyncDispose]());

async function wholeSession(input: { parentId: string; sessionId: string }): Promise<MatchingEvent[]> {
  return app.match(input).toEnd({ work_location: ADDRESS });
}

describe.each(PATHS)('a client over %s', (path) => {
  test('that is cut at any event and starts again with its session id and cursor sees the log whole', async () => {
    const input = { parentId: demoParent(1), sessionId: randomUUID() };
    const log = await wholeSession(input);
    for (let cut = 1; cut <= log.length; cut += 1) {
      const first = app.match(input, { path });
      while (first.events.length < cut) await first.next();
      await first.cut();
      const rest = app.match(input, { path, after: first.events.at(-1)?.sequence ?? 0 });
      expect([...first.events, ...(await rest.toEnd())]).toEqual(log);
    }
  });

  test('that is cut while the session runs goes on where it was', async () => {
    const input = { parentId: demoParent(1), sessionId: randomUUID() };
    const seen: MatchingEvent[] = [];
    for (;;) {
      const session = app.match(input, { path, after: seen.at(-1)?.sequence ?? 0 });
      const event = await session.next();
      if (!event) break;
      seen.push(event);
      await session.cut();
      if (event.__typename === 'UserInteraction') await session.answer(event, ADDRESS);
      if (event.__typename === 'MatchResults') break;
    }
    expect(seen).toEqual(await app.match(input).toEnd());
  });

  test('that starts twice with the same input starts one session', async () => {
    const input = { parentId: demoParent(3), sessionId: randomUUID() };
    const [one, other] = await Promise.all([app.match(input, { path }).toEnd(), app.match(input, { path }).toEnd()]);
    expect(one).toEqual(other);
    expect(one.at(-1)?.__typename).toBe('MatchResults');
  });

  test('that names a cursor never starts anything', async () => {
    const sessionId = randomUUID();
    const [event, ...more] = await app.match({ parentId: demoParent(3), sessionId }, { path, after: 3 }).toEnd();
    expect(event).toMatchObject({ errorCode: 'SESSION_NOT_FOUND', sequence: 0, sessionId, fatal: true });
    expect(more).toEqual([]);
    expect(await app.status(sessionId)).toMatchObject({ errorCode: 'SESSION_NOT_FOUND' });
  });

  test('whose cursor lies beyond the log is told that history was lost, and gets the log from 1', async () => {
    const input = { parentId: demoParent(3), sessionId: randomUUID() };
    const log = await app.match(input).toEnd();
    const [lost, ...again] = await app.match(input, { path, after: 999 }).toEnd();
    expect(lost).toMatchObject({ errorCode: 'HISTORY_LOST', sequence: 0, fatal: false });
    expect(again).toEqual(log);
  });
});

describe('two devices on one session', () => {
  test('both see the question, and that it was answered', async () => {
    const input = { parentId: demoParent(1), sessionId: randomUUID() };
    const [phone, laptop] = [app.match(input), app.match(input, { path: '/graphql' })];
    const question = await phone.question();
    expect(await laptop.question()).toEqual(question);
    await phone.answer(question, ADDRESS);
    const seen = await laptop.next();
    expect(seen).toMatchObject({ __typename: 'ProcessingUpdate', answeredInteractionId: 'interaction_0' });
    await laptop.results();
    await phone.results();
    expect(phone.events).toEqual(laptop.events);
  });
});

describe('the status', () => {
  test('follows the log: waiting, answered, ended', async () => {
    const session = app.match({ parentId: demoParent(1) });
    const question = await session.question();
    expect(await app.status(session.id)).toMatchObject({
      completed: false,
      interactionsCount: 1,
      hasResults: false,
      stage: 'PROCESSING_COMPLEX_PREFERENCES',
      pendingInteraction: { interactionId: 'interaction_0' },
      pendingInteractions: [{ fieldName: 'work_location' }],
      expiresAt: null,
    });
    await session.answer(question, ADDRESS);
    await session.results();
    expect(await app.status(session.id)).toMatchObject({
      completed: true,
      hasResults: true,
      progress: 1,
      pendingInteraction: null,
      lastSequence: session.events.length,
      expiresAt: expect.any(Number),
    });
  });

  test('of a session that nobody started, or with an id that none can have, is SESSION_NOT_FOUND', async () => {
    for (const id of [randomUUID(), 'short', '', 'ein Leerzeichen', '../../etc', 'ü'.repeat(20)]) {
      expect(await app.status(id)).toMatchObject({ errorCode: 'SESSION_NOT_FOUND', sequence: 0, fatal: true });
    }
  });
});

describe('cancelling', () => {
  test('ends the stream with SESSION_CANCELLED; once more changes nothing', async () => {
    const session = app.match({ parentId: demoParent(1) });
    const question = await session.question();
    expect(await app.cancel(session.id)).toMatchObject({ completed: true });
    expect(await session.error()).toMatchObject({ errorCode: 'SESSION_CANCELLED', fatal: true });
    expect(await session.next()).toBeUndefined();
    expect(await app.cancel(session.id)).toMatchObject({ completed: true, lastSequence: session.events.length });
    expect(await session.answer(question, ADDRESS)).toMatchObject({ errorCode: 'SESSION_CANCELLED' });
  });

  test('a session that has results changes nothing', async () => {
    const session = app.match({ parentId: demoParent(3) });
    await session.results();
    expect(await app.cancel(session.id)).toMatchObject({ completed: true, lastSequence: session.events.length });
    expect(await app.status(session.id)).toMatchObject({ hasResults: true });
  });

  test('an unknown session is SESSION_NOT_FOUND', async () => {
    expect(await app.cancel(randomUUID())).toMatchObject({ errorCode: 'SESSION_NOT_FOUND' });
  });
});

test('leaving is not cancelling: the session waits for its answer and goes on', async () => {
  const input = { parentId: demoParent(1), sessionId: randomUUID() };
  const session = app.match(input);
  const question = await session.question();
  await session.cut();
  await session.answer(question, ADDRESS);
  expect((await app.match(input).toEnd()).at(-1)?.__typename).toBe('MatchResults');
});

test('a session that nobody answers ends by timeout, and is forgotten after its retention', async () => {
  await using quick = await startTestApp({ INTERACTION_TIMEOUT_MS: '300', SESSION_RETENTION_MS: '500' });
  const session = quick.match({ parentId: demoParent(1) });
  const question = await session.question();
  expect(question.expiresAt - question.timestamp).toBe(300);
  expect(await session.error()).toMatchObject({
    errorCode: 'USER_INTERACTION_TIMEOUT',
    fatal: true,
    errorDetails: { interactionId: 'interaction_0', failedStage: 'PROCESSING_COMPLEX_PREFERENCES' },
  });
  expect(await session.next()).toBeUndefined();
  expect(await session.answer(question, ADDRESS)).toMatchObject({ errorCode: 'USER_INTERACTION_TIMEOUT' });
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(await session.answer(question, ADDRESS)).toMatchObject({ errorCode: 'SESSION_NOT_FOUND' });
  expect(await quick.status(session.id)).toMatchObject({ errorCode: 'SESSION_NOT_FOUND' });
});
