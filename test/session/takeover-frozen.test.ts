import { describe, expect, test } from 'vitest';
import { settle } from '../support/manual-clock.ts';
import { locationQuestion, noOffers } from '../support/session-samples.ts';
import { LEASE_MS } from '../support/test-instance.ts';
import { START, TakeoverBench, UNDISTURBED } from './takeover-bench.ts';

describe('an instance that is frozen beyond its lease', () => {
  for (const at of ['in a call', 'before a call', 'before a question', 'before the end'] as const) {
    test(`and wakes up ${at} calls and writes nothing: the taker has done it`, async () => {
      await using bench = new TakeoverBench();
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
    await using bench = new TakeoverBench();
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
    await using bench = new TakeoverBench();
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
