import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameParser } from '../../src/client/frame-parser.ts';
import type { ProcessingUpdateMessage, RestMessage } from '../../src/rest-protocol.ts';
import { frameOf, OPENING } from '../../src/rest/frames.ts';
import { errorMessage, keepaliveMessage, messageOf } from '../../src/rest/message.ts';
import { sampleError, sampleQuestion, sampleResults, sampleUpdate } from '../support/sample-events.ts';

/** Strings of what ends lines, ends strings, or is half a character, and of anything else. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r',
        '\r\n',
        '\u0085',
        '\u2028',
        '\u2029',
        '\v',
        '\f',
        '\u001C',
        '\0',
        '"',
        '\\',
        '\uD800',
      ),
      fc.constantFrom('data: ', 'id: 7', 'retry: 0', ': ', '\uFEFF', '🏠', 'ß'),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((parts) => parts.join(''));

const message: fc.Arbitrary<ProcessingUpdateMessage> = fc
  .record({ sequence: fc.integer({ min: 1 }), details: text, session_id: text })
  .map((given) => ({
    type: 'processing_update',
    timestamp: 1,
    stage: 'finding_centers',
    progress: 0.5,
    ...given,
  }));

/** The bytes in pieces that are cut anywhere, in the midst of a character too. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** What Python's `splitlines`, and readers like it, take for the end of a line, beside the line feed. */
const OTHER_LINE_ENDS = ['\v', '\f', '\r', '\u001C', '\u001D', '\u001E', '\u0085', '\u2028', '\u2029'];

describe('frames', () => {
  test('come out of a parser as they went in, whatever they hold and wherever they are cut', () => {
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat()), (messages, places) => {
        const bytes = new TextEncoder().encode(OPENING + messages.map(frameOf).join(''));
        const parser = new FrameParser();
        const frames = cut(bytes, places).flatMap((piece) => parser.push(piece));
        expect(frames.map(({ data }) => JSON.parse(data) as RestMessage)).toEqual(messages);
        expect(frames.map(({ id }) => id)).toEqual(messages.map(({ sequence }) => String(sequence)));
        expect(frames.every(({ event }) => event === 'message')).toBe(true);
        expect(parser.retryMs).toBe(2000);
      }),
    );
  });

  test('are three lines each, for readers who know many more ends of lines too', () => {
    fc.assert(
      fc.property(message, (one) => {
        const frame = frameOf(one);
        expect(OTHER_LINE_ENDS.filter((end) => frame.includes(end))).toEqual([]);
        expect(frame.split('\n')).toEqual([`id: ${one.sequence}`, expect.stringMatching(/^data: \{/u), '', '']);
      }),
    );
  });

  test.each([
    ['processing_update', sampleUpdate(1)],
    ['user_interaction', sampleQuestion(2)],
    ['match_results', sampleResults(3)],
    ['error', sampleError(4)],
  ])('of %s have its sequence as their id', (type, event) => {
    expect(frameOf(messageOf(event))).toMatch(new RegExp(`^id: ${event.sequence}\ndata: \\{"type":"${type}",`, 'u'));
  });

  test('of what is no part of a log have no id, which would move a cursor', () => {
    const loose = errorMessage({ ...sampleError(0), sessionId: null });
    expect(frameOf(loose)).toMatch(/^data: \{"type":"error","session_id":null,/u);
    expect(frameOf(keepaliveMessage('some-session'))).toBe(
      'data: {"type":"keepalive","session_id":"some-session"}\n\n',
    );
  });
});
