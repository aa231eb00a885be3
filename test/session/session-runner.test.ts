import { afterEach, describe, expect, test } from 'vitest';
import { errorBody, SessionFailure } from '../../src/errors.ts';
import type { RunContext } from '../../src/pipeline/run-context.ts';
import type { Answer, MatchResultsBody } from '../../src/protocol.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import type { SessionStore } from '../../src/session/session-store.ts';
import { settle } from '../support/manual-clock.ts';
import { ADDRESS, progressOf, RunnerBench, TIMEOUT_MS } from '../support/runner-bench.ts';
import { locationQuestion, matchingInput, noOffers } from '../support/session-samples.ts';

let bench = new RunnerBench();
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  bench = new RunnerBench();
});

describe('a run', () => {
  test('that needs nothing goes to its results', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await progressOf(run, 'begun', 0.1);
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual(['processing_update', 'match_results']);
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
    expect(bench.store.held.watchers).toBe(0);
  });

  test('that asks holds nothing while the person thinks, and goes on with the answer', async () => {
    const lease = await bench.start();
    const answers: Answer[] = [];
    let runs = 0;
    const runner = bench.runner(async (run) => {
      runs += 1;
      await progressOf(run, 'begun', 0.1);
      answers.push(await run.ask('work', locationQuestion()));
      await progressOf(run, 'answered', 0.5);
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    expect(runner.held).toEqual({ running: 0, waiting: 1, paused: 0 });
    expect(runs).toBe(1);
    await bench.store.answer(lease, 'interaction_0', ADDRESS, 'Answer received');
    await settle();
    expect(answers).toEqual([ADDRESS]);
    expect(runs).toBe(2);
    expect(
      (await bench.events(lease)).map((event) => (event.type === 'processing_update' ? event.details : event.type)),
    ).toEqual(['begun', 'user_interaction', 'Answer received', 'answered', 'match_results']);
  });

  test('does every recorded step once, however often it begins again', async () => {
    const lease = await bench.start();
    let geocoded = 0;
    const values: unknown[] = [];
    const runner = bench.runner(async (run) => {
      const value = await run.step('geocoded', () => {
        geocoded += 1;
        return { attempt: geocoded };
      });
      values.push(value);
      for (const key of ['a', 'b', 'c']) await run.ask(key, locationQuestion(key));
      return noOffers();
    });
    void runner.take(lease);
    for (const id of [0, 1, 2]) {
      await settle();
      await bench.store.answer(lease, `interaction_${id}`, ADDRESS, 'ok');
    }
    await settle();
    expect((await bench.events(lease)).at(-1)?.type).toBe('match_results');
    expect(geocoded).toBe(1);
    expect(values).toEqual(Array.from({ length: 4 }, () => ({ attempt: 1 })));
  });

  test('asks the questions of branches together, works on meanwhile, and takes the answers in any order', async () => {
    const lease = await bench.start();
    let worked = 0;
    const runner = bench.runner(async (run) => {
      await run.all([
        async () => run.ask('one', locationQuestion('one')),
        async () => run.ask('two', locationQuestion('two')),
        async () =>
          run.step('work', () => {
            worked += 1;
            return null;
          }),
      ]);
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    expect(worked).toBe(1);
    const asked = (await bench.events(lease)).filter((event) => event.type === 'user_interaction');
    expect(asked.map(({ fieldName }) => fieldName)).toEqual(['one', 'two']);
    expect(asked.map(({ expiresAt }) => expiresAt - bench.clock.now())).toEqual([2 * TIMEOUT_MS, 2 * TIMEOUT_MS]);
    await bench.store.answer(lease, 'interaction_1', ADDRESS, 'ok');
    await settle();
    expect(runner.held.waiting).toBe(1);
    await bench.store.answer(lease, 'interaction_0', { kind: 'declined' }, 'ok');
    await settle();
    expect((await bench.events(lease)).at(-1)?.type).toBe('match_results');
    expect(worked).toBe(1);
  });

  test('never lets progress fall', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      for (const at of [0.2, 0.6, 0.4, 0.7]) await progressOf(run, `at ${at}`, at);
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    const progress = (await bench.events(lease)).flatMap((event) => ('progress' in event ? [event.progress] : []));
    expect(progress).toEqual([0.2, 0.6, 0.6, 0.7]);
  });

  test('does not count the time that a person takes as work', async () => {
    const lease = await bench.start();
    let workedMs = -1;
    const runner = bench.runner(async (run) => {
      await run.step('slow', async () => {
        await bench.clock.pass(700);
        return null;
      });
      await run.ask('work', locationQuestion());
      workedMs = run.workMs();
      return noOffers();
    });
    void runner.take(lease);
    while (runner.held.waiting === 0) await settle();
    await bench.clock.pass(3000);
    await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
    await settle();
    expect(workedMs).toBe(700);
  });
});

describe('the end of a run', () => {
  test('comes by timeout when nobody answers, and lets go of everything', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    await bench.clock.pass(TIMEOUT_MS - 1);
    expect((await bench.events(lease)).at(-1)?.type).toBe('user_interaction');
    await bench.clock.pass(2);
    expect((await bench.events(lease)).at(-1)).toMatchObject({ errorCode: 'user_interaction_timeout' });
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
    expect(bench.store.held.watchers).toBe(0);
    await bench.clock.pass(20_000);
    expect(bench.clock.pending).toBe(0);
  });

  test('comes as processing_error when the longest life is over, and aborts what is in flight', async () => {
    const lease = await bench.start(1000);
    let aborted = false;
    const runner = bench.runner(async (run) => {
      await run.step('hangs', async (signal) => {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve();
          });
        });
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    await bench.clock.pass(1001);
    expect((await bench.events(lease)).at(-1)).toMatchObject({ errorCode: 'processing_error' });
    expect(aborted).toBe(true);
    expect(runner.held.running).toBe(0);
  });

  test('by its owner stops a run that waits, at once', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    await bench.store.cancel(lease, errorBody('session_cancelled'));
    await settle();
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual(['user_interaction', 'error']);
  });

  test('by an expected failure says its code and stage', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async (run) => {
      await progressOf(run, 'begun', 0.1);
      throw new SessionFailure('parent_not_found');
    });
    void runner.take(lease);
    await settle();
    expect((await bench.events(lease)).at(-1)).toMatchObject({
      errorCode: 'parent_not_found',
      fatal: true,
      errorDetails: { parentId: matchingInput().parentId, failedStage: 'finding_centers' },
    });
    expect(bench.log.lines).toEqual([]);
  });

  test('by anything else is processing_error; the cause is logged under an id and never shown', async () => {
    const lease = await bench.start();
    const runner = bench.runner(async () => {
      throw new Error('could not look up Potsdamer Platz 1');
    });
    void runner.take(lease);
    await settle();
    const last = (await bench.events(lease)).at(-1);
    expect(last).toMatchObject({ errorCode: 'processing_error', fatal: true });
    const [line] = bench.log.lines;
    expect(line?.fields).toMatchObject({ cause: { name: 'Error' } });
    expect(JSON.stringify([last, bench.log.lines])).not.toContain('Potsdamer');
    const { errorId } = (line?.fields ?? {}) as { errorId?: string };
    expect(last?.type === 'error' && last.message).toContain(errorId);
  });
});

