import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock, type Clock } from '../../src/clock.ts';
import type { Pipeline, RunContext } from '../../src/pipeline/run-context.ts';
import type { MatchResultsBody } from '../../src/protocol.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import { SessionRunner } from '../../src/session/session-runner.ts';
import { createSessionService } from '../../src/session/session-service.ts';
import { startServerOver } from '../support/http-test-server.ts';
import { TestLifeline } from '../support/runner-bench.ts';
import { RecordingLog } from '../support/recording-log.ts';
import { locationQuestion, noOffers } from '../support/session-samples.ts';
import { RawReader, WAYS, type Way } from './ways.ts';

const STREAMS = 200;
const SESSIONS = 8;
const UPDATES = 8;
/** How many turns of the event loop a stream lives at most: beyond its first events. */
const MOST_TURNS = 60;

afterEach(() => {
  vi.restoreAllMocks();
});

/** The machine's clock, and how many of its timers are still to come. */
class CountingClock implements Clock {
  readonly #pending = new Set<object>();

  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return systemClock.now();
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  after(delayMs: number, callback: () => void) {
    const entry = {};
    this.#pending.add(entry);
    const timer = systemClock.after(delayMs, () => {
      this.#pending.delete(entry);
      callback();
    });
    const cancel = (): void => {
      this.#pending.delete(entry);
      timer.cancel();
    };
    return { cancel };
  }
}

/** Counts the intervals of libraries, which go by no clock of ours. */
function countIntervals(): () => number {
  const running = new Set<unknown>();
  const { setInterval: begin, clearInterval: end } = globalThis;
  vi.spyOn(globalThis, 'setInterval').mockImplementation((callback, ms, ...args: unknown[]) => {
    const interval = begin(callback, ms, ...args);
    running.add(interval);
    return interval;
  });
  vi.spyOn(globalThis, 'clearInterval').mockImplementation((interval) => {
    running.delete(interval);
    end(interval);
  });
  return () => running.size;
}

/** The same numbers for the same seed, from 0 to below 1: a linear congruential generator of Numerical Recipes. */
function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A run that says where it is over some turns, and then waits for an answer that nobody gives. */
async function run(context: RunContext): Promise<MatchResultsBody> {
  for (let count = 1; count <= UPDATES; count += 1) {
    const update = { stage: 'finding_centers', progress: count / UPDATES, details: 'on the way' } as const;
    await context.progress(`at ${count}`, update);
    await setImmediate();
  }
  await context.ask('work', locationQuestion());
  return noOffers();
}

/** A server over real sessions in memory. Its clock is that of the faces alone. */
async function startSessions() {
  const store = new MemorySessionStore(systemClock);
  const pipeline: Pipeline = { admit: () => setImmediate(), run };
  const using = { store, pipeline, clock: systemClock };
  const lifeline = new TestLifeline();
  const runner = new SessionRunner({ ...using, lifeline, log: new RecordingLog(), interactionTimeoutMs: 60_000 });
  const times = { maxLifeMs: 600_000, retentionMs: 60_000 };
  const limits = { wrongAnswersPerQuestion: 10 };
  const service = createSessionService({ ...using, ...times, ...limits, runner, instance: 'one' });
  const clock = new CountingClock();
  const server = await startServerOver(service, { clock, streamClock: clock });
  return {
    server,
    clock,
    store,
    /** Lets go of the sessions that run, and so of the runner's own watch over each. */
    stopRunning: () => runner.close(),
    async [Symbol.asyncDispose]() {
      await server.close();
      await runner.close();
      await store.close();
    },
  };
}

/** Opens streams, one after another, each of which its reader leaves after some turns. */
async function openAndLeave(port: number, way: Way, random: () => number): Promise<RawReader[]> {
  const readers: RawReader[] = [];
  const leaving: Promise<void>[] = [];
  for (let count = 0; count < STREAMS; count += 1) {
    const sessionId = `session-${Math.floor(random() * SESSIONS)}`;
    const sent = random() < 0.7 ? way.start(sessionId) : way.attach(sessionId);
    const reader = new RawReader(port, sent, random() < 0.8);
    readers.push(reader);
    leaving.push(leaveAfter(reader, Math.floor(random() ** 2 * MOST_TURNS)));
    if (random() < 0.5) await setImmediate();
  }
  await Promise.all(leaving);
  return readers;
}

async function leaveAfter(reader: RawReader, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await setImmediate();
  reader.leave();
}

describe.each(WAYS)('readers by $name who leave at any moment', (way) => {
  test.each([1, 2, 3])('leave nothing behind, as with seed %i', async (seed) => {
    const intervals = countIntervals();
    await using bench = await startSessions();
    const { server, clock, store } = bench;
    const before = intervals();
    const readers = await openAndLeave(server.port, way, numbersOf(seed));
    await vi.waitFor(() => expect(server.streams.counts.open).toBe(0));
    await bench.stopRunning();
    await vi.waitFor(() => expect(store.held.watchers).toBe(0));
    expect(server.ending.map((signal) => getEventListeners(signal, 'abort').length)).toEqual([0, 0]);
    await vi.waitFor(() => expect([clock.pending, intervals() - before]).toEqual([0, 0]));
    const { openedTotal } = server.streams.counts;
    // Some left before their stream was admitted, some before its first byte, and some while it spoke.
    const begun = readers.filter(({ status }) => status === 200).length;
    expect(STREAMS).toBeGreaterThan(openedTotal);
    expect(openedTotal).toBeGreaterThan(begun);
    expect(begun).toBeGreaterThan(0);
    expect(server.logged().filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe.each(WAYS)('readers by $name, of whom one stays', (way) => {
  test('leave that one alone', async () => {
    await using bench = await startSessions();
    const { server } = bench;
    const stays = new RawReader(server.port, way.start('session-0'));
    await vi.waitFor(() => expect(stays.status).toBe(200));
    await openAndLeave(server.port, way, numbersOf(4));
    await vi.waitFor(() => expect(server.streams.counts.open).toBe(1));
    await vi.waitFor(() => expect(stays.text).toContain(`"sequence":${UPDATES + 1}`));
    expect(getEventListeners(server.ending[way.name === 'REST' ? 1 : 0] as AbortSignal, 'abort')).toHaveLength(1);
  });
});
