import type { Locale } from '../protocol.ts';
import type {
  ErrorMessage,
  KeepaliveMessage,
  MatchResultsMessage,
  ProcessingUpdateMessage,
  UserInteractionMessage,
} from '../rest-protocol.ts';
import { answerQuestion } from './answering.ts';
import type { Patience } from './attempts.ts';
import { Bearer } from './bearer.ts';
import { systemClock } from './client-clock.ts';
import type {
  Awaitable,
  ClientOptions,
  HandlerContext,
  MatchingOptions,
  ResponseData,
  TokenSource,
} from './client-options.ts';
import { QuestionLane } from './question-lane.ts';
import { newMemory, type SessionMemory, UnfinishedStarts } from './session-memory.ts';
import { SessionStream, type StreamHandlers } from './session-stream.ts';
import { processTerminal, Terminal } from './terminal/terminal.ts';
import { baseUrlOf, mergedHeaders, type Wire } from './wire.ts';

const DEFAULT_LOCALE: Locale = 'en';

/** What a handler has that was called without a context, after the end of its session. */
const NO_CONTEXT: HandlerContext = { signal: new AbortController().signal, locale: DEFAULT_LOCALE, issues: [] };

/**
 * A client of the matching service, for Node 22 and later and for browsers. It starts a session, shows how far it is,
 * has its questions answered, and comes back by itself to a session whose connection was lost: no message is handled
 * twice, and none is missed. By default it shows and asks at the terminal; override a handler to do otherwise.
 */
export class MatchingStreamClient implements StreamHandlers {
  readonly #wire: Omit<Wire, 'bearer'>;
  readonly #token: TokenSource | undefined;
  readonly #patience: Patience;
  readonly #firstRetries: number;
  readonly #terminal: Terminal;
  readonly #unfinished = new UnfinishedStarts();
  /** The contexts of what is going on, by session and by question, for handlers that are called without theirs. */
  readonly #contexts = new Map<string, HandlerContext>();
  readonly #typed = new WeakSet<ResponseData>();

