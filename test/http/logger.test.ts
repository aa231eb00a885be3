import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../src/http/logger.ts';

const CANARY = 'Canary Street 77';

/** The line that is written of some fields, as it was written. */
function lineOf(fields: object): string {
  const lines: string[] = [];
  createLogger('info', { write: (line) => void lines.push(line) }).info(fields, 'something happened');
  expect(lines).toHaveLength(1);
  return lines.join('');
}

const privateName = fc.constantFrom(
  'address',
  'homeAddress',
  'home_address',
  'LATITUDE',
  'token',
  'Set-Cookie',
  'sessionId',
);
const publicName = fc.constantFrom('requestId', 'cause', 'list', 'at', 'details');

/** A value with the canary somewhere in it, under a private name. */
const { hidden } = fc.letrec<{ hidden: object }>((tie) => ({
  hidden: fc.oneof(
    { maxDepth: 6 },
    fc
      .tuple(privateName, fc.constantFrom<unknown>(CANARY, [CANARY], { text: CANARY }))
      .map(([name, value]) => ({ [name]: value })),
    fc.tuple(publicName, tie('hidden')).map(([name, value]) => ({ [name]: value, status: 200 })),
    fc.tuple(publicName, tie('hidden')).map(([name, value]) => ({ [name]: ['first', [value]] })),
  ),
}));

describe('a line of the log', () => {
  test('says what it was given', () => {
    const fields = { requestId: 'a1', status: 200, cause: { name: 'Error', code: null, at: ['one', 'two'] } };
    expect(JSON.parse(lineOf(fields))).toEqual({
      level: 'info',
      time: expect.any(String),
      msg: 'something happened',
      ...fields,
    });
  });

  test('leaves private fields out at every depth, in lists too', () => {
    fc.assert(
      fc.property(hidden, (fields) => {
        expect(lineOf(fields)).not.toContain(CANARY);
      }),
    );
  });

  test('has of an error where it was thrown and not what it says', () => {
    const error = Object.assign(new TypeError(`no such place: ${CANARY}`), { code: 'ENOENT', address: CANARY });
    const line = lineOf({ err: error, list: [error] });
    expect(line).not.toContain(CANARY);
    expect(JSON.parse(line)).toMatchObject({
      err: { name: 'TypeError', code: 'ENOENT' },
      list: [{ name: 'TypeError' }],
    });
  });

  test('of a value that holds itself comes to an end', () => {
    const fields: Record<string, unknown> = { requestId: 'a1' };
    fields['cause'] = fields;
    expect(JSON.parse(lineOf(fields))).toMatchObject({ requestId: 'a1', cause: { requestId: 'a1' } });
  });
});
