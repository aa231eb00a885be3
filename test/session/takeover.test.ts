import { afterEach, describe, expect, test } from 'vitest';
import type { RunContext } from '../../src/pipeline/run-context.ts';
import type { Answer, MatchingEvent, MatchResultsBody } from '../../src/protocol.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import type { SessionStore } from '../../src/session/session-store.ts';
import { ManualClock, settle } from '../support/manual-clock.ts';
import { locationQuestion, matchingInput, noOffers } from '../support/session-samples.ts';
import { HEARTBEAT_MS, LEASE_MS, TestInstance } from '../support/test-instance.ts';

const ADDRESS: Answer = { kind: 'address', address: 'Potsdamer Platz 1' };
const START = { input: matchingInput(), startToken: 't', maxLifeMs: 1_800_000, retentionMs: 600_000 };

/** What the runs of all instances did, and where the next one is to hang. */
class Journal {
  readonly calls: string[] = [];
  hangsAt: string | undefined;

  /** Four steps, with a question in the middle. */
  run = async (run: RunContext): Promise<MatchResultsBody> => {
    await this.#step(run, 'a', 0.2);
    await this.#step(run, 'b', 0.4);
    await run.ask('work', locationQuestion());
    await this.#step(run, 'c', 0.6);
    await this.#step(run, 'd', 0.8);
    return noOffers();
  };

  async #step(run: RunContext, name: string, progress: number): Promise<void> {
    await run.step(`step ${name}`, async () => {
      this.calls.push(name);
      if (this.hangsAt === `in ${name}`) await new Promise(() => {});
      return name;
    });
    if (this.hangsAt === `after ${name}`) await new Promise(() => {});
    await run.progress(name, { stage: 'finding_centers', progress, details: name });
  }
}

/** One store, and the instances over it. */
class Bench {
  readonly clock = new ManualClock();
  readonly store = new MemorySessionStore(this.clock);
  readonly journal = new Journal();
  readonly instances: TestInstance[] = [];

  async instance(name: string): Promise<TestInstance> {
    const { store, clock } = this;
    const instance = new TestInstance({ name, store, clock, run: async (run) => this.journal.run(run) });
    this.instances.push(instance);
    return instance.start();
  }

  /** Two instances that have both been alive for long. */
  async pair(): Promise<readonly [TestInstance, TestInstance]> {
    const pair = [await this.instance('one'), await this.instance('two')] as const;
    await this.clock.pass(2 * LEASE_MS);
    return pair;
  }

  async events(sessionId: string): Promise<readonly MatchingEvent[]> {
    return (await this.store.read({ account: 'demo', sessionId }, 0, 1000))?.events ?? [];
  }

  async told(sessionId: string): Promise<string[]> {
    return (await this.events(sessionId)).map((event) =>
      event.type === 'processing_update' ? event.details : event.type,
    );
  }

  async answer(sessionId: string): Promise<void> {
    await this.store.answer({ account: 'demo', sessionId }, 'interaction_0', ADDRESS, 'ok');
    await settle();
  }
}

let bench = new Bench();
afterEach(async () => {
  for (const { link } of bench.instances) link.thaw();
  for (const { link } of bench.instances) link.kill();
  await bench.store.close();
  bench = new Bench();
});

const UNDISTURBED = ['a', 'b', 'user_interaction', 'ok', 'c', 'd', 'match_results'];

