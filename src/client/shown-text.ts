/**
 * Control characters (C0, DEL, C1: with them a text could move the cursor or rewrite the screen), line and paragraph
 * separators, and the marks that turn the direction of what follows (U+202A to U+202E, U+2066 to U+2069).
 */
const UNSHOWN = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu;

/** A text of the service's as a terminal or a log may show it: on one line, and without anything that steers the terminal. */
export function shown(text: string): string {
  return text.toWellFormed().replaceAll(UNSHOWN, ' ').trim();
}
