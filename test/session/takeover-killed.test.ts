import { describe, expect, test } from 'vitest';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import type { SessionStore } from '../../src/session/session-store.ts';
import { HEARTBEAT_MS, LEASE_MS } from '../support/test-instance.ts';
import { START, TakeoverBench, UNDISTURBED } from './takeover-bench.ts';

describe('an instance that is killed', () => {
  for (const at of ['in a', 'after a', 'in b', 'after b', 'waiting', 'in c', 'after c', 'in d', 'after d']) {
    test(`${at}: another one goes on from there within 15 s, as if nothing had happened`, async () => {
      await using bench = new TakeoverBench();
      const [one, two] = await bench.pair();
      bench.journal.hangsAt = at;
      await one.begin('session', START);
      if (/[cd]$/u.test(at)) await bench.answer('session');
      one.link.kill();
      bench.journal.hangsAt = undefined;
      await bench.clock.pass(15_000);
      await bench.answer('session');
      expect(await bench.told('session')).toEqual(UNDISTURBED);
      expect((await bench.events('session')).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      // A call that was under way is made once more, a recorded one is not.
      const repeated = /^in (.)$/u.exec(at)?.[1];
      expect(bench.journal.calls).toEqual(
        ['a', 'b', 'c', 'd'].flatMap((name) => (name === repeated ? [name, name] : [name])),
      );
      expect(two.runner.counts).toMatchObject({ started: 0, takenOver: 1, fenced: 0 });
      expect(two.runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
    });
  }

  test('while a person thinks: the question keeps its deadline, and a timeout ends the session', async () => {
    await using bench = new TakeoverBench();
    const [one, two] = await bench.pair();
    await one.begin('session', START);
    const question = (await bench.events('session')).at(-1);
    one.link.kill();
    await bench.clock.pass(60_000);
    const last = (await bench.events('session')).at(-1);
    expect(last).toMatchObject({ errorCode: 'user_interaction_timeout', sequence: 4 });
    expect(question?.type === 'user_interaction' && question.expiresAt).toBe(last?.timestamp);
    expect(two.runner.counts.finished).toMatchObject({ timeout: 1 });
  });

  test('with an answer that nobody has acted on: the answer is not lost', async () => {
    await using bench = new TakeoverBench();
    const [one] = await bench.pair();
    await one.begin('session', START);
    one.link.kill();
    await bench.answer('session');
    expect(await bench.told('session')).toEqual(UNDISTURBED.slice(0, 4));
    await bench.clock.pass(15_000);
    expect(await bench.told('session')).toEqual(UNDISTURBED);
  });

  test('with many sessions: all are taken, each by one of those that are left', async () => {
    await using bench = new TakeoverBench();
    const [one, two] = await bench.pair();
    const three = await bench.instance('three');
    await bench.clock.pass(2 * LEASE_MS);
    const names = Array.from({ length: 50 }, (_, index) => `session-${index}`);
    for (const name of names) await one.begin(name, START);
    one.link.kill();
    await bench.clock.pass(15_000);
    expect(two.runner.held.waiting + three.runner.held.waiting).toBe(50);
    for (const name of names) await bench.answer(name);
    for (const name of names) expect(await bench.told(name)).toEqual(UNDISTURBED);
  });

  test('has its sessions claimed in an order of its own by each of the others', async () => {
    await using bench = new TakeoverBench();
    const [one] = await bench.pair();
    const names = Array.from({ length: 20 }, (_, index) => `session-${index}`);
    for (const name of names) await one.begin(name, START);
    const claimed: string[] = [];
    Object.defineProperty(bench.store, 'claim', {
      configurable: true,
      value: async (...given: Parameters<SessionStore['claim']>) => {
        claimed.push(given[0].sessionId);
        return MemorySessionStore.prototype.claim.apply(bench.store, given);
      },
    });
    one.link.kill();
    await bench.clock.pass(15_000);
    expect(claimed).not.toEqual(names);
    expect(claimed).not.toEqual(names.toReversed());
    expect(claimed.toSorted()).toEqual(names.toSorted());
  });

  test('and started again under another name: its sessions go on without any other instance', async () => {
    await using bench = new TakeoverBench();
    const one = await bench.instance('one');
    await one.begin('session', START);
    one.link.kill();
    await bench.instance('one, once more');
    await bench.clock.pass(15_000);
    await bench.answer('session');
    expect(await bench.told('session')).toEqual(UNDISTURBED);
  });
});

describe('an instance that is told to stop', () => {
  test('hands over at once: others need not wait for its lease', async () => {
    await using bench = new TakeoverBench();
    const [one, two] = await bench.pair();
    await one.begin('session', START);
    await one.leave();
    expect(bench.store.held.watchers).toBe(0);
    await bench.clock.pass(HEARTBEAT_MS);
    expect(two.runner.held.waiting).toBe(1);
    await bench.answer('session');
    expect(await bench.told('session')).toEqual(UNDISTURBED);
  });
});
