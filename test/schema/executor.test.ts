import { print } from 'graphql';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CancelSession, MatchingSession, RespondToInteraction, SessionStatus } from '../support/operations.ts';
import { sampleQuestion } from '../support/sample-events.ts';
import { testCaller } from '../support/test-caller.ts';
import { INPUT, setUp } from './executor-bench.ts';

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
