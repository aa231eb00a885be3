import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallBudget, CallLimit } from '../../../src/geo/call-budget.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { BudgetModel, mostInAWindow } from './budget-model.ts';
import { limitOf, reserved, reserveMany, WINDOW_MS } from './budget-samples.ts';

/** A budget as two instances see it. */
export interface SharedBudget {
  readonly here: CallBudget;
  /** The same as `here` where there is but one instance. */
  readonly there: CallBudget;
}

interface World extends SharedBudget {
  readonly clock: ManualClock;
}

/** Of 2026, at midnight. */
const MID_NOVEMBER = Date.UTC(2026, 10, 16);
const REST_OF_NOVEMBER_MS = 15 * 24 * 60 * 60 * 1000;

/** What every budget does. `open` gives one that goes by a clock, that of Redis included. */
export function callBudgetContract(name: string, open: (clock: ManualClock) => SharedBudget): void {
  function begin(): World {
    const clock = new ManualClock(MID_NOVEMBER);
    return { clock, ...open(clock) };
  }

  describe(`a call budget in ${name}`, () => {
    test('gives as many calls at once as a window has, and the next one a window later', async () => {
      const { here } = begin();
      const waits = await reserveMany(here, limitOf(), { count: 7 });
      expect(waits).toEqual([0, 0, 0, WINDOW_MS, WINDOW_MS, WINDOW_MS, 2 * WINDOW_MS].map(reserved));
    });

    test('lets a call go before its window ends only when another has left the window', async () => {
      const { here, clock } = begin();
      const limit = limitOf();
      await reserveMany(here, limit, { count: 1 });
      await clock.pass(20_000);
      expect(await reserveMany(here, limit, { count: 3 })).toEqual([0, 0, WINDOW_MS - 20_000].map(reserved));
    });

    test('keeps calls apart by the spacing, a fraction of a millisecond rounded up', async () => {
      const { here, clock } = begin();
      const limit = limitOf({ calls: 100, spacingMs: 99.5 });
      expect(await reserveMany(here, limit, { count: 3 })).toEqual([0, 100, 200].map(reserved));
      await clock.pass(250);
      expect(await here.reserve(limit, 1000)).toEqual(reserved(50));
    });

    test('gives turns in the order in which they are asked for, whoever asks', async () => {
      const { here, there } = begin();
      const limit = limitOf({ spacingMs: 1000 });
      const waits = [];
      for (const budget of [here, there, there, here, there]) waits.push(await budget.reserve(limit, Infinity));
      expect(waits).toEqual([0, 1000, 2000, WINDOW_MS, WINDOW_MS + 1000].map(reserved));
    });

    test('is busy where no turn is near enough, and says when one will be, to the millisecond', async () => {
      const { here, there, clock } = begin();
      const limit = limitOf();
      await reserveMany(here, limit, { count: 3 });
      expect(await there.reserve(limit, 5000)).toEqual({ status: 'busy', afterMs: WINDOW_MS - 5000 });
      await clock.pass(WINDOW_MS - 5001);
      expect(await there.reserve(limit, 5000)).toEqual({ status: 'busy', afterMs: 1 });
      await clock.pass(1);
      expect(await there.reserve(limit, 5000)).toEqual(reserved(5000));
    });

    test('counts no call that it refused', async () => {
      const { here } = begin();
      const limit = limitOf({ perMonth: 5 });
      await reserveMany(here, limit, { count: 3 });
      await reserveMany(here, limit, { count: 10, mostWaitMs: WINDOW_MS - 1 });
      expect(await here.left(limit)).toEqual({ inWindow: 0, inMonth: 2 });
      expect(await here.reserve(limit, WINDOW_MS)).toEqual(reserved(WINDOW_MS));
    });

    test('gives no more calls than the month has, whoever asks, and begins anew with the next month', async () => {
      const { here, there, clock } = begin();
      const limit = limitOf({ calls: 100, perMonth: 4 });
      await reserveMany(here, limit, { count: 2 });
      await reserveMany(there, limit, { count: 2 });
      expect(await here.reserve(limit, Infinity)).toEqual({ status: 'spent', afterMs: REST_OF_NOVEMBER_MS });
      await clock.pass(REST_OF_NOVEMBER_MS - 1);
      expect(await there.reserve(limit, Infinity)).toEqual({ status: 'spent', afterMs: 1 });
      await clock.pass(1);
      expect(await there.left(limit)).toEqual({ inWindow: 4, inMonth: 4 });
      expect(await there.reserve(limit, 0)).toEqual(reserved(0));
    });

    test('says that the month is spent rather than busy: coming again soon would be for nothing', async () => {
      const { here } = begin();
      const limit = limitOf({ calls: 2, perMonth: 2 });
      await reserveMany(here, limit, { count: 2 });
      expect(await here.reserve(limit, 0)).toMatchObject({ status: 'spent' });
    });

    test('that is held gives no turn before the hold is over, to another instance neither', async () => {
      const { here, there, clock } = begin();
      const limit = limitOf();
      await here.hold(limit, 10_000);
      expect(await there.reserve(limit, 9999)).toEqual({ status: 'busy', afterMs: 1 });
      expect(await there.left(limit)).toEqual({ inWindow: 3, inMonth: null });
      await clock.pass(4000);
      expect(await there.reserve(limit, 9999)).toEqual(reserved(6000));
      await clock.pass(6000);
      expect(await here.reserve(limit, 0)).toEqual(reserved(0));
    });

    test('says for how long it is held yet, to whoever asks', async () => {
      const { here, there, clock } = begin();
      const limit = limitOf();
      expect(await here.heldFor(limit)).toBe(0);
      await here.hold(limit, 10_000.5);
      await clock.pass(4000);
      expect(await here.heldFor(limit)).toBe(6001);
      expect(await there.heldFor(limit)).toBe(6001);
      await clock.pass(6000);
      expect(await there.heldFor(limit)).toBe(1);
      await clock.pass(2000);
      expect(await there.heldFor(limit)).toBe(0);
    });

    test('stays held for the longer of two holds, and for none that is no time', async () => {
      const { here, there } = begin();
      const limit = limitOf();
      await here.hold(limit, 0);
      await here.hold(limit, -5);
      expect(await here.reserve(limit, 0)).toEqual(reserved(0));
      await here.hold(limit, 10_000);
      await there.hold(limit, 2000);
      expect(await here.reserve(limit, Infinity)).toEqual(reserved(10_000));
      await there.hold(limit, 20_000.5);
      expect(await here.reserve(limit, Infinity)).toEqual(reserved(20_001));
    });

    test('held for longer than a window has none left in the window that begins now', async () => {
      const { here } = begin();
      const limit = limitOf();
      await here.hold(limit, WINDOW_MS);
      expect(await here.left(limit)).toEqual({ inWindow: 0, inMonth: null });
    });

    test('is one for each name', async () => {
      const { here } = begin();
      const [one, other] = [limitOf({ perMonth: 3 }), limitOf({ perMonth: 3 })];
      await reserveMany(here, one, { count: 3 });
      await here.hold(one, 1000);
      expect(await here.left(other)).toEqual({ inWindow: 3, inMonth: 3 });
      expect(await here.reserve(other, 0)).toEqual(reserved(0));
    });

    test('does what it promises, whatever is asked of it by whom and when', async () => {
      await fc.assert(
        fc.asyncProperty(anyLimit, fc.array(anyDeed, { minLength: 5, maxLength: 40 }), async (changes, deeds) => {
          const limit = limitOf(changes);
          const model = await play(begin(), limit, deeds);
          const { turns } = model;
          expect(mostInAWindow(turns, limit.windowMs)).toBeLessThanOrEqual(limit.calls);
          expect(model.mostInAMonth).toBeLessThanOrEqual(limit.perMonth ?? Infinity);
          for (const [index, turn] of turns.entries()) {
            expect(turn - (turns[index - 1] ?? -Infinity)).toBeGreaterThanOrEqual(limit.spacingMs);
          }
        }),
        { numRuns: 60, examples: [HELD_FOR_NOTHING] },
      );
    });
  });
}

