import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Failure, MatchingEvent, Question, Responded } from './operations.ts';
import { ask, closeTerminal, say, sayEvent, sayReceipt } from './terminal.ts';

/** What a GraphQL client does for a session. Both reject when they are refused, or the connection is lost. */
export interface SessionClient {
  /** Sends MATCHING, and gives every event to `take` as it comes. Resolves when the stream has ended. */
  read(variables: Record<string, unknown>, take: (event: MatchingEvent) => void): Promise<void>;
  /** Sends RESPOND. */
  respond(input: Answer): Promise<Responded['respondToInteraction']>;
}

const SECOND_MS = 1000;
const MOST_TRIES = 5;
/** After these a question is open still. */
const OPEN_STILL: ReadonlySet<string | undefined> = new Set(['INVALID_RESPONSE', 'RATE_LIMITED']);

/** A search to its end, with a person at the terminal. Ends the program where it cannot go on. */
export async function search(client: SessionClient, parentId: string): Promise<void> {
  await new Session(client, parentId).read().catch(fail);
  closeTerminal();
}

class Session {
  readonly #client: SessionClient;
  readonly #parentId: string;
  // Who names the session and the last event that was read can lose every stream, and loses nothing.
  readonly #id = crypto.randomUUID();
  #after = 0;
  #isOver = false;
  /** How long to wait before the next stream. */
  #waitMs = SECOND_MS;
  /** Questions that are open, by their ids. */
  readonly #open = new Map<string, AbortController>();
  /** One question after another. */
  #asking = Promise.resolve();

  constructor(client: SessionClient, parentId: string) {
    this.#client = client;
    this.#parentId = parentId;
  }

  /** Reads it to its end, on as many streams as that takes. */
  async read(): Promise<void> {
    say(`Session ${this.#id}`);
    for (;;) {
      this.#waitMs = SECOND_MS;
      await untilItWorks(() => this.#readStream());
      if (this.#isOver) return;
      await delay(this.#waitMs);
    }
  }

  async #readStream(): Promise<void> {
    const before = this.#after;
    const variables = { input: { parentId: this.#parentId, sessionId: this.#id, limit: 5 }, after: before };
    try {
      await this.#client.read(variables, (event) => this.#take(event));
    } catch (error) {
      // A stream that was lost after it had said something did work.
      if (this.#after === before) throw error;
    }
  }

  #take(event: MatchingEvent): void {
    if (event.sequence > 0 && event.sequence <= this.#after) return;
    this.#after = Math.max(this.#after, event.sequence);
    if (event.__typename === 'ProcessingUpdate') this.#close(event.answeredInteractionId);
    if (event.__typename === 'UserInteraction') this.#put(event);
    if (event.__typename === 'MatchResults') this.#end();
    if (event.__typename === 'Error') this.#takeError(event);
    sayEvent(event);
  }

  #takeError({ sequence, errorCode, fatal, errorDetails }: Failure & { readonly sequence: number }): void {
    if (errorCode === 'HISTORY_LOST') {
      // The log comes again from its first event, and brings its questions.
      this.#after = 0;
      this.#closeAll();
    }
    if (!fatal) return;
    // Not the session has ended but this stream: its token has, or the instance stops and says when to come back.
    const isPassing = errorCode === 'UNAUTHENTICATED' || errorDetails.retryAfterMs !== null;
    if (sequence === 0 && isPassing) {
      this.#waitMs = errorDetails.retryAfterMs ?? SECOND_MS;
      return;
    }
    process.exitCode = 1;
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#closeAll();
  }

  #closeAll(): void {
    for (const id of this.#open.keys()) this.#close(id);
  }

  #close(interactionId: string | null): void {
    if (interactionId !== null) this.#open.get(interactionId)?.abort();
  }

  /** Reading goes on while the person thinks: the answer may come from elsewhere. */
  #put(question: Question): void {
    const control = new AbortController();
    this.#open.set(question.interactionId, control);
    const { signal } = control;
    const answered = (): Promise<void> => this.#answer(question, signal);
    this.#asking = this.#asking.then(answered).catch((error: unknown) => (signal.aborted ? undefined : fail(error)));
  }

  async #answer(question: Question, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const response = await ask(question, signal);
      const input = { sessionId: this.#id, interactionId: question.interactionId, response };
      // An answer counts once, however often it comes.
      const said = await untilItWorks(() => this.#client.respond(input));
      sayReceipt(said);
      if (!OPEN_STILL.has(said.errorCode)) return;
    }
  }
}

/** Tries again what was lost on the way, and what was refused for a time. */
async function untilItWorks<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const waitMs = waitAfter(error as Refusal);
      if (waitMs === null || tries === MOST_TRIES) throw error;
      say(`${(error as Error).message}: again in ${waitMs / SECOND_MS} s`);
      await delay(waitMs);
    }
  }
}

/** What is left of a refusal: graphql-sse and urql keep the answer, Apollo the errors in it. */
interface Refusal {
  readonly response?: Response;
  readonly errors?: readonly { readonly extensions?: { readonly retryAfterMs?: number } }[];
}

/** How long to wait after a failure; null where it was refused and waiting does not help. */
function waitAfter({ response, errors }: Refusal): number | null {
  const wasLost = (response === undefined || response.ok) && errors === undefined;
  if (wasLost) return SECOND_MS;
  const seconds = Number(response?.headers.get('retry-after') ?? 0);
  return errors?.[0]?.extensions?.retryAfterMs ?? (seconds > 0 ? seconds * SECOND_MS : null);
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