  /** `baseUrl`: such as `http://localhost:8001`. Throws TypeError where it is no http or https URL. */
  constructor(baseUrl: string, options: ClientOptions = {}) {
    const { clock = systemClock, retries = 8, terminal = processTerminal() } = options;
    this.#wire = {
      baseUrl: baseUrlOf(baseUrl),
      fetch: options.fetch ?? ((url, init) => fetch(url, init)),
      headers: options.headers ?? {},
      silenceMs: options.silenceMs ?? 75_000,
      clock,
    };
    this.#token = options.token;
    this.#patience = {
      retries,
      backoffBaseMs: options.backoffBaseMs ?? 500,
      backoffCapMs: options.backoffCapMs ?? 30_000,
      random: options.random ?? Math.random,
      clock,
    };
    this.#firstRetries = options.firstRetries ?? retries;
    this.#terminal = new Terminal(terminal);
  }

  /**
   * Matches centers for a parent (a UUID), and resolves to the results. Rejects with MatchingError, whose `code` says
   * why, with what a handler threw, or with the reason of `options.signal`. After NETWORK_ERROR, and after the service's
   * `unavailable`, `rate_limited` and `unauthenticated`, the same call goes on with the same session.
   */
  async startMatching(parentId: string, options: MatchingOptions = {}): Promise<MatchResultsMessage> {
    options.signal?.throwIfAborted();
    const input = inputOf(parentId, options);
    const key = JSON.stringify([input, options.sessionId]);
    const memory = this.#unfinished.take(key) ?? newMemory(options.sessionId);
    const end = new AbortController();
    options.signal?.addEventListener('abort', () => end.abort(options.signal?.reason), { signal: end.signal });
    try {
      return await this.#follow({ memory, input, options, end });
    } catch (thrown) {
      const error: unknown = end.signal.aborted ? end.signal.reason : thrown;
      this.#unfinished.keepAfter(error, key, memory);
      throw error;
    } finally {
      this.#contexts.delete(memory.sessionId);
      end.abort();
      this.#terminal.end();
    }
  }

  /** How far the session is; shown as a progress bar. */
  handleProcessingUpdate({ progress, details }: ProcessingUpdateMessage, _context?: HandlerContext): Awaitable<void> {
    this.#terminal.progress(progress, details);
  }

  /** Any question: handed to the method for its type. Returns the `response_data` to send. */
  handleUserInteraction(message: UserInteractionMessage, context?: HandlerContext): Awaitable<ResponseData> {
    switch (message.interaction_type) {
      case 'location_input':
        return this.handleLocationInput(message, context);
      case 'confirmation':
        return this.handleConfirmation(message, context);
      case 'choice':
        return this.handleChoice(message, context);
    }
  }

  /** A question for a place: `{ address }`, `{ latitude, longitude }` or `{ declined: true }`. */
  handleLocationInput(message: UserInteractionMessage, context?: HandlerContext): Awaitable<ResponseData> {
    return this.#ask('location_input', message, context);
  }

  /** A question for yes or no: `{ confirmed }` or `{ declined: true }`. */
  handleConfirmation(message: UserInteractionMessage, context?: HandlerContext): Awaitable<ResponseData> {
    return this.#ask('confirmation', message, context);
  }

  /** A question for one of its options: `{ selected_option: { value, label } }` or `{ declined: true }`. */
  handleChoice(message: UserInteractionMessage, context?: HandlerContext): Awaitable<ResponseData> {
    return this.#ask('choice', message, context);
  }

  /** The results; shown as a table. `startMatching` resolves to them afterwards. */
  handleMatchResults(message: MatchResultsMessage, context?: HandlerContext): Awaitable<void> {
    this.#terminal.results(message, this.#contextOf(message.session_id, context));
  }

  /** An error that the stream says. One that ends it is what `startMatching` rejects with; others are shown. */
  handleError(message: ErrorMessage, _context?: HandlerContext): Awaitable<void> {
    if (!message.fatal) this.#terminal.line(`! ${message.message}`);
  }

  /** The service is there, and has nothing else to say. */
  handleKeepalive(_message: KeepaliveMessage, _context?: HandlerContext): Awaitable<void> {
    return undefined;
  }

  async #follow(start: {
    readonly memory: SessionMemory;
    readonly input: object;
    readonly options: MatchingOptions;
    readonly end: AbortController;
  }): Promise<MatchResultsMessage> {
    const { memory, input, options, end } = start;
    const { locale = DEFAULT_LOCALE } = options;
    const { sessionId } = memory;
    const headers = mergedHeaders(this.#wire.headers, options.headers);
    const wire = { ...this.#wire, headers, bearer: new Bearer(this.#token, sessionId) };
    const patience = this.#patience;
    this.#contexts.set(sessionId, { signal: end.signal, locale, issues: [] });
    const ask = (question: UserInteractionMessage, context: HandlerContext): Awaitable<ResponseData> =>
      this.#handleQuestion(question, context);
    const wasTyped = (data: ResponseData): boolean => this.#typed.has(data);
    const answering = { wire, patience, sessionId, locale, ask, wasTyped };
    const questions = new QuestionLane({
      memory,
      settle: (question, signal) => answerQuestion(answering, question, signal),
      onFailure: (error) => end.abort(error),
      end: end.signal,
    });
    const body = { ...input, session_id: sessionId };
    const firstRetries = this.#firstRetries;
    const reading = { wire, patience, firstRetries, memory, body, handlers: this, questions, locale, end: end.signal };
    return new SessionStream(reading).results();
  }

  async #handleQuestion(question: UserInteractionMessage, context: HandlerContext): Promise<ResponseData> {
    const key = contextKey(question);
    this.#contexts.set(key, context);
    try {
      return await this.handleUserInteraction(question, context);
    } finally {
      if (this.#contexts.get(key) === context) this.#contexts.delete(key);
    }
  }

  async #ask(
    kind: UserInteractionMessage['interaction_type'],
    message: UserInteractionMessage,
    context?: HandlerContext,
  ): Promise<ResponseData> {
    const known = context ?? this.#contexts.get(contextKey(message));
    const data = await this.#terminal.ask(kind, message, this.#contextOf(message.session_id, known));
    this.#typed.add(data);
    return data;
  }

  #contextOf(sessionId: string, context?: HandlerContext): HandlerContext {
    return context ?? this.#contexts.get(sessionId) ?? NO_CONTEXT;
  }
}

function contextKey({ session_id: sessionId, interaction_id: interactionId }: UserInteractionMessage): string {
  return `${sessionId} ${interactionId}`;
}

/** The body of a start without its session; what is undefined is left out when it is written as JSON. */
function inputOf(parentId: string, options: MatchingOptions): object {
  return {
    parent_id: parentId,
    limit: options.limit,
    max_distance_km: options.maxDistanceKm,
    include_full_centers: options.includeFullCenters,
    include_explanations: options.includeExplanations,
    locale: options.locale,
  };
}
