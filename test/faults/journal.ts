import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../src/clock.ts';
import type { JournalEntry, JournalFact } from './journal-entry.ts';

/** A file of JSON lines, each handed to the system before the next thing is done: a killed process leaves them all. */
export class Journal implements Disposable {
  readonly #file: number;
  readonly #clock: Pick<Clock, 'now'>;

  /** @param path what is there already stays */
  constructor(path: string, clock: Pick<Clock, 'now'>) {
    this.#file = openSync(path, 'a');
    this.#clock = clock;
  }

  /** Writes what somebody did or saw. */
  write(by: string, fact: JournalFact): void {
    writeSync(this.#file, `${JSON.stringify({ at: this.#clock.now(), by, ...fact })}\n`);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

/** Every entry of a journal's text. A last line that a kill has torn is left out; any other torn line throws. */
export function parseJournal(text: string): JournalEntry[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    if (index === lines.length - 1) return parseTorn(line);
    return [JSON.parse(line) as JournalEntry];
  });
}

/** Every entry of a folder's journals (`*.jsonl`) whose name begins like this, in the order of their times. */
export function readJournals(folder: string, begin = ''): JournalEntry[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(begin) && name.endsWith('.jsonl'));
  return inOrder(names.flatMap((name) => parseJournal(readFileSync(join(folder, name), 'utf8'))));
}

/** By time; what one process wrote within a millisecond stays in its order. */
export function inOrder(entries: readonly JournalEntry[]): JournalEntry[] {
  return entries.toSorted((one, other) => one.at - other.at);
}

function parseTorn(line: string): JournalEntry[] {
  try {
    return [JSON.parse(line) as JournalEntry];
  } catch {
    return [];
  }
}
