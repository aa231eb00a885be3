import { describe, expect, test } from 'vitest';
import { HEARTBEAT_MS, LEASE_MS } from '../support/test-instance.ts';
import { START, TakeoverBench, UNDISTURBED } from './takeover-bench.ts';

describe('an outage of the store', () => {
  test('for all of them, longer than a lease, has nobody claim anything: each goes on with its own', async () => {
    await using bench = new TakeoverBench();
    const [one, two] = await bench.pair();
    await one.begin('session-1', START);
    await two.begin('session-2', START);
    for (const { link } of [one, two]) link.isAway = true;
    await bench.clock.pass(2 * LEASE_MS);
    expect([one.runner.held, two.runner.held]).toEqual([
      { running: 0, waiting: 0, paused: 1 },
      { running: 0, waiting: 0, paused: 1 },
    ]);
    // One is back earlier than the other.
    one.link.isAway = false;
    await bench.clock.pass(LEASE_MS - HEARTBEAT_MS - 1);
    two.link.isAway = false;
    await bench.clock.pass(2 * LEASE_MS);
    for (const { runner, link } of [one, two]) {
      expect(link.calls.get('claim')).toBeUndefined();
      expect(runner.counts).toMatchObject({ started: 1, takenOver: 0, fenced: 0, paused: 1 });
      expect(runner.held).toEqual({ running: 0, waiting: 1, paused: 0 });
    }
    for (const name of ['session-1', 'session-2']) {
      await bench.answer(name);
      expect(await bench.told(name)).toEqual(UNDISTURBED);
    }
  });

  test('for one of them has the others take its sessions, and it lets go of them', async () => {
    await using bench = new TakeoverBench();
    const [one, two] = await bench.pair();
    await one.begin('session', START);
    one.link.isAway = true;
    await bench.clock.pass(15_000);
    expect(two.runner.held.waiting).toBe(1);
    one.link.isAway = false;
    await bench.clock.pass(5000);
    expect(one.runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
    await bench.answer('session');
    expect(await bench.told('session')).toEqual(UNDISTURBED);
  });

  test('is said once in the log, however many sessions it hits', async () => {
    await using bench = new TakeoverBench();
    const [one] = await bench.pair();
    for (let index = 0; index < 20; index += 1) await one.begin(`session-${index}`, START);
    one.link.isAway = true;
    await bench.clock.pass(5 * LEASE_MS);
    one.link.isAway = false;
    await bench.clock.pass(5 * LEASE_MS);
    const messages = one.log.lines.map(({ message }) => message);
    // Each of them went on elsewhere meanwhile.
    expect(messages.filter((message) => message === 'a lease was refused')).toHaveLength(20);
    expect(messages.filter((message) => message !== 'a lease was refused')).toEqual([
      'the heartbeat fails',
      'the lease of this instance is over: its sessions are paused',
      'the heartbeat works again',
    ]);
  });
});

describe('a reply that was lost', () => {
  test('of a start: the session is in hand after two looks', async () => {
    await using bench = new TakeoverBench();
    const [one] = await bench.pair();
    one.link.losesReplyTo = 'start';
    await expect(one.begin('session', START)).rejects.toThrow('Try again');
    one.takeover.lookForOwn();
    await bench.clock.pass(2 * HEARTBEAT_MS);
    expect(one.runner.held.waiting).toBe(1);
    await bench.answer('session');
    expect(await bench.told('session')).toEqual(UNDISTURBED);
    expect(one.runner.counts).toMatchObject({ started: 0, takenOver: 1 });
  });

  test('of a start that nobody reported: a survey finds it', async () => {
    await using bench = new TakeoverBench();
    const [one] = await bench.pair();
    one.link.losesReplyTo = 'start';
    await expect(one.begin('session', START)).rejects.toThrow('Try again');
    await bench.clock.pass(4 * LEASE_MS);
    expect(one.runner.held.waiting).toBe(1);
  });

  test('of a claim: it is claimed again, under the same epoch', async () => {
    await using bench = new TakeoverBench();
    const [one, two] = await bench.pair();
    await one.begin('session', START);
    one.link.kill();
    two.link.losesReplyTo = 'claim';
    await bench.clock.pass(15_000);
    expect(two.link.losesReplyTo).toBeUndefined();
    expect(two.runner.held.waiting).toBe(1);
    expect(two.runner.epochOf({ account: 'demo', sessionId: 'session' })).toBe(2);
  });
});
