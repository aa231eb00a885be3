/** A message of an event stream. */
export interface Frame {
  /** The data lines, joined by line feeds. */
  readonly data: string;
  /** The `event` field; `message` where there was none. */
  readonly event: string;
  /** The id that this very message gave; null where it gave none. */
  readonly id: string | null;
  /** The last id of the stream so far, this message's included; empty where there was none yet. */
  readonly lastEventId: string;
}

/** One message was longer than the parser takes. */
export class FrameTooLongError extends Error {
  override readonly name = 'FrameTooLongError';

  constructor(longest: number) {
    super(`A message of the stream is longer than ${longest} characters, which is the most that is taken.`);
  }
}

/** Characters of one message, its field names included: 16 Mi, far above the largest result. */
const LONGEST_FRAME = 16 * 1024 * 1024;

const LINE_END = /\r\n|\n|\r/gu;

/** A reconnection time: ASCII digits and nothing else. */
const DIGITS = /^[0-9]+$/u;

/**
 * Reads an event stream out of chunks of bytes that may be cut anywhere, as the HTML standard says:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 *
 * A message is given once the blank line after it was read; a last one without it never is.
 */
export class FrameParser {
  readonly #longest: number;
  // Not fatal: malformed bytes become U+FFFD. A byte order mark at the start is left out.
  readonly #decoder = new TextDecoder('utf-8');
  /** A line whose end has not come yet, in parts. */
  #line = '';
  /** A carriage return ended the last chunk: a line feed that comes next belongs to it. */
  #skipsLineFeed = false;
  #data: string[] = [];
  #event = '';
  #id: string | null = null;
  #lastEventId = '';
  #length = 0;
  #retryMs: number | null = null;

  /** `longest`: how many characters one message may have. */
  constructor(longest = LONGEST_FRAME) {
    this.#longest = longest;
  }

  /** The stream's last `retry`, in milliseconds; null where there was none yet. */
  get retryMs(): number | null {
    return this.#retryMs;
  }

  /** The messages that these bytes complete. Throws FrameTooLongError; after that the parser is of no use. */
  push(bytes: Uint8Array): Frame[] {
    const text = this.#withoutSplitLineFeed(this.#decoder.decode(bytes, { stream: true }));
    const frames: Frame[] = [];
    let from = 0;
    for (const { 0: end, index } of text.matchAll(LINE_END)) {
      this.#grow(text.slice(from, index));
      from = index + end.length;
      this.#endLine(frames);
    }
    this.#grow(text.slice(from));
    return frames;
  }

  #withoutSplitLineFeed(text: string): string {
    if (text === '') return text;
    const rest = this.#skipsLineFeed && text.startsWith('\n') ? text.slice(1) : text;
    this.#skipsLineFeed = text.endsWith('\r');
    return rest;
  }

  #grow(part: string): void {
    this.#length += part.length;
    if (this.#length > this.#longest) throw new FrameTooLongError(this.#longest);
    this.#line += part;
  }

  #endLine(frames: Frame[]): void {
    const line = this.#line;
    this.#line = '';
    if (line === '') this.#endFrame(frames);
    else if (line.startsWith(':')) this.#length -= line.length;
    else this.#takeField(line);
  }

  #takeField(line: string): void {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const given = colon === -1 ? '' : line.slice(colon + 1);
    const value = given.startsWith(' ') ? given.slice(1) : given;
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && DIGITS.test(value)) this.#retryMs = Number(value);
  }

  #endFrame(frames: Frame[]): void {
    this.#lastEventId = this.#id ?? this.#lastEventId;
    if (this.#data.length > 0) {
      frames.push({
        data: this.#data.join('\n'),
        event: this.#event === '' ? 'message' : this.#event,
        id: this.#id,
        lastEventId: this.#lastEventId,
      });
    }
    this.#data = [];
    this.#event = '';
    this.#id = null;
    this.#length = 0;
  }
}
