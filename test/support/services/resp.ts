/** What Redis answers, RESP2 (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
export type RespValue = string | number | null | RespFailure | readonly RespValue[];

/** An answer that says no, such as `MOVED 866 127.0.0.1:12001`. */
export class RespFailure extends Error {
  override readonly name = 'RespFailure';
}

/** A command as it goes over the wire. */
export function encodeCommand(words: readonly (string | number)[]): string {
  const bulks = words.map(String).map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${bulks.join('')}`;
}

interface Decoded {
  readonly value: RespValue;
  /** Where the next value begins. */
  readonly end: number;
}

/** The value that begins at `start`; null while a part of it is still to come. */
export function decodeValue(bytes: Buffer, start = 0): Decoded | null {
  const lineEnd = bytes.indexOf('\r\n', start);
  if (lineEnd === -1) return null;
  const line = bytes.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[start] ?? 0)) {
    case '+':
      return { value: line, end };
    case '-':
      return { value: new RespFailure(line), end };
    case ':':
      return { value: Number(line), end };
    case '$':
      return decodeBulk(bytes, end, Number(line));
    case '*':
      return decodeArray(bytes, end, Number(line));
    default:
      throw new TypeError('this is not Redis: its answer is none of RESP');
  }
}

function decodeBulk(bytes: Buffer, start: number, length: number): Decoded | null {
  if (length === -1) return { value: null, end: start };
  const end = start + length + 2;
  return bytes.length < end ? null : { value: bytes.toString('utf8', start, start + length), end };
}

function decodeArray(bytes: Buffer, start: number, length: number): Decoded | null {
  if (length === -1) return { value: null, end: start };
  const values: RespValue[] = [];
  let end = start;
  while (values.length < length) {
    const next = decodeValue(bytes, end);
    if (next === null) return null;
    values.push(next.value);
    end = next.end;
  }
  return { value: values, end };
}
