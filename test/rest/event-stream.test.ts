import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { streamSession } from '../../src/rest/event-stream.ts';
import { EventFeed } from '../support/event-feed.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { sampleResults, sampleUpdate } from '../support/sample-events.ts';

/** A server that streams one log to whoever asks, and is never about to close. */
async function startStreams() {
  const ending = new AbortController().signal;
  const feed = new EventFeed();
  const clock = new ManualClock();
  const streams: Promise<void>[] = [];
  const server = createServer((_req, res) => {
    const left = new AbortController();
    res.once('close', () => left.abort());
    const session = { sessionId: 'session-of-a-test', isOver: false, events: feed.read() };
    streams.push(
      streamSession(session, { res, left: left.signal, ending }, { clock, keepaliveMs: 30_000, random: () => 0 }),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    feed,
    streams,
    clock,
    port: (server.address() as AddressInfo).port,
    /** How many streams would still hear of the end of the server. */
    listening: (): number => getEventListeners(ending, 'abort').length,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('a stream leaves nothing at the signal of the server, which lives on', () => {
  test('when it has ended', async () => {
    await using server = await startStreams();
    server.feed.push(sampleUpdate(1), sampleResults(2));
    server.feed.end();
    await (await fetch(`http://127.0.0.1:${server.port}`)).text();
    await Promise.all(server.streams);
    expect(server.listening()).toBe(0);
  });

  test('when its reader has left, even those that waited behind another on one connection', async () => {
    await using server = await startStreams();
    server.feed.push(sampleUpdate(1));
    const socket = connect(server.port, '127.0.0.1');
    socket.write(REQUEST.repeat(5));
    await vi.waitFor(() => expect(server.listening()).toBe(5));
    socket.destroy();
    await vi.waitFor(() => expect(server.listening()).toBe(0));
    await Promise.all(server.streams);
    expect([server.feed.openReaders, server.clock.pending]).toEqual([0, 0]);
  });
});
