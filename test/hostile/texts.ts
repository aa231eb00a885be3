import { CANARY } from './hostile-instance.ts';

/** A text that somebody would be ill advised to take for what it looks like. */
export interface HostileText {
  readonly name: string;
  readonly text: string;
}

/** A megabyte of a text that can be looked for. */
export const MEGABYTE = CANARY.padEnd(1_000_000, 'x');

/** None of them is a session that there is, a UUID, or the id of a question. */
export const HOSTILE_TEXTS: readonly HostileText[] = [
  { name: 'a NUL', text: `some\0session-${CANARY}` },
  { name: 'a lone high surrogate', text: `${CANARY}-\ud800` },
  { name: 'a lone low surrogate', text: `\udfff-${CANARY}` },
  { name: 'surrogates the wrong way round', text: `some-session-\udc00\ud800` },
  { name: '__proto__', text: '__proto__' },
  { name: 'constructor', text: 'constructor' },
  { name: 'hasOwnProperty', text: 'hasOwnProperty' },
  { name: 'a header', text: `${CANARY}\r\nX-Evil: 1\r\n\r\n` },
  { name: 'a response', text: `${CANARY}\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nX-Evil: 1\r\n\r\n` },
  { name: 'a frame', text: `${CANARY}\n\nid: 99\ndata: {"type":"match_results"}\n\n` },
  { name: 'a line break of Unicode', text: `${CANARY}\u2028\u2029\u0085data: 1` },
  { name: 'text from right to left', text: `\u202e${CANARY}\u202c` },
  { name: 'a path upwards', text: `../../../${CANARY}` },
  { name: 'a key of Redis', text: `{0}:${CANARY}:log` },
  { name: 'a pattern', text: '*' },
  { name: 'SQL', text: `'; drop table parents; -- ${CANARY}` },
  { name: 'a template', text: `\${7*7}{{7*7}}<%= 7 %>%s%n ${CANARY}` },
  { name: 'markup', text: `<script>alert("${CANARY}")</script>` },
  { name: 'percent signs', text: `%00%0d%0a%${CANARY}` },
  { name: 'combining marks', text: `${CANARY}${'\u0301'.repeat(3000)}` },
  { name: '10,000 characters', text: CANARY.padEnd(10_000, '\u00e9') },
];
