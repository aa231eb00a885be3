import { describe, expect, it } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import type { MatchingEvent } from '../../src/protocol.ts';
import { MatchingSession, SessionEvents } from '../support/operations.ts';
import { sampleError, sampleQuestion, sampleResults, sampleUpdate } from '../support/sample-events.ts';
import { INPUT, NOW, setUp, settled } from './executor-bench.ts';

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
