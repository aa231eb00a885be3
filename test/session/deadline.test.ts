import { beforeEach, expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { Deadline } from '../../src/session/deadline.ts';
import { Outage } from '../../src/outage.ts';
import type { Overdue } from '../../src/session/session-store.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { RecordingLog } from '../support/recording-log.ts';

/** A deadline over a store that answers as it is told. */
class Bench {
  readonly clock = new ManualClock();
  readonly log = new RecordingLog();
  looks = 0;
  over = 0;
  answer: () => Promise<Overdue> = async () => ({ outcome: 'not_yet', inMs: 5000 });
  readonly deadline = new Deadline({
    store: {
      expire: async () => {
        this.looks += 1;
        return this.answer();
      },
    },
    key: { account: 'demo', sessionId: 'session' },
    clock: this.clock,
    outage: new Outage(this.log, 'looking'),
    onOver: () => {
      this.over += 1;
    },
    onLook: () => {},
  });
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

test('a deadline is looked at again when the store said that it would be', async () => {
  bench.deadline.look();
  await settle();
  await bench.clock.pass(4999);
  expect(bench.looks).toBe(1);
  bench.answer = async () => ({ outcome: 'ended', ending: 'timeout', epoch: 1 });
  await bench.clock.pass(1);
  expect({ looks: bench.looks, over: bench.over, pending: bench.clock.pending }).toEqual({
    looks: 2,
    over: 1,
    pending: 0,
  });
});

test('looks do not overlap: those that are asked for meanwhile come to one more', async () => {
  const reply = Promise.withResolvers<Overdue>();
  bench.answer = async () => reply.promise;
  for (let time = 0; time < 4; time += 1) bench.deadline.look();
  await settle();
  expect(bench.looks).toBe(1);
  reply.resolve({ outcome: 'not_yet', inMs: 5000 });
  await settle();
  expect(bench.looks).toBe(2);
  expect(bench.clock.pending).toBe(1);
});

test('many rings bring the next look forward once', async () => {
  bench.deadline.look();
  await settle();
  for (let time = 0; time < 4; time += 1) {
    bench.deadline.lookSoon();
    await bench.clock.pass(50);
  }
  expect(bench.looks).toBe(2);
  expect(bench.clock.pending).toBe(1);
});

test('a look that fails is made again every second, and is said once', async () => {
  const { answer } = bench;
  bench.answer = async () => Promise.reject(new SessionFailure('unavailable'));
  bench.deadline.look();
  await settle();
  await bench.clock.pass(3000);
  expect(bench.looks).toBe(4);
  bench.answer = answer;
  await bench.clock.pass(1000);
  expect(bench.log.lines.map(({ message }) => message)).toEqual(['looking fails', 'looking works again']);
});

test('a deadline that is stopped is not looked at, also when a look was under way, until it is asked for', async () => {
  const reply = Promise.withResolvers<Overdue>();
  bench.answer = async () => reply.promise;
  bench.deadline.look();
  bench.deadline.stop();
  bench.deadline.lookSoon();
  reply.resolve({ outcome: 'not_yet', inMs: 5000 });
  await bench.clock.pass(60_000);
  expect({ looks: bench.looks, pending: bench.clock.pending }).toEqual({ looks: 1, pending: 0 });
  bench.deadline.look();
  await settle();
  expect({ looks: bench.looks, pending: bench.clock.pending }).toEqual({ looks: 2, pending: 1 });
});

test.each([
  ['says when the deadline is', async (): Promise<Overdue> => ({ outcome: 'not_yet', inMs: 1_800_000 })],
  ['fails', async (): Promise<Overdue> => Promise.reject(new SessionFailure('unavailable'))],
])('a ring during a look that %s is looked after 200 ms later all the same', async (_name, come) => {
  const reply = Promise.withResolvers<void>();
  bench.answer = async () => {
    await reply.promise;
    return come();
  };
  bench.deadline.look();
  bench.deadline.lookSoon();
  reply.resolve();
  await settle();
  expect(bench.looks).toBe(1);
  bench.answer = async () => ({ outcome: 'ended', ending: 'cancelled', epoch: 1 });
  await bench.clock.pass(200);
  expect({ looks: bench.looks, over: bench.over }).toEqual({ looks: 2, over: 1 });
});