describe('what goes wrong around a run', () => {
  test('a pipeline that throws before its first await ends the session too', async () => {
    const lease = await bench.start();
    const runner = bench.runner(() => {
      throw new Error('at once');
    });
    await runner.take(lease);
    expect((await bench.events(lease)).at(-1)).toMatchObject({ errorCode: 'processing_error' });
  });

  test('a failure that would end no stream is a mistake of the pipeline, and ends the session', async () => {
    const lease = await bench.start();
    void bench.runner(async () => Promise.reject(new SessionFailure('geocoding_failed'))).take(lease);
    await settle();
    expect((await bench.events(lease)).at(-1)).toMatchObject({ errorCode: 'processing_error', fatal: true });
  });

  test('a database that is away is waited for: the run begins again, and does no step twice', async () => {
    const lease = await bench.start();
    let away = true;
    let steps = 0;
    const runner = bench.runner(async (run) => {
      await progressOf(run, 'begun', 0.1);
      await run.step('once', () => {
        steps += 1;
        return null;
      });
      if (away) throw new SessionFailure('unavailable');
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual(['processing_update']);
    away = false;
    await bench.clock.pass(1000);
    expect((await bench.events(lease)).map(({ type }) => type)).toEqual(['processing_update', 'match_results']);
    expect(steps).toBe(1);
  });

  const verbs = ['recorded', 'append', 'record', 'ask', 'finish', 'watch', 'expire'] as const;
  for (const verb of verbs) {
    test(`a store that fails ${verb} once loses nothing: the session comes to its results, and asks once`, async () => {
      const lease = await bench.start();
      const works = bench.store[verb].bind(bench.store) as (...given: unknown[]) => Promise<unknown>;
      let failures = 1;
      Object.defineProperty(bench.store, verb, {
        value: async (...given: unknown[]) => {
          if (failures > 0) {
            failures -= 1;
            throw new Error('the store is away');
          }
          return works(...given);
        },
      });
      const runner = bench.runner(async (run) => {
        await progressOf(run, 'begun', 0.1);
        await run.step('step', () => null);
        await run.ask('work', locationQuestion());
        return noOffers();
      });
      void runner.take(lease);
      await settle();
      await bench.clock.pass(1500);
      await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      await settle();
      await bench.clock.pass(1500);
      const events = await bench.events(lease);
      expect(events.map(({ type }) => type)).toEqual([
        'processing_update',
        'user_interaction',
        'processing_update',
        'match_results',
      ]);
      expect(failures).toBe(0);
      expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
      expect(bench.store.held.watchers).toBe(0);
    });
  }

  test('a run that was refused a write calls nothing more, whatever its pipeline makes of the refusal', async () => {
    const lease = await bench.start();
    let calls = 0;
    const runner = bench.runner(async (run) => {
      await bench.store.claim(lease, 1, 'two');
      await progressOf(run, 'late', 0.1).catch(() => {});
      await run.step('call', () => (calls += 1)).catch(() => {});
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    expect(calls).toBe(0);
    expect(await bench.events(lease)).toEqual([]);
    expect(runner.counts.fenced).toBe(1);
  });

  test('an answer that comes before the runner knows that its question was put is acted on', async () => {
    const lease = await bench.start();
    Object.defineProperty(bench.store, 'ask', {
      value: async (...given: Parameters<SessionStore['ask']>) => {
        const written = await MemorySessionStore.prototype.ask.apply(bench.store, given);
        await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
        await settle();
        return written;
      },
    });
    const runner = bench.runner(async (run) => {
      await run.ask('work', locationQuestion());
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    await settle();
    expect((await bench.events(lease)).at(-1)?.type).toBe('match_results');
    expect(runner.size).toBe(0);
  });

  test('a session that is let go of while its watch is being set up leaves no watch', async () => {
    const lease = await bench.start();
    const begun = Promise.withResolvers<void>();
    Object.defineProperty(bench.store, 'watch', {
      value: async (...given: Parameters<SessionStore['watch']>) => {
        const stop = await MemorySessionStore.prototype.watch.apply(bench.store, given);
        await begun.promise;
        return stop;
      },
    });
    const runner = bench.runner(async () => noOffers());
    void runner.take(lease);
    await settle();
    const closing = runner.close();
    begun.resolve();
    await closing;
    expect(bench.store.held.watchers).toBe(0);
    expect(await bench.events(lease)).toEqual([]);
  });

  test('a cancel stops a run in the middle of a call, within 200 ms', async () => {
    const lease = await bench.start();
    let aborted = false;
    const runner = bench.runner(async (run) => {
      await run.step('hangs', async (signal) => {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve();
          });
        });
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    await bench.store.cancel(lease, errorBody('session_cancelled'));
    await bench.clock.pass(200);
    expect(aborted).toBe(true);
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
    expect(bench.store.held.watchers).toBe(0);
  });
});

describe('a takeover', () => {
  const pipeline =
    (calls: string[], dieAt: string | null) =>
    async (run: RunContext): Promise<MatchResultsBody> => {
      const work = async (name: string, progress: number): Promise<void> => {
        await run.step(`step ${name}`, () => {
          calls.push(name);
          return name;
        });
        if (dieAt === name) await new Promise(() => {});
        await progressOf(run, name, progress);
      };
      await work('a', 0.2);
      await work('b', 0.4);
      await run.ask('work', locationQuestion());
      await work('c', 0.6);
      await work('d', 0.8);
      return noOffers();
    };

  const undisturbed = ['a', 'b', 'user_interaction', 'ok', 'c', 'd', 'match_results'];

  for (const dieAt of ['a', 'b', 'waiting', 'c', 'd']) {
    test(`of a run that died at ${dieAt} goes on from there: no event is repeated, no recorded step done again`, async () => {
      const lease = await bench.start();
      const calls: string[] = [];
      void bench.runner(pipeline(calls, dieAt)).take(lease);
      await settle();
      if (dieAt === 'c' || dieAt === 'd') {
        await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
        await settle();
      }
      const second = await bench.store.claim(lease, lease.epoch, 'two');
      if (!second) throw new Error('not claimed');
      void bench.runner(pipeline(calls, null)).take(second);
      await settle();
      await bench.store.answer(lease, 'interaction_0', ADDRESS, 'ok');
      await settle();
      const events = await bench.events(lease);
      expect(events.map((event) => (event.type === 'processing_update' ? event.details : event.type))).toEqual(
        undisturbed,
      );
      expect(calls).toEqual(['a', 'b', 'c', 'd']);
    });
  }

  test('leaves the earlier runner nothing to write: it stops at its next attempt', async () => {
    const lease = await bench.start();
    let goOn = (): void => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let calledLate = false;
    const runner = bench.runner(async (run) => {
      await held;
      await progressOf(run, 'late', 0.9);
      await run.step('late', () => {
        calledLate = true;
        return null;
      });
      return noOffers();
    });
    void runner.take(lease);
    await settle();
    await bench.store.claim(lease, 1, 'two');
    goOn();
    await settle();
    expect(await bench.events(lease)).toEqual([]);
    expect(calledLate).toBe(false);
    expect(runner.held).toEqual({ running: 0, waiting: 0, paused: 0 });
  });
});

test('a runner that closes ends no session', async () => {
  const lease = await bench.start();
  const runner = bench.runner(async (run) => {
    await run.ask('work', locationQuestion());
    return noOffers();
  });
  void runner.take(lease);
  await settle();
  await runner.close();
  expect((await bench.store.snapshot(lease))?.status.completed).toBe(false);
  expect(bench.store.held.watchers).toBe(0);
});
