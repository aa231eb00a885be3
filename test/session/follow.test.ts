import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorBody, SessionFailure } from '../../src/errors.ts';
import type { MatchingEvent } from '../../src/protocol.ts';
import { follow } from '../../src/session/follow.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import type { Lease, LogPage, SessionStore } from '../../src/session/session-store.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { matchingInput, progressAt } from '../support/session-samples.ts';

async function beginning(): Promise<{ store: MemorySessionStore; clock: ManualClock; lease: Lease }> {
  const clock = new ManualClock();
  const store = new MemorySessionStore(clock);
  const key = { account: 'demo', sessionId: 'followed-session' };
  const start = { input: matchingInput(), startToken: 't', instance: 'i', maxLifeMs: 60_000, retentionMs: 1000 };
  const started = await store.start(key, start);
  if (started.outcome !== 'started') throw new Error('not started');
  return { store, clock, lease: started.lease };
}

async function readAll(events: AsyncIterable<MatchingEvent>): Promise<MatchingEvent[]> {
  return Array.fromAsync(events);
}

const END = errorBody('session_cancelled');

describe('a reader', () => {
  test('sees the log from its cursor to its end, whenever it comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(8), fc.nat(9), fc.nat(9), async (count, joinsAfter, cursor) => {
        const { store, clock, lease } = await beginning();
        const after = Math.min(cursor, joinsAfter, count);
        let reading: Promise<MatchingEvent[]> | undefined;
        for (let at = 0; at < count; at += 1) {
          if (at === joinsAfter) reading = readAll(follow(store, lease, { after, clock }));
          await store.append(lease, `at ${at}`, progressAt(at / 10));
        }
        reading ??= readAll(follow(store, lease, { after, clock }));
        await store.finish(lease, END);
        const log = (await store.read(lease, 0, 100))?.events ?? [];
        expect(await reading).toEqual(log.slice(after));
        expect(store.held.watchers).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('that is cut at any event and comes back with its cursor sees every event once', async () => {
    const { store, clock, lease } = await beginning();
    for (let at = 0; at < 6; at += 1) await store.append(lease, `at ${at}`, progressAt(at / 10));
    await store.finish(lease, END);
    const log = (await store.read(lease, 0, 100))?.events ?? [];
    for (let cut = 0; cut <= log.length; cut += 1) {
      const first: MatchingEvent[] = [];
      const events = follow(store, lease, { after: 0, clock });
      while (first.length < cut) first.push((await events.next()).value as MatchingEvent);
      await events.return?.();
      const rest = await readAll(follow(store, lease, { after: first.at(-1)?.sequence ?? 0, clock }));
      expect([...first, ...rest]).toEqual(log);
    }
    expect(store.held.watchers).toBe(0);
  });

  test('acquires nothing before it asks for the first event', async () => {
    const { store, clock, lease } = await beginning();
    follow(store, lease, { after: 0, clock });
    await settle();
    expect(store.held.watchers).toBe(0);
  });

  test('that leaves while it waits is let go at once, and nothing of it stays', async () => {
    const { store, clock, lease } = await beginning();
    const events = follow(store, lease, { after: 0, clock });
    const pending = events.next();
    await settle();
    expect(store.held.watchers).toBe(1);
    await events.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(store.held.watchers).toBe(0);
  });

  test('that leaves while its watch is being set up leaves nothing', async () => {
    const { store, clock, lease } = await beginning();
    const events = follow(store, lease, { after: 0, clock });
    const pending = events.next();
    await events.return?.();
    expect((await pending).done).toBe(true);
    await settle();
    expect(store.held.watchers).toBe(0);
  });

  test('of a session that is forgotten meanwhile is told so, and ends', async () => {
    const { store, clock, lease } = await beginning();
    const reading = readAll(follow(store, lease, { after: 0, clock }));
    await settle();
    await clock.pass(62_000);
    expect(await reading).toMatchObject([{ errorCode: 'session_not_found', sequence: 0, fatal: true }]);
  });

  test('with a cursor beyond the log is told that history was lost, and gets the log from 1', async () => {
    const { store, clock, lease } = await beginning();
    await store.append(lease, 'a', progressAt(0.1));
    await store.finish(lease, END);
    const events = await readAll(follow(store, lease, { after: 7, clock }));
    expect(events).toMatchObject([
      { errorCode: 'history_lost', sequence: 0, fatal: false },
      { type: 'processing_update', sequence: 1 },
      { errorCode: 'session_cancelled', sequence: 2 },
    ]);
  });

  test('of a log that was begun anew under its feet is told so, and gets the new one from 1', async () => {
    const { store, clock, lease } = await beginning();
    await store.append(lease, 'a', progressAt(0.1));
    let generation: string | undefined;
    const renewed: SessionStore = Object.create(store, {
      watch: { value: store.watch.bind(store) },
      read: {
        value: async (...given: Parameters<SessionStore['read']>): Promise<LogPage | undefined> => {
          const page = await store.read(...given);
          return page && { ...page, generation: generation ?? page.generation };
        },
      },
    });
    const events = follow(renewed, lease, { after: 0, clock });
    expect((await events.next()).value).toMatchObject({ sequence: 1 });
    generation = 'another';
    await store.append(lease, 'b', progressAt(0.2));
    expect((await events.next()).value).toMatchObject({ errorCode: 'history_lost' });
    expect((await events.next()).value).toMatchObject({ sequence: 1 });
    await events.return?.();
  });

  test('reads once for each ring, and not again without one', async () => {
    const { store, clock, lease } = await beginning();
    let reads = 0;
    const counting: Pick<SessionStore, 'read' | 'watch'> = {
      watch: store.watch.bind(store),
      read: async (...given) => {
        reads += 1;
        return store.read(...given);
      },
    };
    const events = follow(counting, lease, { after: 0, clock });
    for (let count = 1; count <= 3; count += 1) {
      const next = events.next();
      await settle();
      await store.append(lease, `at ${count}`, progressAt(count / 10));
      await next;
      expect(reads).toBe(1 + count);
    }
    await events.return?.();
  });

  test('whose calls overlap gets every event once, in order', async () => {
    const { store, clock, lease } = await beginning();
    const events = follow(store, lease, { after: 0, clock });
    const all = Promise.all(Array.from({ length: 4 }, async () => events.next()));
    await settle();
    for (const at of [0.1, 0.2, 0.3]) await store.append(lease, `at ${at}`, progressAt(at));
    await store.finish(lease, END);
    expect((await all).map(({ value }) => (value as MatchingEvent).sequence)).toEqual([1, 2, 3, 4]);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a reader whose store is away', () => {
  /** A store that can be cut off, and one that was away for long. */
  async function cutOff() {
    const { store, clock, lease } = await beginning();
    const state = { isAway: true, tries: [] as number[] };
    const check = (): void => {
      if (!state.isAway) return;
      state.tries.push(clock.now());
      throw new SessionFailure('unavailable');
    };
    const reached: Pick<SessionStore, 'read' | 'watch'> = {
      watch: async (...given) => {
        check();
        return store.watch(...given);
      },
      read: async (...given) => {
        check();
        return store.read(...given);
      },
    };
    return { store, clock, lease, state, reached };
  }

  test('tries again after half a second, then every second, and goes on when it is back', async () => {
    const { store, clock, lease, state, reached } = await cutOff();
    const reading = readAll(follow(reached, lease, { after: 0, clock }));
    await settle();
    await clock.pass(10_000);
    const pauses = state.tries.slice(1).map((at, index) => at - (state.tries[index] ?? 0));
    expect(pauses).toEqual([500, ...Array.from({ length: 9 }, () => 1000)]);
    await store.append(lease, 'a', progressAt(0.1));
    await store.finish(lease, END);
    state.isAway = false;
    await clock.pass(1000);
    expect((await reading).map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  test('goes on at the first ring', async () => {
    const { store, clock, lease, state, reached } = await cutOff();
    state.isAway = false;
    const events = follow(reached, lease, { after: 0, clock });
    const first = events.next();
    await settle();
    state.isAway = true;
    await store.append(lease, 'a', progressAt(0.1));
    await settle();
    state.isAway = false;
    await store.append(lease, 'b', progressAt(0.2));
    await settle();
    expect((await first).value).toMatchObject({ sequence: 1 });
    expect((await events.next()).value).toMatchObject({ sequence: 2 });
    await events.return?.();
  });

  test('does not hurry for a ring that came with the refusal', async () => {
    const { store, clock, lease, state, reached } = await cutOff();
    let ring = (): void => {};
    const ringing: Pick<SessionStore, 'read' | 'watch'> = {
      watch: async (key, rings) => {
        ring = rings;
        return store.watch(key, rings);
      },
      read: async (...given) => {
        ring();
        return reached.read(...given);
      },
    };
    const events = follow(ringing, lease, { after: 0, clock });
    const pending = events.next();
    await settle();
    await clock.pass(3000);
    expect(state.tries).toHaveLength(4);
    await events.return?.();
    await pending;
  });

  test('leaves at once while it waits to try again, and no timer stays', async () => {
    const { store, clock, lease, reached } = await cutOff();
    const before = clock.pending;
    const events = follow(reached, lease, { after: 0, clock });
    const pending = events.next();
    await clock.pass(700);
    expect(clock.pending).toBe(before + 1);
    await events.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    await settle();
    expect(clock.pending).toBe(before);
    expect(store.held.watchers).toBe(0);
  });

  test('is told that history was lost when the log was begun anew meanwhile', async () => {
    const { store, clock, lease, state, reached } = await cutOff();
    state.isAway = false;
    await store.append(lease, 'a', progressAt(0.1));
    const events = follow(reached, lease, { after: 0, clock });
    expect((await events.next()).value).toMatchObject({ sequence: 1 });
    const next = events.next();
    await settle();
    state.isAway = true;
    // Forgotten, and started under the same id once more.
    await clock.pass(62_000);
    const start = { input: matchingInput(), startToken: 'u', instance: 'i', maxLifeMs: 60_000, retentionMs: 1000 };
    const again = await store.start(lease, start);
    if (again.outcome !== 'started') throw new Error('not started');
    await store.append(again.lease, 'a', progressAt(0.1));
    await store.append(again.lease, 'b', progressAt(0.2));
    state.isAway = false;
    await clock.pass(1000);
    expect((await next).value).toMatchObject({ errorCode: 'history_lost', sequence: 0, fatal: false });
    expect((await events.next()).value).toMatchObject({ sequence: 1 });
    expect((await events.next()).value).toMatchObject({ sequence: 2 });
    await events.return?.();
  });

  test('ends with any other failure: that is a mistake, which waiting does not mend', async () => {
    const { store, clock, lease } = await beginning();
    const broken: Pick<SessionStore, 'read' | 'watch'> = {
      watch: store.watch.bind(store),
      read: async () => Promise.reject(new TypeError('a mistake')),
    };
    const events = follow(broken, lease, { after: 0, clock });
    await expect(events.next()).rejects.toThrow(TypeError);
    expect(store.held.watchers).toBe(0);
  });
});
