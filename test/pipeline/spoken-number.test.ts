import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asWritten, inTenths, inTenthsAbove } from '../../src/pipeline/spoken-number.ts';

describe('a number that is said', () => {
  test.each([
    [5, '5', '5'],
    [5.25, '5.25', '5,25'],
    [0.04, '0.04', '0,04'],
    [0.29, '0.29', '0,29'],
    [5.29951, '5.299', '5,299'],
    [0.00004, '0.00004', '0,00004'],
    [1000, '1000', '1000'],
  ])('as it was written: %d', (value, en, de) => {
    expect([asWritten(value, 'en'), asWritten(value, 'de')]).toEqual([en, de]);
  });

  test('in tenths: to the nearest, or above', () => {
    expect([inTenths(5.03, 'en'), inTenthsAbove(5.03, 'en')]).toEqual(['5', '5.1']);
    expect([inTenths(5.05, 'de'), inTenthsAbove(5.2, 'de')]).toEqual(['5,1', '5,2']);
  });

  test('beyond another is said to be beyond it', () => {
    const km = fc.double({ min: 1e-6, max: 1000, noNaN: true });
    fc.assert(
      fc.property(km, km, (one, other) => {
        fc.pre(one !== other);
        const [limit, beyond] = [Math.min(one, other), Math.max(one, other)];
        expect(Number(inTenthsAbove(beyond, 'en'))).toBeGreaterThan(Number(asWritten(limit, 'en')));
      }),
    );
  });
});
