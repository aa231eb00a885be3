import { describe, expect, test } from 'vitest';
import { errorBody, SessionFailure } from '../../src/errors.ts';
import { MemorySessionStore } from '../../src/session/memory-session-store.ts';
import type { SessionStore } from '../../src/session/session-store.ts';
import { settle } from '../support/manual-clock.ts';
import { ADDRESS, progressOf, RunnerBench } from '../support/runner-bench.ts';
import { locationQuestion, noOffers } from '../support/session-samples.ts';

describe('what goes wrong around a run', () => {
  test('a pipeline that throws before its first await ends the session too', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(() => {
      throw new Error('at once');
    });
    await runner.take(lease);
    expect((await bench.events(lease)).at(-1)).toMatchObject({ errorCode: 'processing_error' });
  });

  test('a failure that would end no stream is a mistake of the pipeline, and ends the session', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    void bench.runner(async () => Promise.reject(new SessionFailure('geocoding_failed'))).take(lease);
    await settle();
    expect((await bench.events(lease)).at(-1)).toMatchObject({ errorCode: 'processing_error', fatal: true });
  });

  test('a database that is away is waited for: the run begins again, and does no step twice', async () => {
    await using bench = new RunnerBench();
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
      await using bench = new RunnerBench();
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
    await using bench = new RunnerBench();
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
    await using bench = new RunnerBench();
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
    await using bench = new RunnerBench();
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
    await using bench = new RunnerBench();
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
