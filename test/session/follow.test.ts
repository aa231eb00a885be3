import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorBody } from '../../src/errors.ts';
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
});
