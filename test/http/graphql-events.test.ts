import type { ExecutionResult } from 'graphql';
import { expect, test } from 'vitest';
import { eventFrames, PING } from '../../src/http/graphql-events.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';

const SILENCE_MS = 12_000;
const SILENCES = 20;

/** Results that come when they are told to, in frames that a reader takes at once. The first is awaited. */
async function read() {
  const clock = new ManualClock();
  const results: PromiseWithResolvers<IteratorResult<ExecutionResult>>[] = [];
  const source: AsyncIterator<ExecutionResult> = {
    async next() {
      const result = Promise.withResolvers<IteratorResult<ExecutionResult>>();
      results.push(result);
      return result.promise;
    },
  };
  const frames: string[] = [];
  const reading = (async () => {
    for await (const frame of eventFrames(source, clock)) frames.push(Buffer.from(frame).toString());
  })();
  await settle();
  return { clock, results, frames, reading };
}

test('a stream says that it is alive after each silence, then what comes, and leaves no timer', async () => {
  const { clock, results, frames, reading } = await read();
  await clock.pass(SILENCES * SILENCE_MS);
  expect(frames).toEqual(Array.from({ length: SILENCES + 1 }, () => PING));
  results[0]?.resolve({ value: { data: { said: 1 } }, done: false });
  await settle();
  expect(frames.at(-1)).toBe('event: next\ndata: {"data":{"said":1}}\n\n');
  await clock.pass(SILENCE_MS - 1);
  expect(frames).toHaveLength(SILENCES + 2);
  results[1]?.resolve({ value: undefined, done: true });
  await reading;
  expect(frames.at(-1)).toBe('event: complete\ndata:\n\n');
  expect(clock.pending).toBe(0);
});

test('a result that fails ends the frames with the failure, after silences too', async () => {
  const { clock, results, reading } = await read();
  await clock.pass(SILENCE_MS);
  results[0]?.reject(new Error('no more'));
  await expect(reading).rejects.toThrow('no more');
  expect(clock.pending).toBe(0);
});

/** A promise that counts itself, and with it whatever listens to it: of each listener another one is made. */
class Counted<T> extends Promise<T> {
  static count = 0;

  constructor(begin: (resolve: (value: T | PromiseLike<T>) => void, reject: (reason: unknown) => void) => void) {
    super(begin);
    Counted.count += 1;
  }
}

test('what is awaited is listened to no more often, however many silences go by', async () => {
  const clock = new ManualClock();
  const frames = eventFrames({ next: () => new Counted<IteratorResult<ExecutionResult>>(() => {}) }, clock);
  await frames.next();
  const counts: number[] = [];
  for (let silence = 0; silence < SILENCES; silence += 1) {
    const ping = frames.next();
    await settle();
    counts.push(Counted.count);
    await clock.pass(SILENCE_MS);
    expect(await ping).toMatchObject({ done: false });
  }
  expect(new Set(counts).size).toBe(1);
});
