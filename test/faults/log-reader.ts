import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';
import { demoParent } from '../support/test-app.ts';
import { readStream, Refused, Silent } from './event-stream.ts';
import type { ClientFact, SeenEvent } from './journal-entry.ts';
import { EVENT_FIELDS, isEnd, seenEvent } from './seen-event.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What clients have in common. */
export interface ClientWorld {
  /** The address of an instance, any one of those that seem to be there, and not the one at `except`. */
  readonly anyInstance: (random: SeededRandom, except?: string) => string;
  readonly write: (by: string, fact: ClientFact) => void;
  readonly clock: Clock;
  /** Aborts when nobody waits any longer. */
  readonly signal: AbortSignal;
}

export interface LogReaderOptions {
  readonly session: string;
  /** The parent to start the session for; null: it is attached to. */
  readonly parent: number | null;
  readonly name: string;
  /** Where all of its streams come from; null: from any instance, each time. */
  readonly home: string | null;
  readonly slowMs: number;
  readonly leaves: number;
  readonly random: SeededRandom;
  /** Hears of every event, at once. `isNewLog`: what came before is no longer true. */
  readonly onEvent: (event: SeenEvent, isNewLog: boolean) => void;
}

const STARTING = `subscription ($parentId: ID!, $sessionId: ID!, $after: Int) {
  matchingSession(input: { parentId: $parentId, sessionId: $sessionId }, after: $after) { ${EVENT_FIELDS} }
}`;
/** Attaches to a session: `sessionId` and `after` are its variables. */
export const ATTACHING = `subscription ($sessionId: ID!, $after: Int) {
  sessionEvents(sessionId: $sessionId, after: $after) { ${EVENT_FIELDS} }
}`;

/** How a reader comes to its end: with the log's last event, without a session to read, or it was told to give up. */
export type ReaderEnd = 'ended' | 'lost' | 'given_up';

/** Reads a log from its first event to its last, over any number of streams from any instances. */
export class LogReader {
  readonly #world: ClientWorld;
  readonly #options: LogReaderOptions;
  #cursor = 0;
  #attempt = 0;
  #isNewLog = false;

  constructor(world: ClientWorld, options: LogReaderOptions) {
    this.#world = world;
    this.#options = options;
  }

  async read(): Promise<ReaderEnd> {
    const { random, session } = this.#options;
    let end: ReaderEnd | undefined;
    while (end === undefined) {
      end = this.#world.signal.aborted ? 'given_up' : await this.#readOnce();
      if (end === undefined) await delay(random.integer(20, 400));
    }
    this.#write({ kind: 'reader_over', session, how: end });
    return end;
  }

  /** One stream; undefined where another one is needed. */
  async #readOnce(): Promise<ReaderEnd | undefined> {
    const { session } = this.#options;
    const attempt = ++this.#attempt;
    this.#write({ kind: 'stream_begun', session, attempt, after: this.#cursor });
    try {
      const end = await this.#follow(attempt);
      this.#write({ kind: 'stream_over', session, attempt, how: end ?? 'complete' });
      return end === 'left' ? undefined : end;
    } catch (error) {
      this.#write({ kind: 'stream_over', session, attempt, how: howOf(error) });
      return undefined;
    }
  }

  async #follow(attempt: number): Promise<ReaderEnd | 'left' | undefined> {
    const { random, session, slowMs, leaves } = this.#options;
    for await (const message of this.#stream()) {
      if (message.event !== 'next') return undefined;
      const event = eventIn(message.data);
      if (event.error?.code === 'UNAVAILABLE' && event.sequence === 0) throw new Refused('UNAVAILABLE');
      this.#write({ kind: 'seen', session, attempt, event });
      if (event.error?.code === 'SESSION_NOT_FOUND') return 'lost';
      this.#take(event);
      if (isEnd(event)) return 'ended';
      if (slowMs > 0) await delay(slowMs);
      if (random.chance(leaves)) return 'left';
    }
    throw new Refused('CUT');
  }

  #stream(): ReturnType<typeof readStream> {
    const { random, session, parent, home } = this.#options;
    const about = { sessionId: session, after: this.#cursor };
    return readStream({
      url: home ?? this.#world.anyInstance(random),
      query: parent === null ? ATTACHING : STARTING,
      variables: parent === null ? about : { ...about, parentId: demoParent(parent) },
      patienceMs: random.integer(2500, 6000),
      signal: this.#world.signal,
      clock: this.#world.clock,
    });
  }

  #take(event: SeenEvent): void {
    if (event.sequence === 0) {
      if (event.error?.code !== 'HISTORY_LOST') return;
      this.#cursor = 0;
      this.#isNewLog = true;
      return;
    }
    this.#cursor = event.sequence;
    this.#options.onEvent(event, this.#isNewLog);
    this.#isNewLog = false;
  }

  #write(fact: ClientFact): void {
    this.#world.write(`${this.#options.session}/${this.#options.name}`, fact);
  }
}

/** The event in a message. Throws Refused where it holds errors instead. */
export function eventIn(data: string): SeenEvent {
  const { data: fields, errors } = JSON.parse(data) as {
    readonly data?: Readonly<Record<string, unknown>> | null;
    readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
  };
  const [event] = Object.values(fields ?? {});
  if (event === undefined || event === null) throw new Refused(errors?.[0]?.extensions?.code ?? 'NO_EVENT');
  return seenEvent(event);
}

function howOf(error: unknown): string {
  if (error instanceof Refused) return error.code === 'CUT' ? 'cut' : error.code;
  if (error instanceof Silent) return 'silent';
  return 'cut';
}
