import { once } from 'node:events';
import { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { createMetricsServer } from '../../src/http/metrics-server.ts';
import { systemClock } from '../../src/clock.ts';
import { takenFrom } from '../../src/http/slow-readers.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { RawReader, standstill, WAYS } from './ways.ts';

const MEGABYTE = 1_048_576;
const STALL_MS = 30_000;
/** Responses that one connection may have under way. */
const MOST = 8;

function gets(path: string, count: number, last = ''): string {
  const one = (more: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
  return one('').repeat(count - 1) + one(last);
}

/** Sends these requests in one packet, and reads whatever comes until the server closes. */
async function sent(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk))).on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

function statuses(answer: string): readonly number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d+)/gu)].map(([, status]) => Number(status));
}

describe('a client that sends requests before it has the answers', () => {
  test.each([2, 3, MOST])('has all of them for %i at once, in their order', async (count) => {
    await using server = await startHttpTestServer();
    const last = 'GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const answer = await sent(server.port, gets('/healthz', count - 1) + last);
    expect(statuses(answer)).toEqual([...Array.from({ length: count - 1 }, () => 200), 404]);
  });

  test('may do so again and again on one connection', async () => {
    await using server = await startHttpTestServer();
    using reader = new RawReader(server.port, { method: 'GET', path: '/healthz', headers: {}, body: '' });
    for (let answers = 1; answers < 40; answers += 3) {
      await vi.waitFor(() => expect(statuses(reader.text)).toHaveLength(answers));
      // The server has seen the last one off when it has said so.
      await vi.waitFor(() => expect(server.logged()).toHaveLength(answers));
      for (const path of ['/healthz', '/nothing', '/healthz'])
        reader.ask({ method: 'GET', path, headers: {}, body: '' });
    }
  });

  test('is cut with one more than the most, and of a thousand in one packet no more are begun; both are counted', async () => {
    let begun = 0;
    const waiting = Promise.withResolvers<void>();
    const check = async (): Promise<void> => {
      begun += 1;
      await waiting.promise;
    };
    await using server = await startHttpTestServer({ checks: { check } });
    const cut = (): number => server.streams.counts.crowdedConnectionsCut;
    expect(await sent(server.port, gets('/readyz', MOST + 1))).toBe('');
    expect([begun, cut()]).toEqual([MOST, 1]);
    expect(await sent(server.port, gets('/readyz', 1000))).toBe('');
    // Once for all that came behind it.
    expect([begun, cut()]).toEqual([2 * MOST, 2]);
    waiting.resolve();
    expect(statuses(await sent(server.port, gets('/readyz', 1, 'Connection: close\r\n')))).toEqual([200]);
    await vi.waitFor(() => expect(server.logged()).toHaveLength(2 * MOST + 1));
  });

  test('is cut at METRICS_PORT too', async () => {
    let read = 0;
    const text = async (): Promise<string> => {
      read += 1;
      return '';
    };
    const given = { clock: systemClock, log: new RecordingLog(), newId: () => 'id' };
    await using server = createMetricsServer({ ...given, metrics: { contentType: 'text/plain', text } });
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    await sent(port, gets('/metrics', 1000));
    expect(read).toBe(MOST);
  });
});

describe('the description of REST', () => {
  test('is held once, however many ask for it', async () => {
    await using server = await startHttpTestServer();
    using end = vi.spyOn(ServerResponse.prototype, 'end');
    for (const _time of [1, 2]) await (await fetch(`${server.url}/openapi.json`)).json();
    const [first, second, ...others] = end.mock.calls.map(([chunk]) => chunk as unknown);
    expect([first, others]).toEqual([expect.any(Buffer), []]);
    expect(second).toBe(first);
  });
});

describe('a reader of an answer that is no stream, and who never reads', () => {
  const READY = { method: 'GET', path: '/readyz', headers: {}, body: '' } as const;

  /** A server with an answer of more than the buffers of two sockets take. */
  async function startWithLargeAnswer() {
    const streamClock = new ManualClock();
    const checks = { ['x'.repeat(64 * MEGABYTE)]: async () => undefined };
    const server = await startHttpTestServer({ checks, streamClock, writeStallMs: STALL_MS });
    const watched = vi.spyOn(server.streams, 'watchReader');
    /** Resolves when the first connection's buffers are full. */
    async function full(): Promise<void> {
      const [socket] = await vi.waitUntil(() => watched.mock.calls[0]);
      await standstill(
        () => socket.writableLength,
        () => takenFrom(socket),
      );
    }
    return { server, streamClock, full };
  }

  test('is cut after ten times the time of a stream, and is counted', async () => {
    const { server, streamClock, full } = await startWithLargeAnswer();
    await using _server = server;
    using reader = new RawReader(server.port, READY, false);
    await full();
    await streamClock.pass(STALL_MS * 10);
    expect(server.streams.counts.slowReadersCut).toBe(0);
    await streamClock.pass(STALL_MS);
    expect(server.streams.counts.slowReadersCut).toBe(1);
    await vi.waitFor(() => expect(server.logged()).toMatchObject([{ path: '/readyz', status: 200 }]));
    reader.read();
    await reader.over;
    expect(reader.length).toBeLessThan(64 * MEGABYTE);
    expect(streamClock.pending).toBe(0);
  });

  test.each(WAYS)('has that time after a stream by $name on its connection too', async (way) => {
    const { server, streamClock, full } = await startWithLargeAnswer();
    await using _server = server;
    using reader = new RawReader(server.port, way.attach('some-session'), false);
    await vi.waitFor(() => expect(server.streams.counts.open).toBe(1));
    server.service.feed.end();
    await vi.waitFor(() => expect(server.streams.counts.open).toBe(0));
    reader.ask(READY);
    await full();
    await streamClock.pass(STALL_MS * 10);
    expect(server.streams.counts.slowReadersCut).toBe(0);
    await streamClock.pass(STALL_MS);
    expect(server.streams.counts.slowReadersCut).toBe(1);
  });

  test.each(WAYS)('has the time of a stream where one by $name waits behind the answer', async (way) => {
    const { server, streamClock, full } = await startWithLargeAnswer();
    await using _server = server;
    using reader = new RawReader(server.port, READY, false);
    await full();
    reader.ask(way.attach('some-session'));
    await vi.waitFor(() => expect(server.streams.counts.open).toBe(1));
    await streamClock.pass(STALL_MS * 2);
    expect(server.streams.counts).toMatchObject({ open: 0, slowReadersCut: 1 });
  });
});