describe('an instance that is killed', () => {
  for (const at of ['in a', 'after a', 'in b', 'after b', 'waiting', 'in c', 'after c', 'in d', 'after d']) {
    test(`${at}: another one goes on from there within 15 s, as if nothing had happened`, async () => {
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
    const [one] = await bench.pair();
    await one.begin('session', START);
    one.link.kill();
    await bench.answer('session');
    expect(await bench.told('session')).toEqual(UNDISTURBED.slice(0, 4));
    await bench.clock.pass(15_000);
    expect(await bench.told('session')).toEqual(UNDISTURBED);
  });

  test('with many sessions: all are taken, each by one of those that are left', async () => {
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
    const one = await bench.instance('one');
    await one.begin('session', START);
    one.link.kill();
    await bench.instance('one, once more');
    await bench.clock.pass(15_000);
    await bench.answer('session');
    expect(await bench.told('session')).toEqual(UNDISTURBED);
  });
});

describe('an instance that is frozen beyond its lease', () => {
  for (const at of ['in a call', 'before a call', 'before a question', 'before the end'] as const) {
    test(`and wakes up ${at} calls and writes nothing: the taker has done it`, async () => {
      await bench.pair();
      const woken = Promise.withResolvers<void>();
      const begun: string[] = [];
      let runs = 0;
      bench.journal.run = async (context) => {
        const run = runs++;
        const sleeps = async (here: typeof at): Promise<void> => {
          if (run === 0 && here === at) await woken.promise;
        };
        await context.progress('begun', { stage: 'finding_centers', progress: 0.1, details: 'begun' });
        await sleeps('before a call');
        if (at.endsWith('call')) {
          await context.step('call', async () => {
            begun.push(`call of run ${run}`);
            await sleeps('in a call');
            return run;
          });
          await context.step('next', () => begun.push(`next of run ${run}`));
        }
        await sleeps('before a question');
        if (at === 'before a question') await context.ask('work', locationQuestion());
        await sleeps('before the end');
        return noOffers();
      };
      const frozen = await bench.instance('frozen');
      await bench.clock.pass(2 * LEASE_MS);
      await frozen.begin('session', START);
      frozen.link.freeze();
      await bench.clock.pass(15_000);
      await bench.answer('session');
      const log = await bench.events('session');
      expect(log.at(-1)?.type).toBe('match_results');
      // What it waited for is what it wakes up to: no timer has fired yet.
      woken.resolve();
      await settle();
      frozen.link.thaw();
      await bench.clock.pass(30_000);
      expect(await bench.events('session')).toEqual(log);
      expect(begun.filter((name) => name.endsWith('run 0'))).toEqual(at === 'in a call' ? ['call of run 0'] : []);
      const { append = 0, ...calls } = Object.fromEntries(frozen.link.calls);
      expect(append).toBe(1);
      for (const verb of ['record', 'ask', 'finish', 'claim']) expect(calls).not.toHaveProperty(verb);
      expect(frozen.runner.size).toBe(0);
      expect(frozen.runner.counts).toMatchObject({ paused: 1, fenced: 1, finished: { results: 0, error: 0 } });
    });
  }

  test('while its session waits lets go of it when it is back, and asks nothing twice', async () => {
    const [one, two] = await bench.pair();
    await one.begin('session', START);
    one.link.freeze();
    await bench.clock.pass(15_000);
    expect(two.runner.held.waiting).toBe(1);
    one.link.thaw();
    await bench.clock.pass(5000);
    expect(one.runner.size).toBe(0);
    await bench.answer('session');
    expect(await bench.told('session')).toEqual(UNDISTURBED);
    expect(bench.journal.calls).toEqual(['a', 'b', 'c', 'd']);
  });

  test('goes on with what nobody has taken', async () => {
    const one = await bench.instance('one');
    await bench.clock.pass(2 * LEASE_MS);
    await one.begin('session', START);
    one.link.freeze();
    await bench.clock.pass(60_000 - 1);
    one.link.thaw();
    await settle();
    expect(one.runner.held.waiting).toBe(1);
    await bench.answer('session');
    expect(await bench.told('session')).toEqual(UNDISTURBED);
    expect(one.runner.counts).toMatchObject({ started: 1, takenOver: 0, paused: 1 });
  });
});

describe('an outage of the store', () => {
  test('for all of them, longer than a lease, has nobody claim anything: each goes on with its own', async () => {
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

describe('an instance that is told to stop', () => {
  test('hands over at once: others need not wait for its lease', async () => {
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

describe('a reply that was lost', () => {
  test('of a start: the session is in hand after two looks', async () => {
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
    const [one] = await bench.pair();
    one.link.losesReplyTo = 'start';
    await expect(one.begin('session', START)).rejects.toThrow('Try again');
    await bench.clock.pass(4 * LEASE_MS);
    expect(one.runner.held.waiting).toBe(1);
  });

  test('of a claim: it is claimed again, under the same epoch', async () => {
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

describe('an instance that has all its sessions', () => {
  test('never claims one of them from itself, also while starts are under way', async () => {
    const [one] = await bench.pair();
    for (let index = 0; index < 30; index += 1) {
      await one.begin(`session-${index}`, START);
      one.takeover.lookForOwn();
      await bench.clock.pass(HEARTBEAT_MS);
    }
    expect(one.link.calls.get('claim')).toBeUndefined();
  });

  test('does not claim one whose start is under way during a look', async () => {
    const [one] = await bench.pair();
    const reply = Promise.withResolvers<void>();
    Object.defineProperty(bench.store, 'start', {
      configurable: true,
      value: async (...given: Parameters<SessionStore['start']>) => {
        const started = await MemorySessionStore.prototype.start.apply(bench.store, given);
        await reply.promise;
        return started;
      },
    });
    const begun = one.begin('session', START);
    one.takeover.lookForOwn();
    await bench.clock.pass(HEARTBEAT_MS);
    expect(one.link.calls.get('runningOn')).toBe(1);
    reply.resolve();
    await begun;
    await bench.clock.pass(4 * LEASE_MS);
    expect(one.link.calls.get('claim')).toBeUndefined();
    expect(one.runner.counts).toMatchObject({ started: 1, takenOver: 0 });
  });

  test('surveys every three leases', async () => {
    const [one] = await bench.pair();
    const before = one.link.calls.get('survey') ?? 0;
    await bench.clock.pass(30 * LEASE_MS);
    expect((one.link.calls.get('survey') ?? 0) - before).toBe(10);
  });

  test('surveys no more than four times a lease while others are silent', async () => {
    const [one, two] = await bench.pair();
    two.link.kill();
    await bench.clock.pass(LEASE_MS + HEARTBEAT_MS);
    const before = one.link.calls.get('survey') ?? 0;
    await bench.clock.pass(4 * LEASE_MS);
    expect((one.link.calls.get('survey') ?? 0) - before).toBeLessThanOrEqual(16);
  });
});

test('surveys and claims do not overlap, and closing waits for what is under way', async () => {
  const [one, two] = await bench.pair();
  const reply = Promise.withResolvers<void>();
  let underWay = 0;
  let surveys = 0;
  Object.defineProperty(bench.store, 'survey', {
    configurable: true,
    value: async (...given: Parameters<SessionStore['survey']>) => {
      surveys += 1;
      underWay += 1;
      await reply.promise;
      underWay -= 1;
      return MemorySessionStore.prototype.survey.apply(bench.store, given);
    },
  });
  one.link.kill();
  await bench.clock.pass(3 * LEASE_MS);
  expect({ surveys, underWay }).toEqual({ surveys: 1, underWay: 1 });
  let closed = false;
  const closing = two.takeover.close().finally(() => {
    closed = true;
  });
  await settle();
  expect(closed).toBe(false);
  reply.resolve();
  await closing;
  expect(underWay).toBe(0);
});
