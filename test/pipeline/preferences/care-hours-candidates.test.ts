import { describe, expect, it } from 'vitest';
import { readCandidateHours } from '../../../src/pipeline/preferences/care-hours/candidate-hours.ts';
import { RememberedWeeks } from '../../../src/pipeline/preferences/care-hours/remembered-weeks.ts';
import { centerOpen } from './care-hours-support.ts';

/** Weeks on a clock of their own, on which every text takes 10 ms to read. */
class SlowWeeks {
  readonly read: string[] = [];
  readonly remembered = new RememberedWeeks(10, (text) => {
    this.read.push(text);
    this.now += 10;
    return text === 'bad' ? null : [];
  });
  now = 0;
}

function reading(slow: SlowWeeks, texts: readonly (string | null)[], signal = new AbortController().signal) {
  const candidates = texts.map((text) => centerOpen(text));
  return readCandidateHours({ candidates, remembered: slow.remembered, workMs: () => slow.now, signal });
}

describe('reading the hours of the candidates', () => {
  it('reads a text that many centers share once', async () => {
    const slow = new SlowWeeks();
    const hours = await reading(slow, ['24/7', 'bad', '24/7', 'bad', null]);
    expect(slow.read).toEqual(['24/7', 'bad']);
    expect(hours).toMatchObject({ candidates: 5, unknown: 3, readingMs: 20 });
  });

  it('lets others run in between, and does not count their time', async () => {
    const slow = new SlowWeeks();
    const hours = reading(slow, ['a', 'b', 'c']);
    expect(slow.read).toEqual(['a']);
    slow.now += 1_000;
    expect((await hours).readingMs).toBe(30);
  });

  it('stops when the run may not go on', async () => {
    const controller = new AbortController();
    const slow = new SlowWeeks();
    const hours = reading(slow, ['a', 'b', 'c'], controller.signal);
    controller.abort(new Error('taken over'));
    await expect(hours).rejects.toThrow('taken over');
    expect(slow.read).toEqual(['a']);
  });
});
