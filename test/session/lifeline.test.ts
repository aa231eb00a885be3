import { beforeEach, describe, expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { Lifeline } from '../../src/session/lifeline.ts';
import type { Heartbeat } from '../../src/session/session-store.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { RecordingLog } from '../support/recording-log.ts';

const HEARTBEAT_MS = 2000;
const LEASE_MS = 10_000;

/** A lifeline over a store that answers as it is told. */
class Bench {
  readonly clock = new ManualClock();
  readonly log = new RecordingLog();
  readonly heard: string[] = [];
  beats = 0;
  retired = 0;
  underWay = 0;
  answer: () => Promise<Heartbeat> = async () => ({ known: this.beats > 1, othersAreSilent: false });
  readonly lifeline: Lifeline;

  constructor() {
    const store = {
      heartbeat: async (): Promise<Heartbeat> => {
        this.beats += 1;
        this.underWay += 1;
        return this.answer().finally(() => {
          this.underWay -= 1;
        });
      },
      retire: async (): Promise<void> => {
        this.retired += 1;
      },
    };
    const { clock, log } = this;
    this.lifeline = new Lifeline({
      store,
      instance: 'one',
      heartbeatMs: HEARTBEAT_MS,
      leaseMs: LEASE_MS,
      clock,
      log,
    });
    this.lifeline.listen({
      lost: () => this.heard.push('lost'),
      regained: () => this.heard.push('regained'),
    });
  }
}

const away = async (): Promise<never> => Promise.reject(new SessionFailure('unavailable'));

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('a lifeline', () => {
  test('is not alive before its first beat has succeeded, and is from then on', async () => {
    expect(bench.lifeline.isAlive()).toBe(false);
    await bench.lifeline.start();
    expect(bench.lifeline.isAlive()).toBe(true);
    await bench.clock.pass(100_000);
    expect(bench.lifeline.isAlive()).toBe(true);
    expect(bench.heard).toEqual(['regained']);
    expect(bench.beats).toBe(1 + 100_000 / HEARTBEAT_MS);
  });

  test('counts its lease from when a beat was sent, not from its reply', async () => {
    await bench.lifeline.start();
    const reply = Promise.withResolvers<Heartbeat>();
    bench.answer = async () => reply.promise;
    // Sent 2 s after the start, answered 5 s later, and none after it.
    await bench.clock.pass(HEARTBEAT_MS + 5000);
    bench.answer = away;
    reply.resolve({ known: true, othersAreSilent: false });
    await settle();
    await bench.clock.pass(LEASE_MS - 5000 - 1);
    expect(bench.lifeline.isAlive()).toBe(true);
    await bench.clock.pass(1);
    expect(bench.lifeline.isAlive()).toBe(false);
  });

  test('gives nothing for a reply that comes after the lease that it would have given', async () => {
    await bench.lifeline.start();
    const reply = Promise.withResolvers<Heartbeat>();
    bench.answer = async () => reply.promise;
    await bench.clock.pass(HEARTBEAT_MS + LEASE_MS);
    reply.resolve({ known: true, othersAreSilent: false });
    await settle();
    expect(bench.lifeline.isAlive()).toBe(false);
    expect(bench.heard).toEqual(['regained', 'lost']);
  });

  test('that is cut off tells so at the end of its lease, and again when it is back, once each', async () => {
    await bench.lifeline.start();
    const { answer } = bench;
    bench.answer = away;
    await bench.clock.pass(LEASE_MS - 1);
    expect(bench.heard).toEqual(['regained']);
    await bench.clock.pass(30_000);
    expect(bench.heard).toEqual(['regained', 'lost']);
    bench.answer = answer;
    await bench.clock.pass(HEARTBEAT_MS);
    expect(bench.heard).toEqual(['regained', 'lost', 'regained']);
  });

  test('that was frozen finds itself dead at the first look, before any timer has fired', async () => {
    await bench.lifeline.start();
    bench.clock.freeze();
    await bench.clock.pass(LEASE_MS);
    expect(bench.heard).toEqual(['regained']);
    expect(bench.lifeline.isAlive()).toBe(false);
    expect(bench.heard).toEqual(['regained', 'lost']);
  });

  test('that was frozen is told to be lost before a beat gives the lease back', async () => {
    await bench.lifeline.start();
    bench.clock.freeze();
    await bench.clock.pass(LEASE_MS + 5000);
    await bench.clock.thaw();
    expect(bench.heard).toEqual(['regained', 'lost', 'regained']);
    expect(bench.lifeline.isAlive()).toBe(true);
  });

  test('says once in the log that the store is away, and once that it is back', async () => {
    await bench.lifeline.start();
    const { answer } = bench;
    bench.answer = away;
    await bench.clock.pass(60_000);
    bench.answer = answer;
    await bench.clock.pass(60_000);
    expect(bench.log.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'the heartbeat fails'],
      ['warn', 'the lease of this instance is over: its sessions are paused'],
      ['info', 'the heartbeat works again'],
    ]);
  });

  test('has one beat under way at most, however long it takes', async () => {
    const { answer } = bench;
    let most = 0;
    bench.answer = async () => {
      most = Math.max(most, bench.underWay);
      await new Promise<void>((resolve) => bench.clock.after(3 * HEARTBEAT_MS, resolve));
      return answer();
    };
    const started = bench.lifeline.start();
    await bench.clock.pass(60_000);
    await started;
    expect(most).toBe(1);
    expect(bench.beats).toBe(1 + 60_000 / (3 * HEARTBEAT_MS));
  });
});

