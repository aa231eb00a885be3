import { expect, test } from 'vitest';
import { createMemoryCallBudget } from '../../../src/geo/budget/memory-call-budget.ts';
import { limitOf, reserved, reserveMany, WINDOW_MS } from './budget-samples.ts';
import { callBudgetContract } from './call-budget-contract.ts';

callBudgetContract('memory', (clock) => {
  const budget = createMemoryCallBudget(clock);
  return { here: budget, there: budget };
});

test('a clock that is set back or forward moves no turn', async () => {
  let setBy = 0;
  const clock = {
    now: () => 1_800_000_000_000 + setBy,
    monotonic: () => 1000.7,
    after: () => ({ cancel() {} }),
  };
  const budget = createMemoryCallBudget(clock);
  const limit = limitOf();
  await reserveMany(budget, limit, { count: 3 });
  for (setBy of [-86_400_000, 86_400_000]) {
    expect(await budget.reserve(limit, WINDOW_MS - 1)).toEqual({ status: 'busy', afterMs: 1 });
  }
  expect(await budget.reserve(limit, WINDOW_MS)).toEqual(reserved(WINDOW_MS));
});
