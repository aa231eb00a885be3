import type { MatchingEvent } from '../../src/protocol.ts';

type Result = IteratorResult<MatchingEvent, undefined>;

const DONE = { value: undefined, done: true } as const;

/** A log that a test writes by hand, and that any number of readers follow from its start. */
export class EventFeed {
  readonly #events: MatchingEvent[] = [];
  readonly #readers = new Set<FeedReader>();
  #ended = false;
  #failure: Error | undefined;

  /** Readers that have begun and were not given back. */
  get openReaders(): number {
    return this.#readers.size;
  }

  push(...events: MatchingEvent[]): void {
    this.#events.push(...events);
    this.#ring();
  }

  end(): void {
    this.#ended = true;
    this.#ring();
  }

  /** Makes every reader's next() reject. */
  fail(error: Error): void {
    this.#failure = error;
    this.#ring();
  }

  /** From the first event after `after`; it counts as open from now on. */
  read(after = 0): AsyncIterableIterator<MatchingEvent> {
    const reader = new FeedReader(this, after);
    this.#readers.add(reader);
    return reader;
  }

  /** What a reader at this place gets; undefined when it has to wait. */
  take(place: number): Result | Error | undefined {
    const event = this.#events[place];
    if (event !== undefined) return { value: event, done: false };
    if (this.#failure !== undefined) return this.#failure;
    return this.#ended ? DONE : undefined;
  }

  giveBack(reader: FeedReader): void {
    this.#readers.delete(reader);
  }

  #ring(): void {
    for (const reader of this.#readers) reader.ring();
  }
}

class FeedReader implements AsyncIterableIterator<MatchingEvent, undefined> {
  readonly #feed: EventFeed;
  #place: number;
  #over = false;
  #waiting: (() => void) | undefined;

  constructor(feed: EventFeed, place: number) {
    this.#feed = feed;
    this.#place = place;
  }

  ring(): void {
    this.#waiting?.();
  }

  async next(): Promise<Result> {
    while (!this.#over) {
      const taken = this.#feed.take(this.#place);
      if (taken instanceof Error) {
        await this.return();
        throw taken;
      }
      if (taken?.done === true) return this.return();
      if (taken !== undefined) {
        this.#place += 1;
        return taken;
      }
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return DONE;
  }

  async return(): Promise<Result> {
    this.#over = true;
    this.#feed.giveBack(this);
    this.#waiting?.();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
