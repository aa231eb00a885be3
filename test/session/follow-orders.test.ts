import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clock, Timer } from '../../src/clock.ts';
import { errorBody, SessionFailure } from '../../src/errors.ts';
import type { MatchingEvent } from '../../src/protocol.ts';
import { follow } from '../../src/session/follow.ts';
import type { LogPage, StopWatching } from '../../src/session/session-store.ts';
import { settle } from '../support/manual-clock.ts';
import { progressAt } from '../support/session-samples.ts';

const KEY = { account: 'demo', sessionId: 'followed-session' };

/** What happens in one example, besides the order in which it happens. */
interface Script {
  /** Events that are there before the reader comes, and that are written while it reads. */
  readonly before: number;
  readonly during: number;
  /** What becomes of the ring for each event: how many times it comes; 0: it is lost, and a look rings later. */
  readonly rings: readonly number[];
  /** Which calls of the store are refused. */
  readonly failures: readonly boolean[];
  /** The log is begun anew before this event is written. */
  readonly begunAnewAt: number | null;
  /** The reader leaves once it has seen so many events. */
  readonly leavesAfter: number | null;
}

const script: fc.Arbitrary<Script> = fc.record({
  before: fc.nat(3),
  during: fc.nat(5),
  rings: fc.array(fc.constantFrom(0, 0, 1, 2), { maxLength: 8 }),
  failures: fc.array(fc.boolean(), { maxLength: 8 }),
  begunAnewAt: fc.option(fc.nat(5)),
  leavesAfter: fc.option(fc.nat(6)),
});

/** A log whose every call, reply, ring and timer comes when the scheduler says. */
class World implements Clock {
  readonly #scheduler: fc.Scheduler;
  readonly #failures: boolean[];
  readonly #rings = new Set<() => void>();
  readonly #timers = new Set<object>();
  generation = 1;
  log: MatchingEvent[] = [];
  ended = false;

  constructor(scheduler: fc.Scheduler, failures: readonly boolean[]) {
    this.#scheduler = scheduler;
    this.#failures = [...failures];
  }

  now(): number {
    return 0;
  }

  monotonic(): number {
    return 0;
  }

  after(_delayMs: number, callback: () => void): Timer {
    const timer = {};
    this.#timers.add(timer);
    void this.#when('timer', () => {
      if (this.#timers.delete(timer)) callback();
    });
    return { cancel: () => this.#timers.delete(timer) };
  }

  /** What is held of readers. */
  get held(): { readonly watchers: number; readonly timers: number } {
    return { watchers: this.#rings.size, timers: this.#timers.size };
  }

  async read(_key: object, after: number, limit: number): Promise<LogPage> {
    await this.#call('read');
    const page = {
      generation: String(this.generation),
      events: this.log.slice(after, after + limit),
      lastSequence: this.log.length,
      ended: this.ended,
    };
    await this.#comes('page');
    return page;
  }

  async watch(_key: object, ring: () => void): Promise<StopWatching> {
    await this.#call('watch');
    const entry = (): void => ring();
    this.#rings.add(entry);
    await this.#comes('watched');
    return () => this.#rings.delete(entry);
  }

  append(isLast = false): void {
    const sequence = this.log.length + 1;
    const body = isLast ? errorBody('session_cancelled') : progressAt(this.generation / 10);
    this.log.push({ ...body, sessionId: KEY.sessionId, timestamp: this.generation, sequence });
    this.ended = isLast;
  }

  beginAnew(): void {
    this.generation += 1;
    this.log = [];
  }

  ring(): void {
    void this.#when('ring', () => {
      for (const ring of this.#rings) ring();
    });
  }

  ringLater(): void {
    void this.#when('look', () => this.ring());
  }

  async #call(name: string): Promise<void> {
    await this.#comes(name);
    if (this.#failures.shift() === true) {
      await this.#comes('refusal');
      throw new SessionFailure('unavailable');
    }
  }

  async #when(what: string, happens: () => void): Promise<void> {
    await this.#comes(what);
    happens();
  }

  async #comes(what: string): Promise<void> {
    await this.#scheduler.schedule(Promise.resolve(), what);
  }
}

