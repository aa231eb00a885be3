import { testCaller } from '../support/test-caller.ts';
import { print, type DocumentNode, type ExecutionResult } from 'graphql';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import type { MatchingEvent } from '../../src/protocol.ts';
import { createExecutor, type GraphqlCaller } from '../../src/schema/executor.ts';
import { buildSchema } from '../../src/schema/schema.ts';
import { CONTRACT_TYPES } from '../support/complex-types.ts';
import { ManualClock } from '../support/manual-clock.ts';
import {
  CancelSession,
  MatchingSession,
  RespondToInteraction,
  SessionEvents,
  SessionStatus,
} from '../support/operations.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { sampleError, sampleQuestion, sampleResults, sampleUpdate } from '../support/sample-events.ts';
import { StubSessionService } from '../support/stub-session-service.ts';

const NOW = 1_800_000_000_000;
const schema = buildSchema(CONTRACT_TYPES);

function setUp(random = (): number => 0) {
  const service = new StubSessionService();
  const log = new RecordingLog();
  let ids = 0;
  const newId = (): string => `id-${(ids += 1)}`;
  const clock = new ManualClock(NOW);
  const executor = createExecutor({ schema, service, log, clock, newId, random, introspection: true });
  const left = new AbortController();
  const caller = testCaller({ signal: left.signal });
  const run = (query: DocumentNode | string, variables?: Record<string, unknown>, how: Partial<GraphqlCaller> = {}) =>
    executor.run({ query: typeof query === 'string' ? query : print(query), variables }, { ...caller, ...how });
  return {
    service,
    log,
    executor,
    run,
    leave: () => left.abort(),
    result: async (...args: Parameters<typeof run>): Promise<ExecutionResult> => {
      const answer = await run(...args);
      if ('next' in answer) throw new TypeError('a stream came');
      return answer;
    },
    stream: async (...args: Parameters<typeof run>) => {
      const answer = await run(...args);
      if (!('next' in answer)) throw new TypeError(`no stream came: ${JSON.stringify(answer)}`);
      return answer;
    },
  };
}

