import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MatchingSessionInput } from '../generated/graphql.ts';
import { demoParent, type EventOf, PATHS, startTestApp, type TestApp, type TestSession } from '../support/test-app.ts';

const ADDRESS = { location: { address: 'Potsdamer Platz 1, Berlin' } };

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => app[Symbol.asyncDispose]());

describe.each(PATHS)('a start over %s', (path) => {
  const cases: readonly [name: string, change: Partial<MatchingSessionInput>, at: string][] = [
    ['a limit of 0', { limit: 0 }, 'input.limit'],
    ['a limit of 51', { limit: 51 }, 'input.limit'],
    ['a radius of 0', { maxDistanceKm: 0 }, 'input.maxDistanceKm'],
    ['a radius of 101 km', { maxDistanceKm: 101 }, 'input.maxDistanceKm'],
    ['a parent id that is no UUID', { parentId: 'anna' }, 'input.parentId'],
    ['a session id that is too short', { sessionId: 'short' }, 'input.sessionId'],
    ['a session id with a slash', { sessionId: 'a/../../b-long-enough' }, 'input.sessionId'],
    ['a session id that is too long', { sessionId: 'x'.repeat(129) }, 'input.sessionId'],
  ];
  test.each(cases)('with %s is INVALID_REQUEST and says where and what is allowed', async (_, change, at) => {
    const [event, ...more] = await app.match({ parentId: demoParent(3), ...change }, { path }).toEnd();
    expect(more).toEqual([]);
    if (event?.__typename !== 'Error') throw new Error('expected an error');
    expect(event).toMatchObject({ errorCode: 'INVALID_REQUEST', sequence: 0, fatal: true });
    expect(event.errorDetails.issues).toEqual([{ path: at, message: expect.stringMatching(/must be/) }]);
  });

  test('with several mistakes names every one', async () => {
    const input = { parentId: 'anna', limit: 99, maxDistanceKm: -1 };
    const [event] = await app.match(input, { path, after: -1 }).toEnd();
    if (event?.__typename !== 'Error') throw new Error('expected an error');
    const paths = event.errorDetails.issues.map((issue) => issue.path);
    expect(paths.toSorted()).toEqual(['after', 'input.limit', 'input.maxDistanceKm', 'input.parentId']);
  });

  test('with a session id that was started with another input is SESSION_CONFLICT, and the first goes on', async () => {
    const input = { parentId: demoParent(1), sessionId: randomUUID() };
    const session = app.match(input, { path });
    const question = await session.question();
    const [event] = await app.match({ ...input, limit: 3 }, { path }).toEnd();
    expect(event).toMatchObject({ errorCode: 'SESSION_CONFLICT', sequence: 0, sessionId: input.sessionId });
    await session.answer(question, ADDRESS);
    expect((await session.results()).offers).toHaveLength(10);
  });
});

describe('an answer', () => {
  const refused: readonly [name: string, response: Readonly<Record<string, unknown>>][] = [
    ['of the wrong kind', { confirmation: { confirmed: true } }],
    ['that is a choice where a place is asked for', { choice: { value: 'option_1' } }],
    ['with an empty address', { location: { address: '' } }],
    ['with an address of spaces and line ends', { location: { address: ' \n\t\u2028 ' } }],
    ['with an address that is too long', { location: { address: 'x'.repeat(257) } }],
    ['with a latitude beyond the pole', { location: { coordinates: { latitude: 91, longitude: 13 } } }],
    ['with a longitude beyond 180°', { location: { coordinates: { latitude: 52, longitude: 181 } } }],
    ['that declines to decline', { decline: false }],
  ];
  const expectOpen = async (session: TestSession, question: EventOf<'UserInteraction'>): Promise<void> => {
    expect(await app.status(session.id)).toMatchObject({
      pendingInteraction: { interactionId: question.interactionId },
    });
    await session.answer(question, ADDRESS);
    expect((await session.results()).success).toBe(true);
  };

  test.each(refused)(
    '%s is INVALID_RESPONSE, says what is allowed, and the question stays open',
    async (_, response) => {
      const session = app.match({ parentId: demoParent(1) });
      const question = await session.question();
      const refusal = await session.answer(question, response);
      expect(refusal).toMatchObject({
        __typename: 'Error',
        errorCode: 'INVALID_RESPONSE',
        fatal: true,
        errorDetails: { interactionId: 'interaction_0' },
      });
      const { issues } = refusal['errorDetails'] as { issues: { path: string; message: string }[] };
      expect(issues[0]?.path).toMatch(/^response/);
      expect(issues[0]?.message).toMatch(/must/);
      await expectOpen(session, question);
    },
  );

  test('that is no option of the choice is INVALID_RESPONSE', async () => {
    const session = app.match({ parentId: demoParent(4) });
    const question = await session.question();
    const refusal = await session.answer(question, { choice: { value: 'option_9' } });
    expect(refusal).toMatchObject({ errorCode: 'INVALID_RESPONSE' });
    expect(await session.answer(question, { choice: { value: 'option_1' } })).toMatchObject({ status: 'RECEIVED' });
    await session.results();
  });

  test('with two kinds, or none, is refused before it reaches the session', async () => {
    const session = app.match({ parentId: demoParent(1) });
    const question = await session.question();
    for (const response of [{}, { decline: true, ...ADDRESS }, { location: {} }]) {
      const query =
        'mutation($input: RespondToInteractionInput!) { respondToInteraction(input: $input) { __typename } }';
      const input = { sessionId: session.id, interactionId: question.interactionId, response };
      const { errors, data } = await app.post(query, { input });
      expect(errors).toMatchObject([{ extensions: { code: 'INVALID_REQUEST' } }]);
      expect(data ?? null).toBeNull();
    }
    await expectOpen(session, question);
  });

  test('to a question that was not asked is INTERACTION_NOT_FOUND', async () => {
    const session = app.match({ parentId: demoParent(1) });
    const question = await session.question();
    const answer = { sessionId: session.id, interactionId: 'interaction_7', response: ADDRESS };
    expect(await app.respond(answer)).toMatchObject({ errorCode: 'INTERACTION_NOT_FOUND' });
    await expectOpen(session, question);
  });

  test('to an unknown session is SESSION_NOT_FOUND', async () => {
    const answer = { sessionId: randomUUID(), interactionId: 'interaction_0', response: ADDRESS };
    expect(await app.respond(answer)).toMatchObject({ errorCode: 'SESSION_NOT_FOUND' });
  });

  test('given twice is a duplicate; another one is refused and the first stands', async () => {
    const session = app.match({ parentId: demoParent(1) });
    const question = await session.question();
    expect(await session.answer(question, ADDRESS)).toMatchObject({ status: 'RECEIVED' });
    const sameThing = { location: { address: '  Potsdamer  Platz 1,\nBerlin ' } };
    expect(await session.answer(question, sameThing)).toMatchObject({ status: 'DUPLICATE' });
    const other = { location: { address: 'Alexanderplatz 1, Berlin' } };
    expect(await session.answer(question, other)).toMatchObject({ errorCode: 'INTERACTION_ALREADY_ANSWERED' });
    await session.results();
    expect(await session.answer(question, ADDRESS)).toMatchObject({ status: 'DUPLICATE' });
    expect(await session.answer(question, other)).toMatchObject({ errorCode: 'INTERACTION_ALREADY_ANSWERED' });
  });
});
