import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { MatchResults } from '../../src/protocol.ts';
import { startHttpTestServer, type HttpTestServer } from '../support/http-test-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { sampleResults } from '../support/sample-events.ts';
import { RawReader, standstill, WAYS, type Way } from './ways.ts';

const MEGABYTE = 1_048_576;
const STALL_MS = 30_000;
const EVENTS = 200;
/** What the system takes for a reader that does not read, with room to spare. */
const TAKEN_BY_SYSTEM = 32;
const NAME = 'x'.repeat(MEGABYTE);

afterEach(() => {
  vi.useRealTimers();
});

/** Results of a megabyte, all of which share the one text. */
function largeResults(sequence: number): MatchResults {
  const results = sampleResults(sequence);
  return { ...results, offers: results.offers.map((offer) => ({ ...offer, centerName: NAME })) };
}

/** A server with a long log of large results. */
async function startWithLargeLog(clock?: ManualClock) {
  const streamClock = new ManualClock();
  const given = clock === undefined ? {} : { clock };
  const server = await startHttpTestServer({ ...given, streamClock, writeStallMs: STALL_MS, keepaliveMs: 1000 });
  server.service.feed.push(...Array.from({ length: EVENTS }, (_, index) => largeResults(index + 1)));
  const take = vi.spyOn(server.service.feed, 'take');
  return { server, streamClock, taken: () => take.mock.calls.length };
}

/** A reader that never reads, once the system takes no more for it. */
async function stalled(server: HttpTestServer, way: Way, taken: () => number): Promise<RawReader> {
  const reader = new RawReader(server.port, way.attach('some-session'), false);
  await standstill(taken);
  return reader;
}

describe.each(WAYS)('a reader by $name that never reads', (way) => {
  test('holds a place in the log: of large results hardly more is read than its system takes', async () => {
    const { server, taken } = await startWithLargeLog();
    await using _server = server;
    using _reader = await stalled(server, way, taken);
    expect(taken()).toBeLessThan(TAKEN_BY_SYSTEM);
    expect(server.streams.counts).toMatchObject({ open: 1, slowReadersCut: 0 });
  });

  test('is cut after the time for it, is counted, and leaves nothing', async () => {
    const { server, streamClock, taken } = await startWithLargeLog();
    await using _server = server;
    using reader = await stalled(server, way, taken);
    // The first look, by which it has stalled, is one tenth of that time after the stream began.
    await streamClock.pass(STALL_MS + STALL_MS / 10 - 1);
    expect(server.streams.counts).toMatchObject({ open: 1, slowReadersCut: 0 });
    await streamClock.pass(1);
    expect(server.streams.counts).toMatchObject({ open: 0, slowReadersCut: 1 });
    await vi.waitFor(() => expect(server.service.feed.openReaders).toBe(0));
    reader.read();
    await reader.over;
    expect(streamClock.pending).toBe(0);
    expect(server.ending.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('finds no heap of keepalives when it reads at last, and misses no event', async () => {
    // For the one library whose pings go by a timer of its own.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const clock = new ManualClock();
    const { server, taken } = await startWithLargeLog(clock);
    await using _server = server;
    using reader = await stalled(server, way, taken);
    await clock.pass(3_600_000);
    vi.advanceTimersByTime(3_600_000);
    server.service.feed.end();
    reader.read();
    await vi.waitFor(() => expect(reader.length).toBeGreaterThan(EVENTS * MEGABYTE), { timeout: 15_000 });
    await vi.waitFor(() => expect(server.streams.counts.open).toBe(0));
    const { text } = reader;
    expect([...text.matchAll(/"sequence":(\d+)/gu)].map(([, sequence]) => Number(sequence))).toEqual(
      Array.from({ length: EVENTS }, (_, index) => index + 1),
    );
    expect(text.match(way.keepalive)?.length ?? 0).toBeLessThan(3);
  });
});

describe.each(WAYS)('a reader by $name that reads', (way) => {
  test('is kept, however long nothing is there for it', async () => {
    const streamClock = new ManualClock();
    await using server = await startHttpTestServer({ streamClock, writeStallMs: STALL_MS });
    const reader = new RawReader(server.port, way.attach('some-session'));
    await vi.waitFor(() => expect(reader.status).toBe(200));
    await streamClock.pass(STALL_MS * 20);
    expect(server.streams.counts).toMatchObject({ open: 1, slowReadersCut: 0 });
    server.service.feed.push(sampleResults(1));
    await vi.waitFor(() => expect(reader.text).toContain('"sequence":1'));
  });
});

describe.each(WAYS)('a silent stream by $name', (way) => {
  test('says that it is alive', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const clock = new ManualClock();
    await using server = await startHttpTestServer({ clock, keepaliveMs: 12_000 });
    const reader = new RawReader(server.port, way.attach('some-session'));
    await vi.waitFor(() => expect(reader.status).toBe(200));
    const said = (): number => reader.text.match(way.keepalive)?.length ?? 0;
    const before = said();
    for (const times of [1, 2, 3]) {
      await vi.waitFor(async () => {
        await clock.pass(way.name === '/graphql/stream' ? 0 : 12_000);
        vi.advanceTimersByTime(way.name === '/graphql/stream' ? 12_000 : 0);
        expect(said()).toBeGreaterThanOrEqual(before + times);
      });
    }
    expect(reader.status).toBe(200);
  });
});
