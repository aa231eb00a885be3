import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Frame, FrameParser, FrameTooLongError } from '../../src/client/frame-parser.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function parse(text: string): Frame[] {
  return new FrameParser().push(bytesOf(text));
}

const dataOf = (text: string): string[] => parse(text).map(({ data }) => data);

/** Pushes bytes in pieces that end at these places. */
function parsePieces(bytes: Uint8Array, cuts: readonly number[]): Frame[] {
  const parser = new FrameParser();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b);
  let from = 0;
  return ends.flatMap((end) => {
    const frames = parser.push(bytes.subarray(from, end));
    from = end;
    return frames;
  });
}

describe('the frame parser', () => {
  test('reads the examples of the standard', () => {
    expect(dataOf('data: YHOO\ndata: +2\ndata: 10\n\n')).toEqual(['YHOO\n+2\n10']);
    expect(
      parse(': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n'),
    ).toEqual([
      { data: 'first event', event: 'message', id: '1', lastEventId: '1' },
      { data: 'second event', event: 'message', id: '', lastEventId: '' },
      { data: ' third event', event: 'message', id: null, lastEventId: '' },
    ]);
    expect(dataOf('data\n\ndata\ndata\n\ndata:')).toEqual(['', '\n']);
    expect(dataOf('data:test\n\ndata: test\n\n')).toEqual(['test', 'test']);
  });

  test('ends lines at LF, CR and CRLF, also where a chunk ends between CR and LF', () => {
    expect(dataOf('data: a\r\n\r\ndata: b\r\rdata: c\n\n')).toEqual(['a', 'b', 'c']);
    const parser = new FrameParser();
    const frames = ['data: a\r', '\ndata: b\r', '', '\n\r', '\n'].flatMap((piece) => parser.push(bytesOf(piece)));
    expect(frames.map(({ data }) => data)).toEqual(['a\nb']);
  });

  test('leaves out one byte order mark at the start, and no other', () => {
    expect(dataOf('\uFEFFdata: a\n\n')).toEqual(['a']);
    expect(dataOf('\uFEFF\uFEFFdata: a\n\ndata: \uFEFFb\n\n')).toEqual(['\uFEFFb']);
  });

  test('drops a last message without its blank line, and its id with it', () => {
    const parser = new FrameParser();
    expect(parser.push(bytesOf('id: 1\ndata: a\n\nid: 2\ndata: b\n')).map(({ id }) => id)).toEqual(['1']);
  });

  test('ignores an id with a NUL, unknown fields, and a retry that is not digits alone', () => {
    const parser = new FrameParser();
    const [frame] = parser.push(
      bytesOf('id: 7\nid: 8\0\nretry: 12\nretry: 1e3\nretry: -1\nretry:\nfoo: x\ndata: a\n\n'),
    );
    expect(frame).toMatchObject({ data: 'a', id: '7' });
    expect(parser.retryMs).toBe(12);
  });

  test('says the event type of one message only, and keeps the last id', () => {
    expect(parse('event: ping\nid: 3\ndata: a\n\ndata: b\n\n')).toEqual([
      { data: 'a', event: 'ping', id: '3', lastEventId: '3' },
      { data: 'b', event: 'message', id: null, lastEventId: '3' },
    ]);
  });

  test('takes an id from a block without data, which is no message', () => {
    expect(parse('id: 4\n\ndata: a\n\n')).toEqual([{ data: 'a', event: 'message', id: null, lastEventId: '4' }]);
  });

  test('refuses a message without end, however small its pieces', () => {
    const parser = new FrameParser(1000);
    const push = (): unknown => parser.push(bytesOf(`data: ${'x'.repeat(94)}\n`));
    for (let index = 0; index < 10; index += 1) push();
    expect(push).toThrow(FrameTooLongError);
    expect(() => new FrameParser(1000).push(bytesOf('x'.repeat(1001)))).toThrow(/1000 characters/);
  });

  test('takes any number of messages and comments that are short enough each', () => {
    const parser = new FrameParser(100);
    for (let index = 0; index < 50; index += 1) {
      expect(parser.push(bytesOf(`: ${'c'.repeat(60)}\ndata: ${'x'.repeat(60)}\n\n`))).toHaveLength(1);
    }
  });

  test('gives back any messages, cut into any pieces, with any line ends', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\0]/gu, ''));
    const message = fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 4 }), id: fc.nat(), event: line });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.constantFrom('\n', '\r', '\r\n'),
        fc.array(fc.nat(), { maxLength: 30 }),
        (messages, end, cuts) => {
          const text = messages
            .map(({ lines, id, event }) =>
              [`event: ${event}`, `id: ${id}`, ': comment', ...lines.map((one) => `data: ${one}`), '', ''].join(end),
            )
            .join('');
          const read = parsePieces(bytesOf(text), cuts);
          expect(read.map(({ data, id, event }) => ({ data, id, event }))).toEqual(
            messages.map(({ lines, id, event }) => ({
              data: lines.join('\n').toWellFormed(),
              id: String(id),
              event: event === '' ? 'message' : event.toWellFormed(),
            })),
          );
        },
      ),
    );
  });

  test('says the same of any text, however it is cut', () => {
    const piece = fc.constantFrom('\r', '\n', '\r\n', 'data', ':', ' ', 'id', 'ä', '🦀', '\uFEFF', '\0', 'event', 'x');
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat(), { maxLength: 30 }), (pieces, cuts) => {
        const bytes = bytesOf(pieces.join(''));
        expect(parsePieces(bytes, cuts)).toEqual(new FrameParser().push(bytes));
      }),
    );
  });

  test('reads any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(), { maxLength: 10 }), (bytes, cuts) => {
        expect(parsePieces(bytes, cuts)).toEqual(new FrameParser().push(bytes));
      }),
    );
  });
});