/** The writer: one event after the other, and then the last. */
function writing(
  world: World,
  { during, rings, begunAnewAt }: Script,
): { builder: () => Promise<void>; label: string }[] {
  return Array.from({ length: during + 1 }, (_, index) => ({
    label: `write ${index}`,
    builder: async () => {
      if (begunAnewAt === index) world.beginAnew();
      world.append(index === during);
      const times = rings[index] ?? 1;
      for (let time = 0; time < times; time += 1) world.ring();
      if (times === 0) world.ringLater();
    },
  }));
}

function labels(events: readonly MatchingEvent[]): string[] {
  return events.map((event) =>
    event.sequence === 0 ? (event.type === 'error' ? event.errorCode : '') : `${event.timestamp}:${event.sequence}`,
  );
}

test('a reader sees exactly the log, whatever comes in whichever order, and leaves nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), script, async (scheduler, given) => {
      const world = new World(scheduler, given.failures);
      for (let count = 0; count < given.before; count += 1) world.append();
      const former: readonly MatchingEvent[] = world.log;
      const events = follow(world, KEY, { after: 0, clock: world });
      const seen: MatchingEvent[] = [];
      let isOver = false;
      const reading = (async () => {
        for await (const event of events) {
          seen.push(event);
          if (seen.length === given.leavesAfter) break;
        }
        isOver = true;
      })();
      scheduler.scheduleSequence(writing(world, given));
      while (scheduler.count() > 0) {
        await scheduler.waitIdle();
        await settle();
      }
      expect(isOver).toBe(true);
      await reading;
      // Whether it has seen the former log, and how much of it, is a matter of luck.
      const afresh = ['history_lost', ...labels(world.log)];
      const formerly = [[], ...former.map((_, index) => labels(former.slice(0, index + 1)))];
      const whole = [labels(world.log), ...(world.generation === 1 ? [] : formerly.map((old) => [...old, ...afresh]))];
      const told = labels(seen);
      const isLeft = given.leavesAfter !== null && seen.length === given.leavesAfter;
      const fits = whole.some((all) =>
        isLeft ? all.slice(0, told.length).join() === told.join() : all.join() === told.join(),
      );
      expect(fits, `saw ${told.join()} of ${labels(world.log).join()}`).toBe(true);
      expect(world.held).toEqual({ watchers: 0, timers: 0 });
    }),
    { numRuns: 1500 },
  );
});

test('a reader that leaves at any moment is let go of at once, and leaves nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), script, fc.nat(20), async (scheduler, given, steps) => {
      const world = new World(scheduler, given.failures);
      for (let count = 0; count < given.before; count += 1) world.append();
      const events = follow(world, KEY, { after: 0, clock: world });
      const seen: MatchingEvent[] = [];
      let isOver = false;
      const reading = (async () => {
        for await (const event of { [Symbol.asyncIterator]: () => ({ next: () => events.next() }) }) seen.push(event);
        isOver = true;
      })();
      scheduler.scheduleSequence(writing(world, { ...given, begunAnewAt: null }));
      for (let step = 0; step < steps && scheduler.count() > 0; step += 1) await scheduler.waitNext(1);
      // Left at once: nothing that is under way is waited for.
      await events.return?.();
      await settle();
      expect(isOver).toBe(true);
      expect(world.held.timers).toBe(0);
      await reading;
      const count = seen.length;
      await scheduler.waitIdle();
      await settle();
      expect(seen.length).toBe(count);
      expect(labels(seen)).toEqual(labels(world.log).slice(0, count));
      expect(await events.next()).toEqual({ done: true, value: undefined });
      expect(world.held).toEqual({ watchers: 0, timers: 0 });
    }),
    { numRuns: 1000 },
  );
});
