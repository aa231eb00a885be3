import { setImmediate } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { sampleError, sampleResults, sampleUpdate } from '../support/sample-events.ts';
import { openStream, STREAMS } from './open-stream.ts';

const KEEPALIVE = { type: 'keepalive', session_id: expect.any(String) };

describe.each(STREAMS)('a stream by %s %s', (method, path) => {
  test('says what it is and when to come back before there is an event', async () => {
    await using server = await startHttpTestServer();
    const stream = openStream(server, { method, path });
    const { status, headers } = await stream.answered;
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(headers).not.toHaveProperty('content-encoding');
    await vi.waitFor(() => expect(stream.text()).toBe('retry: 2000\n\n'));
    stream.leave();
  });

  test('is never compressed, even for a reader who would take that', async () => {
    await using server = await startHttpTestServer();
    const stream = openStream(server, { method, path, headers: { 'accept-encoding': 'gzip, br' } });
    expect((await stream.answered).headers).not.toHaveProperty('content-encoding');
    stream.leave();
  });

  test('says each event under its sequence as soon as it is there, and ends by itself after the last', async () => {
    await using server = await startHttpTestServer();
    const stream = openStream(server, { method, path });
    await stream.answered;
    server.service.feed.push(sampleUpdate(1));
    await vi.waitFor(() => expect(stream.messages()).toHaveLength(1));
    server.service.feed.push(sampleResults(2));
    server.service.feed.end();
    expect(await stream.over).toEqual({ complete: true });
    expect(stream.text().match(/^id: .*$/gmu)).toEqual(['id: 1', 'id: 2']);
    expect(stream.text()).not.toMatch(/^event:/mu);
    expect(server.service.feed.openReaders).toBe(0);
  });

  test('says an error without an id where the log fails as expected, and ends', async () => {
    await using server = await startHttpTestServer();
    server.service.feed.push(sampleUpdate(1));
    server.service.feed.fail(new SessionFailure('unavailable', { retryAfterMs: 700 }));
    const stream = openStream(server, { method, path });
    expect(await stream.over).toEqual({ complete: true });
    expect(stream.messages()[1]).toMatchObject({
      type: 'error',
      error_code: 'unavailable',
      sequence: 0,
      fatal: true,
      details: { retry_after_ms: 700 },
    });
    expect(stream.text().match(/^id: .*$/gmu)).toEqual(['id: 1']);
  });

  test('is cut where the log fails for an unknown cause, which is logged under an id', async () => {
    await using server = await startHttpTestServer();
    server.service.feed.push(sampleUpdate(1));
    const stream = openStream(server, { method, path });
    await vi.waitFor(() => expect(stream.messages()).toHaveLength(1));
    server.service.feed.fail(new Error('Hauptstr 5'));
    expect(await stream.over).toEqual({ complete: false });
    await vi.waitFor(() => expect(server.logged().map(({ msg }) => msg)).toEqual(['masked error', 'request']));
    expect(server.logText() + stream.text()).not.toContain('Hauptstr');
    expect(server.service.feed.openReaders).toBe(0);
  });
});

describe.each(STREAMS)('a silent stream by %s %s', (method, path) => {
  test('says that it is alive, without an id, each time it was silent for long enough', async () => {
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock, keepaliveMs: 30_000 });
    const stream = openStream(server, { method, path });
    await vi.waitFor(() => expect(stream.text()).toBe('retry: 2000\n\n'));
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await clock.pass(29_999);
    expect(stream.messages()).toEqual([]);
    for (const said of [1, 2]) {
      await clock.pass(said === 1 ? 1 : 30_000);
      await vi.waitFor(() => expect(stream.messages()).toHaveLength(said));
      await vi.waitFor(() => expect(clock.pending).toBe(1));
    }
    expect(stream.messages()).toEqual([KEEPALIVE, KEEPALIVE]);
    expect(stream.text()).not.toMatch(/^id:/mu);
    stream.leave();
    await vi.waitFor(() => expect(clock.pending).toBe(0));
  });

  test('counts from the last message', async () => {
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock, keepaliveMs: 30_000 });
    const stream = openStream(server, { method, path });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await clock.pass(20_000);
    server.service.feed.push(sampleUpdate(1));
    await vi.waitFor(() => expect(stream.messages()).toHaveLength(1));
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    await clock.pass(29_999);
    expect(stream.messages()).toHaveLength(1);
    await clock.pass(1);
    await vi.waitFor(() => expect(stream.messages()).toEqual([expect.anything(), KEEPALIVE]));
    stream.leave();
  });

  test('leaves no timer when it has ended', async () => {
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock });
    server.service.feed.push(sampleError(1));
    server.service.feed.end();
    await openStream(server, { method, path }).over;
    expect(clock.pending).toBe(0);
  });
});