const INPUT = { parentId: '550e8400-e29b-41d4-a716-446655440001' };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a stream', () => {
  it('says every kind of event in GraphQL terms, and ends with the log', async () => {
    const { service, stream } = setUp();
    const events: MatchingEvent[] = [sampleUpdate(), sampleQuestion(), sampleResults(), sampleError()];
    service.feed.push(...events);
    service.feed.end();
    const seen = await Array.fromAsync(await stream(MatchingSession, { input: INPUT }));
    expect(seen.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined, undefined]);
    expect(seen.map(({ data }) => data?.['matchingSession'])).toMatchObject([
      { __typename: 'ProcessingUpdate', stage: 'LOADING_PREFERENCES', sequence: 1, answeredInteractionId: null },
      {
        __typename: 'UserInteraction',
        interactionType: 'CHOICE',
        context: { reason: 'AMBIGUOUS', attempt: 1 },
        options: [{ value: 'none', label: 'None of these' }],
      },
      {
        __typename: 'MatchResults',
        offers: [
          {
            score: 0.87,
            explanation: 'About 7 minutes more by bike to work.',
            center: { id: 'c1', freePlacesUpdatedAt: 1_690_000_000_000, district: null },
            preferenceMatches: {
              simplePreferences: [{ type: 'language', satisfied: false, details: null, score: null }],
              complexPreferences: [
                {
                  __typename: 'LocationDistanceMatch',
                  processingMetadata: { executionTimesMs: [1, 2] },
                  legs: [
                    {
                      transportMode: 'PUBLIC_TRANSPORT',
                      rating: 'TOO_FAR',
                      source: 'STRAIGHT_LINE',
                      routeKm: null,
                      travelMinutes: 12,
                    },
                  ],
                },
                { __typename: 'CareHoursMatch', uncoveredMinutes: null },
              ],
            },
          },
        ],
        counterfactuals: [
          {
            preferenceId: 'preference of location_distance',
            type: 'location_distance',
            fieldName: 'work_max_travel_minutes',
            value: 25,
            addsCenters: 6,
            isAtLeast: true,
            details: '25 instead of 20 minutes by bike to work adds at least 6 centers',
          },
        ],
        processingDetails: { warnings: [{ code: 'HOME_UNKNOWN' }] },
      },
      { __typename: 'Error', errorCode: 'SESSION_CANCELLED', errorDetails: { failedStage: 'FINDING_CENTERS' } },
    ]);
    expect(service.feed.openReaders).toBe(0);
  });

  it('hands the input on as it was given, defaults filled in, with lower-case values and no range checked', async () => {
    const { service, stream } = setUp();
    service.feed.end();
    const input = { parentId: 'no uuid', limit: 500, maxDistanceKm: -1, locale: 'DE', sessionId: '!' };
    await Array.fromAsync(await stream(MatchingSession, { input, after: -3 }));
    expect(service.calls).toStrictEqual([
      {
        verb: 'start',
        account: 'anna',
        args: [{ ...input, locale: 'de', includeFullCenters: false, includeExplanations: true }, -3],
      },
    ]);
  });

  it('hands on a number beyond the finite ones as one that is out of range', async () => {
    const { service, stream } = setUp();
    service.feed.end();
    const variables = JSON.parse('{"input":{"parentId":"p","maxDistanceKm":1e999}}');
    await Array.fromAsync(await stream(MatchingSession, variables));
    expect(service.calls[0]?.args[0]).toMatchObject({ maxDistanceKm: Number.MAX_VALUE });
  });

  it.each(['invalid_request', 'parent_not_found', 'session_conflict', 'session_not_found'] as const)(
    'a start that fails with %s is one Error event of sequence 0',
    async (code) => {
      const { service, stream } = setUp();
      service.refuse(code, { issues: [{ path: 'input.limit', message: '1 to 50' }] });
      const seen = await Array.fromAsync(
        await stream(MatchingSession, { input: { ...INPUT, sessionId: 'asked-for' } }),
      );
      expect(seen.map(({ data }) => data?.['matchingSession'])).toMatchObject([
        {
          __typename: 'Error',
          sessionId: 'asked-for',
          sequence: 0,
          timestamp: NOW,
          errorCode: code.toUpperCase(),
          fatal: true,
          errorDetails: { issues: [{ path: 'input.limit', message: '1 to 50' }] },
        },
      ]);
    },
  );

  it('the Error of a start without a sessionId has a fresh one', async () => {
    const { service, stream } = setUp();
    service.refuse('parent_not_found');
    const [only] = await Array.fromAsync(await stream(MatchingSession, { input: INPUT }));
    expect(only?.data?.['matchingSession']).toMatchObject({ sessionId: 'id-1' });
  });

  it.each(['unauthenticated', 'rate_limited', 'unavailable'] as const)(
    '%s is no event but a GraphQL error, known before the stream begins',
    async (code) => {
      const { service, result } = setUp();
      service.refuse(code, { retryAfterMs: 3000 });
      const { errors, data } = await result(SessionEvents, { sessionId: 'some-session' });
      expect(data).toBeUndefined();
      expect(errors?.map(({ extensions }) => extensions)).toEqual([
        { code: code.toUpperCase(), retryAfterMs: 3000, requestId: 'request-1' },
      ]);
    },
  );

  it('a failure that is known becomes the last event of a stream that has begun', async () => {
    const { service, stream } = setUp();
    service.feed.push(sampleUpdate());
    service.feed.fail(new SessionFailure('unavailable'));
    const seen = await Array.fromAsync(await stream(SessionEvents, { sessionId: 'some-session' }));
    expect(seen.map(({ data }) => data?.['sessionEvents'])).toMatchObject([
      { sequence: 1 },
      { __typename: 'Error', errorCode: 'UNAVAILABLE', sequence: 0, fatal: true, sessionId: 'some-session' },
    ]);
  });

  it('anything else that breaks a stream is masked, and the stream ends', async () => {
    const { service, log, stream } = setUp();
    service.feed.push(sampleUpdate());
    service.feed.fail(new Error('no route to Unter den Linden 1'));
    const seen = await Array.fromAsync(await stream(SessionEvents, { sessionId: 'some-session' }));
    expect(seen).toHaveLength(2);
    expect(seen[1]?.errors?.[0]?.extensions).toMatchObject({ code: 'PROCESSING_ERROR' });
    expect(log.lines).toHaveLength(1);
    expect(JSON.stringify([seen, log.lines])).not.toContain('Linden');
  });

  it('a start that breaks is masked before the stream begins', async () => {
    const { service, log, result } = setUp();
    service.failWith(new TypeError('bad'));
    const { errors } = await result(MatchingSession, { input: INPUT });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'PROCESSING_ERROR' });
    expect(log.lines).toHaveLength(1);
  });

  it('a caller who leaves while the session starts leaves no reader', async () => {
    const { service, run, leave } = setUp();
    const gate = Promise.withResolvers<void>();
    service.before = () => gate.promise;
    const running = run(MatchingSession, { input: INPUT });
    await settled();
    leave();
    const answer = await running;
    gate.resolve();
    await settled();
    expect('next' in answer && (await answer.next())).toEqual({ value: undefined, done: true });
    expect(service.feed.openReaders).toBe(0);
  });

  it('a caller who leaves while an event is awaited leaves no reader, and settles the wait', async () => {
    const { service, stream, leave } = setUp();
    const events = await stream(MatchingSession, { input: INPUT });
    const pending = events.next();
    await settled();
    expect(service.feed.openReaders).toBe(1);
    leave();
    expect(await pending).toEqual({ value: undefined, done: true });
    await settled();
    expect(service.feed.openReaders).toBe(0);
  });

  it('a caller who had left before starts nothing', async () => {
    const { service, run, leave } = setUp();
    leave();
    await run(MatchingSession, { input: INPUT });
    expect(service.calls).toEqual([]);
  });

  it('return() of a stream settles a next that is pending', async () => {
    const { service, stream } = setUp();
    const events = await stream(MatchingSession, { input: INPUT });
    const pending = events.next();
    await events.return(undefined);
    expect(await pending).toEqual({ value: undefined, done: true });
    await settled();
    expect(service.feed.openReaders).toBe(0);
  });

  it('a server that ends says so on every open stream, and on those that come after', async () => {
    const { service, stream, executor } = setUp();
    const events = await stream(MatchingSession, { input: INPUT });
    const pending = events.next();
    executor.end();
    const last = {
      __typename: 'Error',
      errorCode: 'UNAVAILABLE',
      sequence: 0,
      fatal: true,
      sessionId: service.sessionId,
      errorDetails: { retryAfterMs: 1000 },
    };
    expect((await pending).value?.data?.['matchingSession']).toMatchObject(last);
    expect(await events.next()).toMatchObject({ done: true });
    const after = await Array.fromAsync(await stream(MatchingSession, { input: INPUT }));
    expect(after).toHaveLength(1);
    await settled();
    expect(service.feed.openReaders).toBe(0);
  });
});

