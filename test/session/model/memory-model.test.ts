import { describe, expect, test } from 'vitest';
import { story } from './commands.ts';
import { openMemorySystem } from './memory-system.ts';
import { RANDOM_SEED, tell } from './run-story.ts';

describe('the store in memory does what its promises say, whatever is called in whatever order', () => {
  test.for([1, 2, 3, RANDOM_SEED])('seed %i', { timeout: 120_000 }, async (seed) => {
    expect(await tell({ story: story(60), open: openMemorySystem, numRuns: 400, seed })).toBeGreaterThan(0);
  });
});
