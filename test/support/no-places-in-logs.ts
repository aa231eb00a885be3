import { afterAll, afterEach, expect } from 'vitest';
import { takeLeaks } from './private-places.ts';

/** For vitest's `setupFiles`: a test fails in which a log was told where somebody lives or works, and so does its file. */
function expectNoPlaces(): void {
  expect(takeLeaks(), 'places of people in a log or a refusal').toEqual([]);
}

afterEach(expectNoPlaces);
// What is logged while the file's own instances are closed: this one runs after its own hooks.
afterAll(expectNoPlaces);