const anyLimit = fc.record({
  calls: fc.integer({ min: 1, max: 6 }),
  windowMs: fc.integer({ min: 30_000, max: 90_000 }),
  spacingMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100_000 })),
  perMonth: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 20 })),
});

const anyWaitMs = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200_000 }));

const anyDeed = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ verb: fc.constant('reserve' as const), byThere: fc.boolean(), ms: anyWaitMs }),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('hold' as const), byThere: fc.boolean(), ms: anyWaitMs }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('left' as const), byThere: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('pass' as const), ms: anyWaitMs }) },
  // Into another month.
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('pass' as const), ms: fc.constant(REST_OF_NOVEMBER_MS) }) },
);
type Deed = typeof anyDeed extends fc.Arbitrary<infer One> ? One : never;

/** A hold for no time after one that is over: nothing is to be kept for no time. */
const HELD_FOR_NOTHING: [Pick<CallLimit, 'calls' | 'windowMs' | 'spacingMs' | 'perMonth'>, Deed[]] = [
  { calls: 1, windowMs: 30_000, spacingMs: 1, perMonth: null },
  [
    { verb: 'hold', byThere: false, ms: 10_000 },
    { verb: 'pass', ms: 20_000 },
    { verb: 'hold', byThere: false, ms: 0 },
    { verb: 'reserve', byThere: false, ms: 0 },
  ],
];

/** Does it all to a budget and to the model, which have to say the same. */
async function play(world: World, limit: CallLimit, deeds: readonly Deed[]): Promise<BudgetModel> {
  const model = new BudgetModel(limit);
  for (const deed of deeds) {
    const foretold = foretell(model, deed, world.clock.now());
    expect(await carryOut(world, limit, deed)).toEqual(foretold);
  }
  return model;
}

function foretell(model: BudgetModel, deed: Deed, now: number): unknown {
  switch (deed.verb) {
    case 'reserve':
      return model.reserve(now, deed.ms);
    case 'hold':
      return model.hold(now, deed.ms);
    case 'left':
      return model.left(now);
    case 'pass':
      return undefined;
  }
}

async function carryOut({ here, there, clock }: World, limit: CallLimit, deed: Deed): Promise<unknown> {
  const budget = 'byThere' in deed && deed.byThere ? there : here;
  switch (deed.verb) {
    case 'reserve':
      return budget.reserve(limit, deed.ms);
    case 'hold':
      return budget.hold(limit, deed.ms);
    case 'left':
      return budget.left(limit);
    case 'pass':
      return clock.pass(deed.ms);
  }
}
