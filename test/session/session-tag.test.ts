import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sessionTag } from '../../src/log.ts';
import { sessionNameOf } from '../../src/session/redis-keys.ts';
import { RunnerBench } from '../support/runner-bench.ts';
import { noOffers } from '../support/session-samples.ts';

const KEY = { account: 'demo', sessionId: 'running-session' };

describe('the tag of a session', () => {
  test('is where its keys in Redis begin', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (account, sessionId) => {
        const tag = sessionTag({ account, sessionId });
        expect(tag).toHaveLength(16);
        expect(sessionNameOf({ account, sessionId }).slice(0, 16)).toBe(tag);
      }),
    );
  });

  test('is another one for another session, and for another account', () => {
    const tags = [
      sessionTag({ account: 'a', sessionId: 'b' }),
      sessionTag({ account: 'b', sessionId: 'a' }),
      sessionTag({ account: 'ab', sessionId: '' }),
    ];
    expect(new Set(tags).size).toBe(tags.length);
  });

  test('never changes: an operator may have noted it down', () => {
    expect(sessionTag({ account: 'demo', sessionId: '550e8400-e29b-41d4-a716-446655440000' })).toBe('6RBmfdw9p3_nW5aq');
  });
});

describe('a line about a session', () => {
  test('of its error names it by its tag, never by its id', async () => {
    await using bench = new RunnerBench();
    const runner = bench.runner(async () => {
      throw new Error('at Potsdamer Platz 1');
    });
    await runner.take(await bench.start());
    const [line] = bench.log.lines;
    expect(line).toMatchObject({ message: 'a session ended in an error', fields: { session: sessionTag(KEY) } });
    expect(JSON.stringify(bench.log.lines)).not.toMatch(/running-session|Potsdamer/u);
  });

  test('of its takeover names it, and under which epoch; a first run needs no line', async () => {
    await using bench = new RunnerBench();
    const lease = await bench.start();
    const runner = bench.runner(async () => noOffers());
    const claimed = await bench.store.claim(lease, 1, 'two');
    if (!claimed) throw new Error('not claimed');
    await runner.take(claimed);
    expect(bench.log.lines).toEqual([
      { level: 'info', message: 'a session was taken over', fields: { session: sessionTag(KEY), epoch: 2 } },
    ]);
    await using first = new RunnerBench();
    await first.runner(async () => noOffers()).take(await first.start());
    expect(first.log.lines).toEqual([]);
  });
});
