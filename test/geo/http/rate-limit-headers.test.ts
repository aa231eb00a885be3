import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdMsOf } from '../../../src/geo/http/rate-limit-headers.ts';

const NOW = Date.UTC(2026, 8, 1, 12);

function held(headers: Record<string, string>): number {
  return holdMsOf(new Headers(headers), NOW);
}

describe('how long a 429 asks to be left alone', () => {
  it('is until the reset', () => {
    expect(held({ 'x-rate-limit-reset': String(NOW / 1000 + 12) })).toBe(12_000);
  });

  it('is as Retry-After has it, by seconds or by a date', () => {
    expect(held({ 'retry-after': '7' })).toBe(7000);
    expect(held({ 'retry-after': new Date(NOW + 9000).toUTCString() })).toBe(9000);
  });

  it('is the reset where both are said', () => {
    expect(held({ 'retry-after': '7', 'x-rate-limit-reset': String(NOW / 1000 + 3) })).toBe(3000);
  });

  it('is as Retry-After has it where the reset cannot be read', () => {
    expect(held({ 'retry-after': '7', 'x-rate-limit-reset': 'soon' })).toBe(7000);
  });

  it.each([{}, { 'retry-after': '' }, { 'retry-after': 'later' }, { 'x-rate-limit-reset': '-' }])(
    'is a second where nothing is said that can be read: %j',
    (headers) => {
      expect(held(headers)).toBe(1000);
    },
  );

  it('is a quarter of a second where it is over already, and a minute at most', () => {
    expect(held({ 'x-rate-limit-reset': String(NOW / 1000 - 100) })).toBe(250);
    expect(held({ 'retry-after': '0' })).toBe(250);
    expect(held({ 'retry-after': '86400' })).toBe(60_000);
  });

  it('is from 250 to 60,000 ms, whatever is said', () => {
    const word = fc.oneof(
      fc.integer().map(String),
      fc.double().map(String),
      fc.date({ noInvalidDate: true }).map(String),
    );
    fc.assert(
      fc.property(word, word, (reset, after) => {
        const ms = held({ 'x-rate-limit-reset': reset, 'retry-after': after });
        expect(ms).toBeGreaterThanOrEqual(250);
        expect(ms).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});
