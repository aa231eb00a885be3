import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mapboxQuery } from '../../src/geo/mapbox-query.ts';

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const typed = fc
  .array(fc.oneof(fc.constantFrom(';', ' ', '\n', ',', '-', 'Straße', '5a', '🏠'), fc.string({ unit: 'grapheme' })), {
    maxLength: 120,
  })
  .map((parts) => parts.join(''));

it('a query is never more than Mapbox takes, and ends in no half character', () => {
  fc.assert(
    fc.property(typed, (text) => {
      const query = mapboxQuery(text);
      expect(query.length).toBeLessThanOrEqual(256);
      expect(query.match(WORD)?.length ?? 0).toBeLessThanOrEqual(20);
      expect(query).not.toContain(';');
      expect(query.isWellFormed()).toBe(true);
    }),
  );
});

it('a query that Mapbox takes stays as it is', () => {
  const words = fc.array(fc.stringMatching(/^\p{L}{1,10}$/u), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join(' ');
      expect(mapboxQuery(text)).toBe(text);
    }),
  );
});