describe('GET', () => {
  const start = 'matchingSession(input: { parentId: "p" }) { __typename }';
  const attach = 'sessionEvents(sessionId: "some-session") { __typename }';

  it.each([
    ['plainly', `subscription { ${start} }`],
    ['under an alias', `subscription { sessionEvents: ${start} }`],
    ['in an inline fragment', `subscription { ... on Subscription { ${start} } }`],
    [
      'in a fragment',
      `subscription { ...F } fragment F on Subscription { ...G } fragment G on Subscription { ${start} }`,
    ],
    ['beside something skipped', `subscription { ${attach} @skip(if: true) ${start} }`],
    ['chosen by name', `subscription Run { ${start} } subscription A { ${attach} }`],
    ['as a mutation', 'mutation Run { cancelSession(sessionId: "some-session") { __typename } }'],
  ])('starts and changes nothing: %s', async (_how, query) => {
    const { service, executor } = setUp();
    const operationName = query.includes('Run') ? 'Run' : undefined;
    const caller = testCaller({ method: 'GET' });
    const answer = await executor.run({ query, operationName }, caller);
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'INVALID_REQUEST' } }] });
    expect(service.calls).toEqual([]);
  });

  it('of a start is refused with 405 and what is allowed', async () => {
    const { result } = setUp();
    const { errors } = await result(`subscription { ${start} }`, {}, { method: 'GET' });
    expect(errors?.[0]?.extensions).toEqual({
      code: 'INVALID_REQUEST',
      http: { status: 405, headers: { Allow: 'POST' } },
      requestId: 'request-1',
    });
  });

  it('answers sessionEvents, under an alias too, and queries', async () => {
    const { service, stream, result } = setUp();
    service.feed.end();
    await stream(`subscription { ${attach} }`, {}, { method: 'GET' });
    await stream(`subscription { matchingSession: ${attach} }`, {}, { method: 'GET' });
    const { errors } = await result(SessionStatus, { sessionId: 'some-session' }, { method: 'GET' });
    expect(errors).toBeUndefined();
    expect(service.calls.map(({ verb }) => verb)).toEqual(['attach', 'attach', 'status']);
  });
});

