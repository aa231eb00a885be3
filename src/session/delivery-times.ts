import type { Clock } from '../clock.ts';
import type { MatchingEvent } from '../protocol.ts';
import type { LogPage, SessionStore } from './session-store.ts';

/** Hears, for an event that a reader has taken, how many milliseconds before this instance was rung for it. */
export type OnDelivered = (ms: number) => void;

/**
 * Times the events of one reader, from the ring that told of them to the reader's asking for the next one: by then the
 * socket has taken the event's bytes, since a reader asks for no more before. What was there when a reader came is not
 * timed, nor what a look found that no ring came for. Events that are read together count from their first ring.
 */
export class DeliveryTimes {
  readonly #clock: Clock;
  readonly #onDelivered: OnDelivered;
  /** The first ring since the last look. */
  #rungAt: number | undefined;
  /** The ring that the last look came for, where its events are to be timed. */
  #heardAt: number | undefined;
  #isCaughtUp = false;

  constructor(clock: Clock, onDelivered: OnDelivered) {
    this.#clock = clock;
    this.#onDelivered = onDelivered;
  }

  /** The store as the reader is to know it. */
  watching(store: Pick<SessionStore, 'read' | 'watch'>): Pick<SessionStore, 'read' | 'watch'> {
    return {
      watch: async (key, ring) =>
        store.watch(key, () => {
          this.#rungAt ??= this.#clock.monotonic();
          ring();
        }),
      read: async (key, after, limit) => {
        this.#heardAt = this.#isCaughtUp ? this.#rungAt : undefined;
        this.#rungAt = undefined;
        const page = await store.read(key, after, limit);
        this.#isCaughtUp = page !== undefined && isAll(page, after);
        return page;
      },
    };
  }

  /** The events as their reader is to read them. */
  timing(events: AsyncIterableIterator<MatchingEvent>): AsyncIterableIterator<MatchingEvent> {
    let givenFor: number | undefined;
    return {
      next: async () => {
        if (givenFor !== undefined) this.#onDelivered(this.#clock.monotonic() - givenFor);
        givenFor = undefined;
        const result = await events.next();
        if (result.done !== true) givenFor = this.#heardAt;
        return result;
      },
      return: async () => (await events.return?.()) ?? { done: true, value: undefined },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

function isAll({ events, lastSequence }: LogPage, after: number): boolean {
  return lastSequence === after + events.length;
}
