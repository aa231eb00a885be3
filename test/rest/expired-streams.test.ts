import { getEventListeners } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { ManualClock } from '../support/manual-clock.ts';
import { sampleResults, sampleUpdate } from '../support/sample-events.ts';
import { startUngatedServer } from '../support/ungated-server.ts';
import { openStream, STREAMS } from './open-stream.ts';

/** A server whose every caller has one and the same token, which expires when the test says so. */
async function startExpiring() {
  const token = new AbortController();
  const clock = new ManualClock();
  const server = await startUngatedServer(clock, { requestId: 'request-7', expired: token.signal });
  return {
    ...server,
    clock,
    expire: () => token.abort(),
    listening: () => getEventListeners(token.signal, 'abort').length,
  };
}

describe.each(STREAMS)('a stream by %s %s whose token expires', (method, path) => {
  test('says so without an id, and ends', async () => {
    await using server = await startExpiring();
    const stream = openStream(server, { method, path });
    server.service.feed.push(sampleUpdate(1));
    await vi.waitFor(() => expect(stream.messages()).toHaveLength(1));
    server.expire();
    expect(await stream.over).toEqual({ complete: true });
    expect(stream.messages()).toMatchObject([
      { sequence: 1 },
      {
        type: 'error',
        error_code: 'unauthenticated',
        sequence: 0,
        fatal: true,
        session_id: expect.stringMatching(/./u),
        timestamp: server.clock.now(),
        details: { request_id: 'request-7', retry_after_ms: null },
      },
    ]);
    expect(stream.text().match(/^id: .*$/gmu)).toEqual(['id: 1']);
    // No other pause is asked for than at the start.
    expect(stream.text().match(/^retry: .*$/gmu)).toEqual(['retry: 2000']);
  });

  test('leaves nothing behind', async () => {
    await using server = await startExpiring();
    const stream = openStream(server, { method, path });
    await stream.answered;
    expect(server.listening()).toBeGreaterThan(0);
    server.expire();
    await stream.over;
    await vi.waitFor(() => expect(server.listening()).toBe(0));
    expect([server.service.feed.openReaders, server.clock.pending]).toEqual([0, 0]);
  });

  test('says no event that came at the same time or later', async () => {
    await using server = await startExpiring();
    const stream = openStream(server, { method, path });
    await stream.answered;
    server.expire();
    server.service.feed.push(sampleUpdate(1));
    await stream.over;
    expect(stream.messages().map(({ sequence }) => sequence)).toEqual([0]);
  });

  test('is refused where it had not begun', async () => {
    await using server = await startExpiring();
    const gate = Promise.withResolvers<void>();
    server.service.before = () => gate.promise;
    const stream = openStream(server, { method, path });
    await vi.waitFor(() => expect(server.service.calls).toHaveLength(1));
    server.expire();
    gate.resolve();
    expect((await stream.answered).status).toBe(500);
    await stream.over;
    expect(stream.text()).toBe('unauthenticated');
    expect([server.service.feed.openReaders, server.listening()]).toEqual([0, 0]);
  });

  test('is cut within five seconds where its reader does not take the last word', async () => {
    await using server = await startExpiring();
    const taken = vi.spyOn(server.service.feed, 'take');
    server.service.feed.push(...Array.from({ length: 20_000 }, (_, index) => sampleResults(index + 1)));
    const stream = openStream(server, { method, path, paused: true });
    let before = -1;
    // The sockets' buffers take some megabytes; then nothing more is taken from the log.
    await vi.waitFor(
      () => {
        const now = taken.mock.calls.length;
        const stands = now > 0 && now === before;
        before = now;
        expect(stands).toBe(true);
      },
      { interval: 200, timeout: 20_000 },
    );
    server.expire();
    await server.clock.pass(4999);
    await vi.waitFor(() => expect(server.listening()).toBe(0));
    expect([server.service.feed.openReaders, server.clock.pending]).toEqual([0, 0]);
    stream.leave();
  });
});

test('a stream that has said its last event says nothing more when the token expires', async () => {
  await using server = await startExpiring();
  server.service.feed.push(sampleResults(1));
  const stream = openStream(server, { method: 'GET', path: STREAMS[1][1] });
  await vi.waitFor(() => expect(stream.messages()).toHaveLength(1));
  server.expire();
  await stream.over;
  expect(stream.messages()).toHaveLength(1);
});

test('a store that is away is waited for no longer than the token holds', async () => {
  await using server = await startExpiring();
  server.service.refuse('unavailable');
  const stream = openStream(server, { method: 'GET', path: STREAMS[1][1] });
  await vi.waitFor(() => expect(server.clock.pending).toBe(1));
  server.expire();
  await stream.over;
  expect(stream.text()).toBe('unavailable');
  expect([server.clock.pending, server.listening()]).toEqual([0, 0]);
});
