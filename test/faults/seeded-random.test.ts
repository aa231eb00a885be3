import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeededRandom } from './seeded-random.ts';
import { planSessions } from './session-plan.ts';

test('the same seed gives the same, another one something else', () => {
  const draw = (seed: string): number[] => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 20 }, () => random.next());
  };
  expect(draw('one')).toEqual(draw('one'));
  expect(draw('one')).not.toEqual(draw('other'));
});

test('whole numbers lie within their bounds, and all of a small range come', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 5 }), (seed, low, span) => {
      const random = new SeededRandom(seed);
      const drawn = new Set(Array.from({ length: 400 }, () => random.integer(low, low + span)));
      expect([...drawn].toSorted(upwards)).toEqual(Array.from({ length: span + 1 }, (_, index) => low + index));
    }),
  );
});

test('shuffling keeps every item, once', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
      expect(new SeededRandom(seed).shuffle(items).toSorted(upwards)).toEqual(items.toSorted(upwards));
    }),
  );
});

test('the same seed plans the same sessions, each with a name of its own and an owner who starts it', () => {
  const shape = {
    round: 'r0000',
    sessions: 50,
    spreadMs: 1000,
    longestThinkMs: 3500,
    aroundDeadlineMs: null,
    interactionTimeoutMs: 5000,
    withTimeout: true,
  };
  const plans = planSessions(shape, new SeededRandom('plans'));
  expect(planSessions(shape, new SeededRandom('plans'))).toEqual(plans);
  expect(new Set(plans.map(({ fact }) => fact.session)).size).toBe(50);
  expect(plans.every(({ readers }) => readers[0]?.name === 'owner')).toBe(true);
  expect(plans.filter(({ fact }) => fact.end === 'timeout')).toHaveLength(1);
  expect(plans.some(({ fact }) => fact.rival !== null)).toBe(true);
});

function upwards(one: number, other: number): number {
  return one - other;
}
