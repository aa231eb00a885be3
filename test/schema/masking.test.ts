import { GraphQLError, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { SessionFailure } from '../../src/errors.ts';
import { createMask } from '../../src/schema/masking.ts';
import { RecordingLog } from '../support/recording-log.ts';

const ADDRESS = 'Unter den Linden 1, Berlin';

function masking() {
  const log = new RecordingLog();
  return { log, mask: createMask({ log, newId: () => 'error-7' }) };
}

describe('masking', () => {
  it('hides a cause and logs its name and place under an id, without its message', () => {
    const { log, mask } = masking();
    const cause = new RangeError(`no place at ${ADDRESS}\n    at ${ADDRESS}`);
    const masked = mask(new GraphQLError(cause.message, { originalError: cause, path: ['matchingSession'] }));
    expect(masked.message).toBe('Something went wrong on the server. Its log says more under the error id error-7.');
    expect(masked.toJSON()).toMatchObject({
      path: ['matchingSession'],
      extensions: { code: 'PROCESSING_ERROR', errorId: 'error-7' },
    });
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatchObject({ level: 'error', fields: { errorId: 'error-7', name: 'RangeError' } });
    expect(JSON.stringify(log.lines)).toContain('masking.test.ts');
    expect(JSON.stringify([log.lines, masked])).not.toContain(ADDRESS);
  });

  it('hides what is thrown and is no Error', () => {
    const { log, mask } = masking();
    expect(mask(ADDRESS).extensions).toEqual({ code: 'PROCESSING_ERROR', errorId: 'error-7' });
    expect(log.lines[0]?.fields).toEqual({ errorId: 'error-7', name: 'string', code: null, at: [] });
  });

  it('hides a value of our own that does not fit the schema', () => {
    const { log, mask } = masking();
    const cause = new GraphQLError('Float cannot represent non numeric value: 52.5N');
    const located = new GraphQLError(cause.message, { originalError: cause, path: ['sessionStatus', 'progress'] });
    expect(mask(located).message).not.toContain('52.5N');
    expect(log.lines).toHaveLength(1);
  });

  it('hides what a cause carries beside its message', () => {
    const { mask } = masking();
    const cause = Object.assign(new Error('x'), { extensions: { address: ADDRESS, http: { status: 200 } } });
    const located = new GraphQLError(cause.message, { originalError: cause, path: ['sessionStatus'] });
    expect(mask(located).extensions).toEqual({ code: 'PROCESSING_ERROR', errorId: 'error-7' });
  });

  it('says the code of a failure that is known, and how long to wait', () => {
    const { log, mask } = masking();
    const failure = new SessionFailure('unavailable', { retryAfterMs: 1500 }, { cause: new Error(ADDRESS) });
    const masked = mask(new GraphQLError('x', { originalError: failure }));
    expect(masked.message).toBe(failure.message);
    expect(masked.extensions).toEqual({ code: 'UNAVAILABLE', retryAfterMs: 1500 });
    expect(log.lines).toEqual([]);
  });

  it('passes what is wrong with a document or its variables, as INVALID_REQUEST', () => {
    const { log, mask } = masking();
    const nodes = parse('{ a }').definitions;
    const syntax = new GraphQLError('Syntax Error');
    const cause = new GraphQLError('Argument "a" is missing.', { nodes });
    const located = new GraphQLError(cause.message, { nodes, path: ['a'], originalError: cause });
    for (const error of [syntax, located]) {
      expect(mask(error)).toMatchObject({ message: error.message, extensions: { code: 'INVALID_REQUEST' } });
    }
    expect(log.lines).toEqual([]);
  });
});