describe.each(STREAMS)('a reader who leaves %s %s leaves nothing behind', (method, path) => {
  test('while the session is being found or started', async () => {
    await using server = await startHttpTestServer();
    const gate = Promise.withResolvers<void>();
    server.service.before = () => gate.promise;
    const stream = openStream(server, { method, path });
    await vi.waitFor(() => expect(server.service.calls).toHaveLength(1));
    stream.leave();
    await vi.waitFor(() => expect(server.logged()).toHaveLength(1));
    const opened = vi.spyOn(server.service.feed, 'read');
    gate.resolve();
    await vi.waitFor(() => expect(opened).toHaveBeenCalledOnce());
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
  });

  test('while the first event is awaited, and between two', async () => {
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock });
    const first = openStream(server, { method, path });
    await first.answered;
    expect(server.service.feed.openReaders).toBe(1);
    first.leave();
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
    server.service.feed.push(sampleUpdate(1));
    const second = openStream(server, { method, path });
    await vi.waitFor(() => expect(second.messages()).toHaveLength(1));
    second.leave();
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
    expect(clock.pending).toBe(0);
  });

  test('at any moment, many times over', async () => {
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock });
    server.service.before = () => setImmediate();
    server.service.feed.push(sampleUpdate(1), sampleUpdate(2));
    for (let turns = 0; turns < 60; turns += 1) {
      const stream = openStream(server, { method, path });
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      stream.leave();
    }
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
    await vi.waitFor(() => expect(clock.pending).toBe(0));
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe.each(STREAMS)('a slow reader of %s %s', (method, path) => {
  test('holds the events back instead of having them queued, keepalives too', async () => {
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock, keepaliveMs: 1000 });
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
    expect(taken.mock.calls.length).toBeLessThan(20_000);
    expect(clock.pending).toBe(0);
    await clock.pass(60_000);
    expect(clock.pending).toBe(0);
    stream.leave();
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
  });
});

describe('a server that closes', () => {
  test.each(STREAMS)('lets a stream by %s %s say so, ends it, and leaves nothing', async (method, path) => {
    await using server = await startHttpTestServer();
    const stream = openStream(server, { method, path });
    server.service.feed.push(sampleUpdate(1));
    await vi.waitFor(() => expect(stream.messages()).toHaveLength(1));
    await server.close();
    expect(await stream.over).toEqual({ complete: true });
    expect(stream.messages()).toMatchObject([
      { sequence: 1 },
      {
        type: 'error',
        error_code: 'unavailable',
        sequence: 0,
        fatal: true,
        session_id: expect.stringMatching(/./u),
        details: { retry_after_ms: 1000 },
      },
    ]);
    expect(stream.text().match(/^id: .*$/gmu)).toEqual(['id: 1']);
    expect(server.service.feed.openReaders).toBe(0);
  });

  test('adds nothing to a stream that has said its last event', async () => {
    await using server = await startHttpTestServer();
    const stream = openStream(server, { method: 'POST', path: STREAMS[0][1] });
    server.service.feed.push(sampleResults(1));
    await vi.waitFor(() => expect(stream.messages()).toHaveLength(1));
    await server.close();
    await stream.over;
    expect(stream.messages()).toHaveLength(1);
  });

  test('refuses a stream that had not begun, and names the session to attach to', async () => {
    await using server = await startHttpTestServer();
    const gate = Promise.withResolvers<void>();
    server.service.before = () => gate.promise;
    const stream = openStream(server, { method: 'POST', path: STREAMS[0][1] });
    await vi.waitFor(() => expect(server.service.calls).toHaveLength(1));
    const closed = server.close();
    gate.resolve();
    const { status, headers } = await stream.answered;
    await stream.over;
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(JSON.parse(stream.text())).toMatchObject({ error_code: 'unavailable', session_id: 'session-of-a-test' });
    await closed;
    expect(server.service.feed.openReaders).toBe(0);
  });
});
