import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimatedMinutes } from '../../src/geo/estimated-travel-times.ts';
import { leastMinutesAtHighestSpeed } from '../../src/geo/highest-speeds.ts';
import { TRANSPORT_MODES } from '../../src/protocol.ts';

describe('the least minutes of a way', () => {
  test('are those of the straight line, less 100 m for the ends, at the highest speed of the mode', () => {
    const minutesOf9Km = TRANSPORT_MODES.map((mode) => leastMinutesAtHighestSpeed(mode, 9));
    expect(minutesOf9Km.map((minutes) => Math.round(minutes * 10) / 10)).toEqual([89, 21.4, 8.9, 5.9]);
  });

  test('are none for no distance', () => {
    for (const mode of TRANSPORT_MODES) expect(leastMinutesAtHighestSpeed(mode, 0)).toBe(0);
  });

  test('are below the estimate of every mode, which may stand in for a routed time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TRANSPORT_MODES), fc.double({ min: 0.001, max: 200, noNaN: true }), (mode, km) => {
        expect(leastMinutesAtHighestSpeed(mode, km)).toBeLessThan(estimatedMinutes(mode, km));
        if (mode !== 'public_transport') return;
        // Where walking is better, the estimate for walking stands in.
        expect(leastMinutesAtHighestSpeed(mode, km)).toBeLessThan(estimatedMinutes('walking', km));
      }),
    );
  });
});
