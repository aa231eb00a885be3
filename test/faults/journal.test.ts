import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal, parseJournal, readJournals } from './journal.ts';
import { sessionStates } from './runners.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'matching-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A clock that stands still where it is put. */
function clockAt(ms: number): { now: () => number } {
  return { now: () => ms };
}

test('what several processes wrote is read in the order of its times, before any of them has closed its file', () => {
  using one = new Journal(join(folder, 'instance-a.1.jsonl'), clockAt(20));
  using other = new Journal(join(folder, 'instance-b.1.jsonl'), clockAt(10));
  using harness = new Journal(join(folder, 'r0000.jsonl'), clockAt(0));
  one.write('a.1', { kind: 'instance_ready', pid: 1 });
  other.write('b.1', { kind: 'instance_ready', pid: 2 });
  harness.write('harness', { kind: 'harness_failed', what: 'nothing' });
  expect(readJournals(folder, 'instance-').map(({ by, at }) => [by, at])).toEqual([
    ['b.1', 10],
    ['a.1', 20],
  ]);
});

test('a last line that a kill has torn is left out, and any other torn line is an error', () => {
  const line = '{"at":1,"by":"a.1","kind":"instance_ready","pid":1}';
  expect(parseJournal(`${line}\n{"at":2,"by":"a`)).toEqual([JSON.parse(line)]);
  expect(() => parseJournal(`{"at":2,"by":"a\n${line}\n`)).toThrow(SyntaxError);
});

test('the journals tell who runs which session, and whether it is at work or waits', () => {
  const run = { session: 'r1-s0', run: 'one' };
  const entries = [
    { at: 1, by: 'a.1', kind: 'run_begun', ...run },
    { at: 2, by: 'a.1', kind: 'run_over', ...run, how: 'suspended' },
    { at: 3, by: 'b.2', kind: 'run_begun', session: 'r1-s1', run: 'two' },
    { at: 4, by: 'b.2', kind: 'run_begun', session: 'r1-s2', run: 'three' },
    { at: 5, by: 'b.2', kind: 'run_over', session: 'r1-s2', run: 'three', how: 'results' },
    { at: 6, by: 'b.2', kind: 'run_begun', session: 'r2-s0', run: 'four' },
  ] as const;
  expect(sessionStates(entries, 'r1-')).toEqual([
    { session: 'r1-s0', instance: 'a', isWorking: false },
    { session: 'r1-s1', instance: 'b', isWorking: true },
  ]);
});