describe('a lifeline is steady', () => {
  test('after one whole lease of beats', async () => {
    await bench.lifeline.start();
    await bench.clock.pass(LEASE_MS - 1);
    expect(bench.lifeline.isSteady()).toBe(false);
    await bench.clock.pass(1);
    expect(bench.lifeline.isSteady()).toBe(true);
  });

  const breaks: Readonly<Record<string, () => Promise<Heartbeat>>> = {
    'that failed': away,
    'that the store did not know': async () => ({ known: false, othersAreSilent: true }),
  };
  for (const [name, answer] of Object.entries(breaks)) {
    test(`no more after a beat ${name}, and again a whole lease later`, async () => {
      await bench.lifeline.start();
      await bench.clock.pass(2 * LEASE_MS);
      const well = bench.answer;
      bench.answer = answer;
      await bench.clock.pass(HEARTBEAT_MS);
      bench.answer = well;
      expect(bench.lifeline.isAlive()).toBe(true);
      expect(bench.lifeline.isSteady()).toBe(false);
      await bench.clock.pass(LEASE_MS - 1);
      expect(bench.lifeline.isSteady()).toBe(false);
      await bench.clock.pass(HEARTBEAT_MS + 1);
      expect(bench.lifeline.isSteady()).toBe(true);
    });
  }

  test('no more after a beat that just outlasted an outage: the others may have been silent for that alone', async () => {
    await bench.lifeline.start();
    await bench.clock.pass(2 * LEASE_MS);
    const reply = Promise.withResolvers<Heartbeat>();
    bench.answer = async () => reply.promise;
    await bench.clock.pass(LEASE_MS - 2 * HEARTBEAT_MS);
    reply.resolve({ known: true, othersAreSilent: true });
    await settle();
    expect(bench.lifeline.isAlive()).toBe(true);
    expect(bench.lifeline.isSteady()).toBe(false);
  });

  test('no more after it was frozen, although no beat has failed', async () => {
    await bench.lifeline.start();
    await bench.clock.pass(2 * LEASE_MS);
    bench.clock.freeze();
    await bench.clock.pass(2 * LEASE_MS);
    await bench.clock.thaw();
    expect(bench.lifeline.isAlive()).toBe(true);
    expect(bench.lifeline.isSteady()).toBe(false);
  });
});

describe('a lifeline that stops', () => {
  test('waits for the beat that is under way, retires the instance once, and beats no more', async () => {
    await bench.lifeline.start();
    const reply = Promise.withResolvers<Heartbeat>();
    bench.answer = async () => reply.promise;
    await bench.clock.pass(HEARTBEAT_MS);
    const stopped = Promise.all([bench.lifeline.stop(), bench.lifeline.stop()]);
    await settle();
    expect(bench.retired).toBe(0);
    reply.resolve({ known: true, othersAreSilent: false });
    await stopped;
    expect(bench.retired).toBe(1);
    expect(bench.lifeline.isAlive()).toBe(false);
    const { beats } = bench;
    await bench.clock.pass(60_000);
    expect(bench.beats).toBe(beats);
    expect(bench.clock.pending).toBe(0);
  });

  test('is over although the store is away', async () => {
    await bench.lifeline.start();
    bench.answer = away;
    await bench.clock.pass(HEARTBEAT_MS);
    await bench.lifeline.stop();
    expect(bench.clock.pending).toBe(0);
  });
});
