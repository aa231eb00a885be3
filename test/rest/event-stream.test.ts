import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { streamSession } from '../../src/rest/event-stream.ts';
import { EventFeed } from '../support/event-feed.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { sampleResults, sampleUpdate } from '../support/sample-events.ts';

/** A server that streams one log to whoever asks, and ends no stream by itself. */
async function startStreams() {
  const signals = [new AbortController().signal, new AbortController().signal];
  const endings = signals.map((signal) => ({ signal, failure: () => new SessionFailure('unavailable') }));
  const feed = new EventFeed();
  const clock = new ManualClock();
  const streams: Promise<void>[] = [];
  const server = createServer((_req, res) => {
    const left = new AbortController();
    res.once('close', () => left.abort());
    const session = { sessionId: 'session-of-a-test', isOver: false, events: feed.read() };
    streams.push(
      streamSession(
        session,
        { res, requestId: 'request-1', left: left.signal, endings },
        { clock, keepaliveMs: 30_000 },
      ),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    feed,
    streams,
    clock,
    port: (server.address() as AddressInfo).port,
    /** How many streams would still hear of each thing that may end them. */
    listening: (): number[] => signals.map((signal) => getEventListeners(signal, 'abort').length),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('a stream leaves nothing at the signals that may end it, which live on', () => {
  test('when it has ended', async () => {
    await using server = await startStreams();
    server.feed.push(sampleUpdate(1), sampleResults(2));
    server.feed.end();
    await (await fetch(`http://127.0.0.1:${server.port}`)).text();
    await Promise.all(server.streams);
    expect(server.listening()).toEqual([0, 0]);
  });

  test('when its reader has left, even those that waited behind another on one connection', async () => {
    await using server = await startStreams();
    server.feed.push(sampleUpdate(1));
    const socket = connect(server.port, '127.0.0.1');
    socket.write(REQUEST.repeat(5));
    await vi.waitFor(() => expect(server.listening()).toEqual([5, 5]));
    socket.destroy();
    await vi.waitFor(() => expect(server.listening()).toEqual([0, 0]));
    await Promise.all(server.streams);
    expect([server.feed.openReaders, server.clock.pending]).toEqual([0, 0]);
  });
});
