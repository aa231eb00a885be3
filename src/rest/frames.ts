import type { RestMessage } from '../rest-protocol.ts';

/** How long a browser's EventSource waits before it comes back, in milliseconds. */
const RETRY_MS = 2000;

/** What a stream begins with. */
export const OPENING = retryFrame(RETRY_MS);

/** What JSON leaves as it is and yet ends a line for some readers, such as Python's `splitlines`. */
const LINE_ENDS = /[\u0085\u2028\u2029]/gu;

/** Says how long an EventSource is to wait before it comes back, in milliseconds. It is no message. */
export function retryFrame(ms: number): string {
  return `retry: ${ms}\n\n`;
}

/**
 * A message as a frame of an event stream: its id, where it has one, and its JSON in one line. There is no `event:`
 * line, so that a plain `onmessage` handler sees every message.
 */
export function frameOf(message: RestMessage): string {
  const data = `data: ${oneLine(JSON.stringify(message))}\n\n`;
  const id = sequenceOf(message);
  return id === 0 ? data : `id: ${id}\n${data}`;
}

/** What is no part of the log moves nobody's cursor: it has sequence 0, or none. */
function sequenceOf(message: RestMessage): number {
  return 'sequence' in message ? message.sequence : 0;
}

/** JSON escapes every other character that ends a line. */
function oneLine(json: string): string {
  return json.replaceAll(LINE_ENDS, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