describe('queries and mutations', () => {
  it('the status has the first of the pending questions by itself, and a progress before the first update', async () => {
    const { service, result } = setUp();
    service.found = { ...service.found, pendingInteractions: [sampleQuestion(2), sampleQuestion(3)] };
    const { data } = await result(SessionStatus, { sessionId: 'some-session' });
    expect(data?.['sessionStatus']).toMatchObject({
      __typename: 'SessionStatus',
      progress: 0,
      stage: null,
      pendingInteraction: { interactionId: 'interaction_0' },
      pendingInteractions: [{ interactionType: 'CHOICE' }, { interactionType: 'CHOICE' }],
    });
  });

  it('no pending question is null', async () => {
    const { result } = setUp();
    const { data } = await result(SessionStatus, { sessionId: 'some-session' });
    expect(data?.['sessionStatus']).toMatchObject({ pendingInteraction: null, pendingInteractions: [] });
  });

  it('an answer goes on in the shape that it came in, and its receipt comes back', async () => {
    const { service, result } = setUp();
    const response = { location: { coordinates: { latitude: 91, longitude: 13.4 } } };
    const input = { sessionId: 'some-session', interactionId: 'interaction_0', response };
    const { data } = await result(RespondToInteraction, { input });
    expect(service.calls).toStrictEqual([{ verb: 'respond', account: 'anna', args: [input] }]);
    expect(data?.['respondToInteraction']).toMatchObject({ __typename: 'InteractionReceipt', status: 'RECEIVED' });
  });

  it.each([
    ['two kinds', { decline: true, confirmation: { confirmed: true } }],
    ['no kind', {}],
    ['a kind that is null', { decline: null }],
    ['a place twice', { location: { address: 'a', coordinates: { latitude: 1, longitude: 1 } } }],
    ['a place that is none', { location: {} }],
  ])('an answer of %s is refused and never passed on', async (_name, response) => {
    const { service, result } = setUp();
    const { errors, data } = await result(RespondToInteraction, {
      input: { sessionId: 'some-session', interactionId: 'interaction_0', response },
    });
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions).toEqual({ code: 'INVALID_REQUEST', requestId: 'request-1' });
    expect(service.calls).toEqual([]);
  });

  it('one of two kinds may be absent through a variable, both may not be given', async () => {
    const { result } = setUp();
    const query = `mutation ($c: ChoiceResponse!) { respondToInteraction(input: {
      sessionId: "some-session", interactionId: "interaction_0", response: { choice: $c, decline: true } }) { __typename } }`;
    const { errors } = await result(query, { c: { value: 'none' } });
    expect(errors?.[0]?.extensions).toEqual({ code: 'INVALID_REQUEST', requestId: 'request-1' });
  });

  it.each([
    [SessionStatus, 'sessionStatus', { sessionId: 'asked-for' }, 'session_not_found'],
    [CancelSession, 'cancelSession', { sessionId: 'asked-for' }, 'session_not_found'],
    [
      RespondToInteraction,
      'respondToInteraction',
      { input: { sessionId: 'asked-for', interactionId: 'interaction_0', response: { decline: true } } },
      'interaction_already_answered',
    ],
  ] as const)(
    'a failure that is expected is an Error of sequence 0, always fatal (%#)',
    async (document, field, variables, code) => {
      const { service, result } = setUp();
      service.refuse(code, { interactionId: 'interaction_0' });
      const { data, errors } = await result(document, { ...variables });
      expect(errors).toBeUndefined();
      expect(data?.[field]).toMatchObject({
        __typename: 'Error',
        sessionId: 'asked-for',
        errorCode: code.toUpperCase(),
        fatal: true,
      });
    },
  );

  it('an Error outside a stream is fatal even where its code is not in one', async () => {
    const { service, result } = setUp();
    service.refuse('geocoding_failed');
    const { data } = await result(SessionStatus, { sessionId: 'some-session' });
    expect(data?.['sessionStatus']).toMatchObject({ fatal: true });
  });

  it.each(['unauthenticated', 'rate_limited', 'unavailable'] as const)('%s is a GraphQL error', async (code) => {
    const { service, result } = setUp();
    service.refuse(code);
    const { errors } = await result(CancelSession, { sessionId: 'some-session' });
    expect(errors?.[0]?.extensions).toEqual({ code: code.toUpperCase(), requestId: 'request-1' });
  });
});

describe('what is no operation', () => {
  it.each([
    ['text that is no GraphQL', '{', undefined],
    ['a field that does not exist', '{ nothing }', undefined],
    ['several operations and no name', 'query A { __typename } query B { __typename }', undefined],
    ['a name that no operation has', 'query A { __typename }', 'B'],
    ['no operation', 'fragment F on Query { __typename }', undefined],
  ])('%s is INVALID_REQUEST', async (_name, query, operationName) => {
    const { executor } = setUp();
    const caller = testCaller();
    const answer = await executor.run({ query, operationName }, caller);
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'INVALID_REQUEST' } }] });
  });

  it('a subscription whose caller takes no stream is refused before it begins', async () => {
    const { service, result } = setUp();
    const { errors } = await result(MatchingSession, { input: INPUT }, { acceptsStream: false });
    expect(errors?.[0]?.extensions).toMatchObject({ http: { status: 406 } });
    expect(service.calls).toEqual([]);
  });

  it('run never rejects, whatever text and variables come', async () => {
    const { executor } = setUp();
    const caller = testCaller();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.constant(print(SessionStatus)), fc.constant(print(RespondToInteraction))),
        fc.dictionary(fc.constantFrom('sessionId', 'input', 'x'), fc.jsonValue()),
        async (query, variables) => {
          const answer = await executor.run({ query, variables }, caller);
          expect('next' in answer || answer.data !== undefined || answer.errors !== undefined).toBe(true);
        },
      ),
    );
  });
});
