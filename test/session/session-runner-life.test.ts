import { afterEach, describe, expect, test } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import type { RunContext } from '../../src/pipeline/run-context.ts';
import type { MatchResultsBody } from '../../src/protocol.ts';
import { settle } from '../support/manual-clock.ts';
import { ADDRESS, progressOf, RunnerBench } from '../support/runner-bench.ts';
import { locationQuestion, matchingInput, noOffers } from '../support/session-samples.ts';
import { recordedUnder } from './recorded-under.ts';

let bench = new RunnerBench();
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  bench = new RunnerBench();
});

describe('a runner whose instance has lost its lease', () => {
  test('aborts the call in flight, records nothing, and makes it again when it is alive again', async () => {
    const lease = await bench.start();
    const calls: AbortSignal[] = [];
    const runner = bench.runner(async (run) => {
      await progressOf(run, 'begun', 0.1);
      await run.step('call', async (signal) => {
        calls.push(signal);
        if (calls.length === 1) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    bench.lifeline.lose();
    await settle();
    expect(calls.map(({ aborted }) => aborted)).toEqual([true]);
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 1 });
    expect((await recordedUnder(bench.store, lease)).steps.size).toBe(0);
    await bench.clock.pass(5000);
    expect(calls).toHaveLength(1);
    bench.lifeline.regain();
    await settle();
    expect(calls).toHaveLength(2);
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual(['processing_update', 'match_results']);
    expect(runner.counts).toEqual({
      started: 1,
      takenOver: 0,
      finished: { results: 1, error: 0, timeout: 0, overrun: 0, cancelled: 0, gone: 0 },
      fenced: 0,
      rewound: 0,
      paused: 1,
    });
  });

  test('and has it back while a record is still under way waits for that record, and makes no call twice', async () => {
    const lease = await bench.start();
    const carriedOut = Promise.withResolvers<void>();
    const record = bench.store.record.bind(bench.store);
    let records = 0;
    bench.store.record = async (...given) => {
      records += 1;
      if (records === 1) await carriedOut.promise;
      return record(...given);
    };
    let calls = 0;
    const runner = bench.runner(async (run) => {
      await run.step('call', () => {
        calls += 1;
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    bench.lifeline.lose();
    bench.lifeline.regain();
    await settle();
    carriedOut.resolve();
    await settle();
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual(['match_results']);
    expect(calls).toBe(1);
  });

  test('and has it back at once begins again, undisturbed by the run that was aborted', async () => {
    const lease = await bench.start();
    let runs = 0;
    const runner = bench.runner(async (run) => {
      runs += 1;
      if (runs === 1) await new Promise((resolve) => run.signal.addEventListener('abort', resolve));
      await progressOf(run, `run ${runs}`, 0.1);
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    bench.lifeline.lose();
    bench.lifeline.regain();
    await settle();
    expect((await bench.events(lease)).map((event) => ('details' in event ? event.details : event.type))).toEqual([
      'run 2',
      'match_results',
    ]);
    expect(runner.size).toBe(0);
  });

  test('keeps those that wait, does not run them again, and goes on with the answer that came meanwhile', async () => {
    const lease = await bench.start();
    let runs = 0;
    const runner = bench.runner(async (run) => {
      runs += 1;
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    for (let time = 0; time < 3; time += 1) {
      bench.lifeline.lose();
      await settle();
      bench.lifeline.regain();
      await settle();
    }
    expect(runs).toBe(1);
    expect(runner.held).toEqual({ running: 0, waiting: 1, paused: 0 });
    bench.lifeline.lose();
    await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
    await settle();
    expect(runs).toBe(1);
    bench.lifeline.regain();
    await settle();
    expect(runs).toBe(2);
    expect((await bench.events(lease)).at(-1)?.type).toBe('match_results');
    expect(bench.store.held.watchers).toBe(0);
  });

  test('lets go of what was taken over meanwhile', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    bench.lifeline.lose();
    await bench.store.claim(lease, 1, 'two');
    bench.lifeline.regain();
    await settle();
    expect(runner.size).toBe(0);
    expect(runner.counts.fenced).toBe(1);
    expect(bench.store.held.watchers).toBe(0);
  });

  test('keeps a session that it is given, and begins it when it is alive again', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async () => noOffers());
    bench.lifeline.lose();
    await runner.take(lease);
    await settle();
    expect(runner.held.paused).toBe(1);
    expect(await bench.events(lease)).toEqual([]);
    bench.lifeline.regain();
    await settle();
    expect((await bench.events(lease)).at(-1)?.type).toBe('match_results');
  });

  for (const verb of ['watch', 'recorded', 'append', 'record', 'ask', 'finish', 'expire'] as const) {
    test(`in the middle of ${verb} goes on from there, and does nothing twice`, async () => {
      const lease = await bench.start();
      const works = bench.store[verb].bind(bench.store) as (...given: unknown[]) => Promise<unknown>;
      const tried = new Set<string>();
      Object.defineProperty(bench.store, verb, {
        value: async (...given: unknown[]) => {
          const reply = await works(...given);
          if (tried.size === 0) bench.lifeline.lose();
          tried.add(verb);
          return reply;
        },
      });
      let steps = 0;
      const runner = bench.runner(async (run) => {
        await progressOf(run, 'begun', 0.1);
        await run.step('step', () => {
          steps += 1;
          return null;
        });
        await run.ask('work', locationQuestion());
        return noOffers();
      });
      void runner.take(lease);
      await settle();
      if (tried.size === 0) await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      await settle();
      expect(tried.size).toBe(1);
      expect(runner.held).toMatchObject({ running: 0, waiting: 0 });
      bench.lifeline.regain();
      await settle();
      await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      await settle();
      expect((await bench.events(lease)).map(({ type }) => type)).toEqual([
        'processing_update',
        'user_interaction',
        'processing_update',
        'match_results',
      ]);
      expect(steps).toBe(1);
      expect(runner.size).toBe(0);
      expect(bench.store.held.watchers).toBe(0);
    });
  }
});

describe('a log that went back in time', () => {
  const rewound = { errorCode: 'processing_error', fatal: true, errorDetails: { failedStage: 'finding_centers' } };

  const writes: Readonly<Record<string, (run: RunContext) => Promise<unknown>>> = {
    append: async (run) => progressOf(run, 'more', 0.5),
    record: async (run) => run.step('more', () => null),
    ask: async (run) => run.ask('more', locationQuestion()),
    finish: async () => null,
  };
  for (const [name, write] of Object.entries(writes)) {
    test(`is found by ${name}: the session ends in an error, under an id, and another generation`, async () => {
      const lease = await bench.start();
      const { generation } = lease;
      const runner = bench.runner(async (run) => {
        await progressOf(run, 'begun', 0.1);
        lease.seen = 100;
        await write(run);
        return noOffers();
      });
      void runner.take(lease);
      await settle();
      const last = (await bench.events(lease)).at(-1);
      expect(last).toMatchObject({ ...rewound, errorDetails: { parentId: matchingInput().parentId } });
      expect((await bench.store.read(lease, 0, 1))?.generation).not.toBe(generation);
      const { errorId } = (bench.log.lines[0]?.fields ?? {}) as { errorId?: string };
      expect(last?.type === 'error' && last.message).toContain(errorId);
      expect(runner.counts).toMatchObject({ rewound: 1, fenced: 0, finished: { results: 0, error: 1 } });
      expect(runner.size).toBe(0);
    });
  }

  test('under a session that waits is found when the store did not know the last beat', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await progressOf(run, 'begun', 0.1);
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    lease.seen = 100;
    bench.lifeline.beat();
    await settle();
    expect(runner.held.waiting).toBe(1);
    bench.lifeline.beat(false);
    await settle();
    expect((await bench.events(lease)).at(-1)).toMatchObject(rewound);
    expect(runner.counts.rewound).toBe(1);
  });

  test('ends in an error also for a pipeline that makes something else of it', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await progressOf(run, 'begun', 0.1);
      lease.seen = 100;
      await progressOf(run, 'more', 0.5).catch(() => {});
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    expect((await bench.events(lease)).at(-1)).toMatchObject(rewound);
  });
});

describe('a session that is taken again', () => {
  const asks = async (run: RunContext): Promise<MatchResultsBody> => {
    await run.ask('work', locationQuestion());
    return noOffers();
  };

  test('under a higher epoch replaces the one in hand', async () => {
    const lease = await bench.start();
    const runner = bench.runner(asks);
    void runner.take(lease);
    await settle();
    const second = await bench.store.claim(lease, 1, 'one');
    if (!second) throw new Error('not claimed');
    void runner.take(second);
    await settle();
    expect(runner.epochOf(lease)).toBe(2);
    expect(runner.held).toEqual({ running: 0, waiting: 1, paused: 0 });
    expect(bench.store.held.watchers).toBe(1);
    await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
    await settle();
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual([
      'user_interaction',
      'processing_update',
      'match_results',
    ]);
    expect(runner.counts).toMatchObject({ started: 1, takenOver: 1, fenced: 1 });
  });

  test('under the same or a lower epoch changes nothing', async () => {
    const lease = await bench.start();
    const second = await bench.store.claim(lease, 1, 'one');
    if (!second) throw new Error('not claimed');
    const runner = bench.runner(asks);
    for (const one of [second, lease, { ...second }]) void runner.take(one);
    await settle();
    expect(runner.size).toBe(1);
    expect(runner.epochOf(lease)).toBe(2);
    expect(runner.counts).toMatchObject({ started: 0, takenOver: 1 });
  });
});

describe('a runner that is drained', () => {
  test('waits for those at work, lets go of those that wait, and takes no more', async () => {
    const call = Promise.withResolvers<void>();
    const works = await bench.start();
    const runner = bench.runner(async (run) => {
      if (run.sessionId !== works.sessionId) await run.ask('work', locationQuestion());
      await run.step('call', async () => {
        await call.promise;
        return null;
      });
      return noOffers();
    });
    const waits = await bench.start(60_000, 'waiting-session');
    void runner.take(works);
    void runner.take(waits);
    await settle();
    expect(runner.held).toEqual({ running: 1, waiting: 1, paused: 0 });
    let drained = false;
    const draining = runner.drain(5000).finally(() => {
      drained = true;
    });
    await bench.clock.pass(4000);
    expect(runner.isOpen).toBe(false);
    expect(runner.held).toEqual({ running: 1, waiting: 0, paused: 0 });
    await runner.take(await bench.start(60_000, 'late-session'));
    expect(runner.size).toBe(1);
    expect(drained).toBe(false);
    call.resolve();
    await draining;
    expect((await bench.events(works)).at(-1)?.type).toBe('match_results');
    expect((await bench.store.snapshot(waits))?.status.completed).toBe(false);
    expect(bench.store.held.watchers).toBe(0);
  });

  test('lets a run come to its question, and puts it', async () => {
    const call = Promise.withResolvers<void>();
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await run.step('call', async () => {
        await call.promise;
        return null;
      });
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    const draining = runner.drain(5000);
    call.resolve();
    await draining;
    expect((await bench.events(lease)).at(-1)?.type).toBe('user_interaction');
    expect(runner.size).toBe(0);
  });

  test('aborts at the end of its time what is still at work, and ends no session', async () => {
    const lease = await bench.start();
    let aborted = false;
    const runner = bench.runner(async (run) => {
      await run.step('hangs', async (signal) => {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        aborted = true;
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    const draining = runner.drain(5000);
    await bench.clock.pass(4999);
    expect(aborted).toBe(false);
    await bench.clock.pass(1);
    await draining;
    expect(aborted).toBe(true);
    expect((await bench.store.snapshot(lease))?.status.completed).toBe(false);
    expect((await recordedUnder(bench.store, lease)).steps.size).toBe(0);
    expect(bench.store.held.watchers).toBe(0);
  });

  test('neither waits for a session whose database is away, nor runs it again', async () => {
    const lease = await bench.start();
    const works = await bench.start(60_000, 'working-session');
    let runs = 0;
    const runner = bench.runner(async (run) => {
      if (run.sessionId === works.sessionId) await new Promise(() => {});
      runs += 1;
      throw new SessionFailure('unavailable');
    });
    void runner.take(lease);
    void runner.take(works);
    await settle();
    const draining = runner.drain(5000);
    expect(runner.held).toEqual({ running: 1, waiting: 0, paused: 0 });
    await bench.clock.pass(5000);
    await draining;
    expect(runs).toBe(1);
  });
});
