import { describe, expect, it } from 'vitest';
import { SessionStatus } from '../support/operations.ts';
import { testCaller } from '../support/test-caller.ts';
import { setUp } from './executor-bench.ts';

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
