import { readFileSync } from 'node:fs';

const DOCUMENT = 'test/rest/documented/streaming-api.md';

/** The blocks of JavaScript of the documented API, in their order. */
export function documentedSnippets(): readonly string[] {
  const blocks = readFileSync(DOCUMENT, 'utf8').matchAll(/^```javascript\n(?<code>.*?)^```$/gmsu);
  return [...blocks].map(({ groups }) => groups?.['code'] ?? '');
}

/** A text without its whitespace. */
export function bare(text: string): string {
  return text.replaceAll(/\s+/gu, '');
}
