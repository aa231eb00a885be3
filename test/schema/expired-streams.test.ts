import { getEventListeners } from 'node:events';
import { print } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { ManualClock } from '../support/manual-clock.ts';
import { MatchingSession, SessionEvents } from '../support/operations.ts';
import { sampleResults, sampleUpdate } from '../support/sample-events.ts';
import { startUngatedServer } from '../support/ungated-server.ts';

const INPUT = { parentId: '550e8400-e29b-41d4-a716-446655440001' };

/** Every way to a stream of GraphQL. */
const WAYS = ['/graphql', '/graphql/stream'].flatMap((path) => [
  { path, field: 'matchingSession', query: print(MatchingSession), variables: { input: INPUT } },
  { path, field: 'sessionEvents', query: print(SessionEvents), variables: { sessionId: 'session-of-a-test' } },
]);

/** A server whose every caller has one and the same token, which expires when the test says so. */
async function startExpiring() {
  const token = new AbortController();
  const server = await startUngatedServer(new ManualClock(), { requestId: 'request-7', expired: token.signal });
  return {
    ...server,
    expire: () => token.abort(),
    listening: () => getEventListeners(token.signal, 'abort').length,
  };
}

/** A stream as it is read, to its end. */
async function open(url: string, { path, query, variables }: (typeof WAYS)[number]) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
  });
  let text = '';
  const over = (async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
  })();
  return { over, text: () => text };
}

/** The events that a stream has said. */
function eventsIn(text: string, field: string): unknown[] {
  const results = [...text.matchAll(/^event: next\ndata: (.*)$/gmu)];
  return results.map(([, json = '']) => (JSON.parse(json) as { data: Record<string, unknown> }).data[field]);
}

describe.each(WAYS)('a stream of $field at $path', (way) => {
  test('says UNAUTHENTICATED when its token expires, completes, and leaves nothing', async () => {
    await using server = await startExpiring();
    server.service.feed.push(sampleUpdate(1));
    const stream = await open(server.url, way);
    await vi.waitFor(() => expect(eventsIn(stream.text(), way.field)).toHaveLength(1));
    expect(server.listening()).toBe(1);
    server.expire();
    await stream.over;
    expect(eventsIn(stream.text(), way.field)).toMatchObject([
      { sequence: 1 },
      {
        __typename: 'Error',
        errorCode: 'UNAUTHENTICATED',
        sequence: 0,
        fatal: true,
        sessionId: 'session-of-a-test',
      },
    ]);
    expect(stream.text()).toMatch(/event: complete\ndata:\s*$/u);
    expect([server.service.feed.openReaders, server.listening()]).toEqual([0, 0]);
  });

  test('says nothing more where it has ended before, and listens no longer', async () => {
    await using server = await startExpiring();
    server.service.feed.push(sampleResults(1));
    server.service.feed.end();
    const stream = await open(server.url, way);
    await stream.over;
    expect(server.listening()).toBe(0);
    server.expire();
    expect(eventsIn(stream.text(), way.field)).toMatchObject([{ __typename: 'MatchResults' }]);
  });

  test('says nothing but UNAUTHENTICATED where its token has expired before the first event', async () => {
    await using server = await startExpiring();
    server.expire();
    server.service.feed.push(sampleUpdate(1));
    const stream = await open(server.url, way);
    await stream.over;
    expect(eventsIn(stream.text(), way.field)).toMatchObject([{ errorCode: 'UNAUTHENTICATED', sequence: 0 }]);
    expect([server.service.calls, server.listening()]).toEqual([[], 0]);
  });
});
