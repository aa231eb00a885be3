import { describe, expect, test } from 'vitest';
import { causeOf } from '../src/errors.ts';

const ADDRESS = 'Unter den Linden 1, Berlin';

describe('what is logged of an error that was not expected', () => {
  test('is its name, its code and where it was thrown', () => {
    const error = Object.assign(new RangeError('too far'), { code: 'E_FAR' });
    const cause = causeOf(error);
    expect(cause).toMatchObject({ name: 'RangeError', code: 'E_FAR' });
    expect(cause.at[0]).toMatch(/^at .*errors\.test\.ts:\d+:\d+/u);
    expect(cause.at.length).toBeLessThanOrEqual(12);
  });

  test.each([
    ['a line', `no place\n    at ${ADDRESS}`],
    ['a line that looks like a place in the code', `no place\n    at ${ADDRESS}:10:5`],
    ['the first line', `at ${ADDRESS}`],
  ])('holds nothing of a message of which %s begins with "at"', (_, message) => {
    const cause = causeOf(new Error(message));
    expect(cause.at.length).toBeGreaterThan(0);
    expect(JSON.stringify(cause)).not.toContain(ADDRESS);
  });

  test('holds nothing of a message that was changed after the error was made', () => {
    const error = new Error(`no place\n    at ${ADDRESS}`);
    expect(error.stack).toContain(ADDRESS);
    error.message = 'no place';
    expect(JSON.stringify(causeOf(error))).not.toContain(ADDRESS);
  });

  test('names the error that it was made of, without what that one says', () => {
    const made = Object.assign(new RangeError(ADDRESS), { code: 'E_FAR' });
    const cause = causeOf(new Error('no place', { cause: made }));
    expect(cause).toMatchObject({ name: 'Error', code: null, by: { name: 'RangeError', code: 'E_FAR' } });
    expect(JSON.stringify(cause)).not.toContain(ADDRESS);
  });

  test('holds nothing of what it was made of where that is no error', () => {
    expect(causeOf(new Error('no place', { cause: ADDRESS }))).not.toHaveProperty('by');
  });

  test('is the type alone of what is no error', () => {
    expect(causeOf(ADDRESS)).toEqual({ name: 'string', code: null, at: [] });
  });
});
