import { describe, expect, test } from 'vitest';
import type { RunContext } from '../../src/pipeline/run-context.ts';
import { settle } from '../support/manual-clock.ts';
import { progressOf, RunnerBench } from '../support/runner-bench.ts';
import { locationQuestion, matchingInput, noOffers } from '../support/session-samples.ts';

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
      await using bench = new RunnerBench();
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
    await using bench = new RunnerBench();
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
    await using bench = new RunnerBench();
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
