import { expect, test } from 'vitest';
import { z } from 'zod';
import { SessionFailure } from '../../src/errors.ts';
import { bodyCheck, parseJson } from '../../src/rest/body.ts';
import { HttpProblem } from '../../src/rest/rest-failure.ts';

const check = bodyCheck(
  z.strictObject({
    executionTimesMs: z.array(z.int('must be a whole number')),
    place: z.strictObject({ homeAddress: z.string('must be a text') }).optional(),
  }),
);

test.each([
  ['cut off', Buffer.from('{"a":')],
  ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['UTF-16', Buffer.from('{}', 'utf16le')],
])('bytes that are no JSON (%s) are a problem of the body', (_, bytes) => {
  const problem = expect.objectContaining({
    status: 400,
    issues: [{ path: 'body', message: 'must be a JSON object' }],
  });
  expect(() => parseJson(bytes)).toThrow(problem);
  expect(() => parseJson(bytes)).toThrow(HttpProblem);
});

test('JSON is read, with a byte order mark or without, and nothing is nothing', () => {
  expect(parseJson(Buffer.from('\uFEFF{"a":"ß"}'))).toEqual({ a: 'ß' });
  expect(parseJson(Buffer.from('7'))).toBe(7);
  expect(parseJson(Buffer.alloc(0))).toBeUndefined();
});

test('a body is checked by the code’s names and spoken of by those of REST, nested ones too', () => {
  expect(check({ execution_times: [1] })).toEqual({ value: { executionTimesMs: [1] } });
  const result = check({ execution_times: [1, 'x'], place: { homeAddress: 5 }, executionTimesMs: [] });
  expect('error' in result && result.error instanceof SessionFailure && result.error.details.issues).toEqual([
    { path: 'execution_times.1', message: 'must be a whole number' },
    { path: 'place.home_address', message: 'must be a text' },
    { path: 'executionTimesMs', message: 'is not a field here; the fields are execution_times, place' },
  ]);
});

test('a prototype that is given changes nothing', () => {
  const result = check(JSON.parse('{"execution_times":[],"__proto__":{"place":{"home_address":"x"}}}'));
  expect('error' in result).toBe(true);
  expect({}).not.toHaveProperty('place');
});

test('fields that are none are named, unless the name may be more than a name', () => {
  const result = check({ execution_times: [], limit: 1, 'Am Park 1': 2, ['x'.repeat(65)]: 3 });
  expect('error' in result && result.error instanceof SessionFailure && result.error.details.issues).toEqual([
    { path: 'limit', message: 'is not a field here; the fields are execution_times, place' },
    { path: 'body', message: 'has 2 other unknown fields; the fields are execution_times, place' },
  ]);
});

test('any number of fields that are none gets an answer of a few lines', () => {
  const names = Array.from({ length: 8000 }, (_, index) => `f${index}`);
  const result = check(Object.fromEntries([['execution_times', []], ...names.map((name) => [name, 1])]));
  const issues = 'error' in result && result.error instanceof SessionFailure ? result.error.details.issues : [];
  expect(issues.map(({ path }) => path)).toEqual([...names.slice(0, 20), 'body']);
});
