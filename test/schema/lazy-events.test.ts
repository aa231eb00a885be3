import { describe, expect, it } from 'vitest';
import { LazyEvents } from '../../src/schema/lazy-events.ts';

const DONE = { value: undefined, done: true };

/** A source that is acquired, fed and counted by hand. */
function handMade() {
  const acquired = Promise.withResolvers<AsyncIterator<number>>();
  const counts = { acquired: 0, returned: 0 };
  const results = Array.from({ length: 3 }, () => Promise.withResolvers<IteratorResult<number>>());
  let given = 0;
  let taken = 0;
  const never = Promise.withResolvers<IteratorResult<number>>().promise;
  const source: AsyncIterator<number> = {
    next: () => results[taken++]?.promise ?? never,
    async return() {
      counts.returned += 1;
      return { value: undefined, done: true };
    },
  };
  return {
    counts,
    events: new LazyEvents(() => {
      counts.acquired += 1;
      return acquired.promise;
    }),
    acquire: () => acquired.resolve(source),
    failToAcquire: (error: Error) => acquired.reject(error),
    give: (value: number) => results[given++]?.resolve({ value, done: false }),
    finish: () => results[given++]?.resolve({ value: undefined, done: true }),
    fail: (error: Error) => results[given++]?.reject(error),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('LazyEvents', () => {
  it('acquires nothing until the first event is asked for, and then once', async () => {
    const { events, counts, acquire, give, finish } = handMade();
    expect(counts.acquired).toBe(0);
    acquire();
    const first = events.next();
    give(1);
    expect(await first).toEqual({ value: 1, done: false });
    finish();
    expect(await events.next()).toEqual(DONE);
    expect(counts).toEqual({ acquired: 1, returned: 0 });
  });

  it('returned before anything was asked for, it acquires nothing at all', async () => {
    const { events, counts } = handMade();
    await events.return();
    expect(await events.next()).toEqual(DONE);
    await events.open();
    expect(counts.acquired).toBe(0);
  });

  it('a return settles a next that waits for an event, and gives the source back', async () => {
    const { events, counts, acquire } = handMade();
    acquire();
    await events.open();
    const pending = events.next();
    await events.return();
    expect(await pending).toEqual(DONE);
    await settled();
    expect(counts.returned).toBe(1);
  });

  it('a return during the acquiring settles open and next at once; the source is given back when it comes', async () => {
    const { events, counts, acquire } = handMade();
    const opening = events.open();
    const pending = events.next();
    await events.return();
    expect(await pending).toEqual(DONE);
    await opening;
    expect(counts.returned).toBe(0);
    acquire();
    await settled();
    expect(counts).toEqual({ acquired: 1, returned: 1 });
  });

  it('a source that fails to come after the reader has left disturbs nobody', async () => {
    const { events, failToAcquire } = handMade();
    const pending = events.next();
    await events.return();
    failToAcquire(new Error('too late'));
    await settled();
    expect(await pending).toEqual(DONE);
  });

  it('open and next reject as the acquiring does, and the events are over', async () => {
    const { events, failToAcquire } = handMade();
    failToAcquire(new Error('no'));
    await expect(events.open()).rejects.toThrow('no');
    await expect(events.next()).rejects.toThrow('no');
    expect(await events.next()).toEqual(DONE);
    await expect(events.over).resolves.toBeUndefined();
  });

  it('a source that fails rejects the pending next once, and then there is nothing more', async () => {
    const { events, acquire, fail } = handMade();
    acquire();
    const pending = events.next();
    fail(new Error('broken'));
    await expect(pending).rejects.toThrow('broken');
    expect(await events.next()).toEqual(DONE);
  });

  it('a last word goes to the reader that waits, and the source is given back', async () => {
    const { events, counts, acquire } = handMade();
    acquire();
    await events.open();
    const pending = events.next();
    events.end(9);
    expect(await pending).toEqual({ value: 9, done: false });
    expect(await events.next()).toEqual(DONE);
    await settled();
    expect(counts.returned).toBe(1);
  });

  it('a last word that nobody waits for is kept for the next call, and said once', async () => {
    const { events } = handMade();
    events.end(9);
    events.end(10);
    expect(await events.next()).toEqual({ value: 9, done: false });
    expect(await events.next()).toEqual(DONE);
  });

  it('a last word during the opening is not lost', async () => {
    const { events } = handMade();
    const opening = events.open();
    events.end(9);
    await opening;
    expect(await events.next()).toEqual({ value: 9, done: false });
  });

  it('a last word after the end changes nothing', async () => {
    const { events, acquire, finish } = handMade();
    acquire();
    finish();
    expect(await events.next()).toEqual(DONE);
    events.end(9);
    expect(await events.next()).toEqual(DONE);
  });

  it('leaving a for-await loop gives the source back', async () => {
    const { events, counts, acquire, give } = handMade();
    acquire();
    give(1);
    for await (const event of events) {
      expect(event).toBe(1);
      break;
    }
    await settled();
    expect(counts.returned).toBe(1);
  });
});
