import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { SlowReaders, takenFrom } from '../../src/http/slow-readers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { RawReader, standstill } from './ways.ts';

const STALL_MS = 30_000;
const MEGABYTE = 1_048_576;
/** More than the buffers of two sockets take. */
const LARGE = 64 * MEGABYTE;
/** Writes more than is taken, and resolves when no more is. */
async function fill(res: ServerResponse): Promise<void> {
  const socket = socketOf(res);
  res.write(Buffer.alloc(LARGE));
  await standstill(
    () => socket.writableLength,
    () => takenFrom(socket),
  );
}

const ASK = { method: 'GET', path: '/', headers: {}, body: '' } as const;

function socketOf({ socket }: ServerResponse): Socket {
  if (socket === null) throw new Error('no socket');
  return socket;
}

/** A server whose connections are watched, as those of streams unless told, with nothing else in it. */
async function watching({ stallMs = STALL_MS, streams = true } = {}) {
  const clock = new ManualClock();
  const slowReaders = new SlowReaders({ clock, stallMs });
  const responses: ServerResponse[] = [];
  const server = createServer((_req, res) => {
    responses.push(res);
    res.flushHeaders();
  });
  server.on('connection', (socket: Socket) => {
    slowReaders.watch(socket);
    if (streams) slowReaders.hurry(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    clock,
    slowReaders,
    async open(reads = false) {
      const reader = new RawReader((server.address() as AddressInfo).port, ASK, reads);
      const count = responses.length;
      await vi.waitFor(() => expect(responses).toHaveLength(count + 1));
      const res = responses.at(-1);
      if (res === undefined) throw new Error('nothing came');
      return { reader, res };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a reader that takes nothing of what is there', () => {
  test('is cut after the time for it, not before, and is counted once', async () => {
    await using bench = await watching();
    const { reader, res } = await bench.open();
    await fill(res);
    // The first look finds that something waits; the time begins there.
    await bench.clock.pass(STALL_MS / 10 + STALL_MS - 1);
    expect([res.destroyed, bench.slowReaders.cut]).toEqual([false, 0]);
    await bench.clock.pass(1);
    expect([res.destroyed, bench.slowReaders.cut]).toEqual([true, 1]);
    reader.read();
    await reader.over;
    await bench.clock.pass(STALL_MS * 2);
    expect(bench.slowReaders.cut).toBe(1);
  });

  test('is looked at no more than once a second, however short the time for it', async () => {
    await using bench = await watching({ stallMs: 10 });
    const { reader, res } = await bench.open();
    await fill(res);
    await bench.clock.pass(1999);
    expect(bench.slowReaders.cut).toBe(0);
    await bench.clock.pass(1);
    expect(bench.slowReaders.cut).toBe(1);
    reader.read();
    await reader.over;
  });

  test('costs the others nothing', async () => {
    await using bench = await watching();
    const slow = await bench.open();
    const other = await bench.open(true);
    await fill(slow.res);
    other.res.write('hello');
    await vi.waitFor(() => expect(other.reader.text).toContain('hello'));
    await bench.clock.pass(STALL_MS * 2);
    expect([slow.res.destroyed, other.res.destroyed, bench.slowReaders.cut]).toEqual([true, false, 1]);
  });
});

describe('a reader is left alone', () => {
  test('while nothing is there for it', async () => {
    await using bench = await watching();
    const { res } = await bench.open();
    await bench.clock.pass(STALL_MS * 20);
    expect([res.destroyed, bench.slowReaders.cut]).toEqual([false, 0]);
  });

  test('while it takes some now and then, for as long as it likes; it is cut when it stops', async () => {
    await using bench = await watching();
    const { reader, res } = await bench.open();
    const socket = socketOf(res);
    await fill(res);
    for (let turn = 0; turn < 5; turn += 1) {
      const before = takenFrom(socket);
      await vi.waitFor(async () => {
        await reader.take(MEGABYTE);
        expect(takenFrom(socket)).not.toBe(before);
      });
      await bench.clock.pass(STALL_MS - 1000);
      expect(res.destroyed).toBe(false);
    }
    await bench.clock.pass(STALL_MS * 2);
    expect([res.destroyed, bench.slowReaders.cut]).toEqual([true, 1]);
  });

  test('when it has taken all there was, and is given a new time for what comes later', async () => {
    await using bench = await watching();
    const { reader, res } = await bench.open();
    await fill(res);
    await bench.clock.pass(STALL_MS);
    await reader.take(LARGE);
    await vi.waitFor(() => expect(res.socket?.writableLength).toBe(0));
    await bench.clock.pass(STALL_MS);
    await fill(res);
    await bench.clock.pass(STALL_MS);
    expect(bench.slowReaders.cut).toBe(0);
  });
});

describe('a reader that takes nothing, with no stream on its connection', () => {
  /** The first look finds that something waits; the time begins there. */
  const FIRST_LOOK_MS = STALL_MS / 10;

  test('has ten times as long: on a slow line the system takes nothing for long from who reads steadily', async () => {
    await using bench = await watching({ streams: false });
    const { res } = await bench.open();
    await fill(res);
    await bench.clock.pass(FIRST_LOOK_MS + STALL_MS * 10 - 1);
    expect([res.destroyed, bench.slowReaders.cut]).toEqual([false, 0]);
    await bench.clock.pass(1);
    expect([res.destroyed, bench.slowReaders.cut]).toEqual([true, 1]);
  });

  test('has the time of a stream from when one begins, whatever was before', async () => {
    await using bench = await watching({ streams: false });
    const { res } = await bench.open();
    await fill(res);
    await bench.clock.pass(STALL_MS * 5);
    bench.slowReaders.hurry(socketOf(res));
    await bench.clock.pass(STALL_MS);
    expect(bench.slowReaders.cut).toBe(0);
    // A second stream gives it no more time.
    bench.slowReaders.hurry(socketOf(res));
    await bench.clock.pass(FIRST_LOOK_MS);
    expect(bench.slowReaders.cut).toBe(1);
  });

  test('has the longer time again when the last of its streams is over, not before', async () => {
    await using bench = await watching({ streams: false });
    const [one, other] = [await bench.open(), await bench.open()];
    for (const { res } of [one, other]) {
      for (const _stream of [1, 2]) bench.slowReaders.hurry(socketOf(res));
      await fill(res);
    }
    bench.slowReaders.ease(socketOf(one.res));
    for (const _stream of [1, 2]) bench.slowReaders.ease(socketOf(other.res));
    await bench.clock.pass(STALL_MS * 2);
    expect([one.res.destroyed, other.res.destroyed]).toEqual([true, false]);
    await bench.clock.pass(STALL_MS * 10);
    expect([other.res.destroyed, bench.slowReaders.cut]).toEqual([true, 2]);
  });
});

describe('the timer of slow readers', () => {
  test('is one for all of them, and is gone with the last', async () => {
    await using bench = await watching();
    expect(bench.clock.pending).toBe(0);
    const open = [await bench.open(), await bench.open(), await bench.open()];
    expect(bench.clock.pending).toBe(1);
    await bench.clock.pass(STALL_MS * 3);
    expect(bench.clock.pending).toBe(1);
    for (const { reader } of open) reader.leave();
    await vi.waitFor(() => expect(bench.clock.pending).toBe(0));
  });

  test('is gone when the last one was cut', async () => {
    await using bench = await watching();
    const { res } = await bench.open();
    await fill(res);
    await bench.clock.pass(STALL_MS * 2);
    expect([bench.slowReaders.cut, bench.clock.pending]).toEqual([1, 0]);
  });
});
