import type { Locale } from '../protocol.ts';
import type {
  ErrorMessage,
  KeepaliveMessage,
  MatchResultsMessage,
  ProcessingUpdateMessage,
  RestMessage,
} from '../rest-protocol.ts';
import { AttemptFailure, Attempts, type Patience } from './attempts.ts';
import { orAborted } from './client-clock.ts';
import type { Awaitable, HandlerContext } from './client-options.ts';
import { type Frame, FrameTooLongError } from './frame-parser.ts';
import { MatchingError, matchingErrorOf } from './matching-error.ts';
import { isMessage, waitOf } from './message-shapes.ts';
import type { QuestionLane } from './question-lane.ts';
import { failureOf, readRefusal, strangerError } from './refusal.ts';
import type { SessionMemory } from './session-memory.ts';
import { Exchange, type Wire } from './wire.ts';

/** Who is told what the stream says, in its order, one message at a time. */
export interface StreamHandlers {
  handleProcessingUpdate(message: ProcessingUpdateMessage, context: HandlerContext): Awaitable<void>;
  handleMatchResults(message: MatchResultsMessage, context: HandlerContext): Awaitable<void>;
  handleError(message: ErrorMessage, context: HandlerContext): Awaitable<void>;
  handleKeepalive(message: KeepaliveMessage, context: HandlerContext): Awaitable<void>;
}

/** What reading a session needs. */
export interface SessionStreamOptions {
  readonly wire: Wire;
  readonly patience: Patience;
  readonly firstRetries: number;
  readonly memory: SessionMemory;
  /** The body of the start: the same at every attempt. */
  readonly body: object;
  readonly handlers: StreamHandlers;
  readonly questions: QuestionLane;
  readonly locale: Locale;
  readonly end: AbortSignal;
}

/** A log's ids are whole numbers; anything else is no place to go on from. */
const SEQUENCE = /^\d{1,15}$/u;

/** A session as it is read, over as many connections as it takes. */
export class SessionStream {
  readonly #options: SessionStreamOptions;
  readonly #attempts: Attempts;
  readonly #context: HandlerContext;

  constructor(options: SessionStreamOptions) {
    const { patience, memory, firstRetries, end, locale } = options;
    this.#options = options;
    this.#attempts = new Attempts(patience, memory.sessionId, memory.heard ? patience.retries : firstRetries);
    this.#context = { signal: end, locale, issues: [] };
  }

  /** Reads to the results. Rejects with MatchingError, the error of a handler, or the reason of `end`. */
  async results(): Promise<MatchResultsMessage> {
    for (;;) {
      try {
        return await this.#attempt();
      } catch (error) {
        if (error instanceof FrameTooLongError) throw this.#unreadable(error);
        if (!(error instanceof AttemptFailure)) throw error;
        await this.#attempts.afterFailure(error, this.#options.end);
      }
    }
  }

  async #attempt(): Promise<MatchResultsMessage> {
    const exchange = new Exchange(this.#options.wire, this.#options.end);
    const response = await this.#open(exchange);
    const frames = exchange.frames(response, (ms) => {
      this.#attempts.leastPauseMs = ms;
    });
    for await (const together of frames) {
      const results = await this.#takeAll(together);
      if (results) return results;
      this.#options.questions.ask();
    }
    throw new AttemptFailure('the stream ended before the session did.');
  }

  async #open(exchange: Exchange): Promise<Response> {
    const { body, memory, wire } = this.#options;
    const headers = {
      accept: 'text/event-stream',
      ...(memory.cursor > 0 ? { 'last-event-id': String(memory.cursor) } : {}),
    };
    const response = await exchange.post({ path: '/api/streaming/matches/interactive', body, headers });
    if (response.status === 204 && memory.cursor > 0) throw this.#overBefore();
    if (response.ok && isEventStream(response)) return response;
    const refusal = await exchange.within(() => readRefusal(response, wire.clock));
    throw failureOf(refusal) ?? (refusal.message ? this.#errorOf(refusal.message) : this.#stranger(refusal.status));
  }

  /** The results, if they are among these messages; what comes after them is left. */
  async #takeAll(frames: readonly Frame[]): Promise<MatchResultsMessage | null> {
    for (const frame of frames) {
      const results = frame.event === 'message' ? await this.#take(frame) : null;
      if (results) return results;
    }
    return null;
  }

  async #take(frame: Frame): Promise<MatchResultsMessage | null> {
    const { memory, end } = this.#options;
    const sequence = frame.id !== null && SEQUENCE.test(frame.id) ? Number(frame.id) : null;
    if (sequence !== null && sequence <= memory.cursor) return null;
    const message = messageIn(frame);
    if (sequence !== null) {
      memory.cursor = sequence;
      memory.heard = true;
      this.#attempts.succeed();
    }
    return orAborted(this.#handle(message, sequence), end);
  }

  async #handle(message: RestMessage, sequence: number | null): Promise<MatchResultsMessage | null> {
    const { handlers, questions } = this.#options;
    switch (message.type) {
      case 'processing_update':
        if (message.answered_interaction_id !== undefined) questions.close(message.answered_interaction_id);
        await handlers.handleProcessingUpdate(message, this.#context);
        return null;
      case 'user_interaction':
        questions.add(message);
        return null;
      case 'match_results':
        questions.forget();
        await handlers.handleMatchResults(message, this.#context);
        return message;
      case 'error':
        await this.#handleError(message, sequence);
        return null;
      case 'keepalive':
        await handlers.handleKeepalive(message, this.#context);
        return null;
      default:
        // A type of a later version: what it adds can be done without.
        return null;
    }
  }

  async #handleError(message: ErrorMessage, sequence: number | null): Promise<void> {
    const { handlers, questions, memory, wire } = this.#options;
    if (message.fatal && sequence === null && isPassing(message, wire.bearer.canRenew)) {
      throw new AttemptFailure(message.message, { refusal: message, retryAfterMs: waitOf(message) });
    }
    if (message.error_code === 'history_lost') {
      memory.cursor = 0;
      questions.forget();
    }
    if (message.fatal && sequence !== null) questions.forget();
    await handlers.handleError(message, this.#context);
    if (message.fatal) throw this.#errorOf(message);
  }

  #errorOf(message: ErrorMessage): MatchingError {
    const { sessionId, heard } = this.#options.memory;
    const isTimeout =
      message.error_code === 'user_interaction_timeout' || (message.error_code === 'session_not_found' && heard);
    return matchingErrorOf(message, sessionId, isTimeout ? 'SESSION_TIMEOUT' : undefined);
  }

  #overBefore(): MatchingError {
    const { sessionId } = this.#options.memory;
    return new MatchingError('SESSION_TIMEOUT', 'The session had already ended. Start a new one.', { sessionId });
  }

  #unreadable(cause: FrameTooLongError): MatchingError {
    return new MatchingError('NETWORK_ERROR', cause.message, { sessionId: this.#options.memory.sessionId, cause });
  }

  #stranger(status: number): MatchingError {
    return strangerError(status, this.#options.memory.sessionId);
  }
}

/** The service closed this stream, not the session: with another token, where one may be had, it opens another. */
function isPassing({ error_code: code }: ErrorMessage, canRenew: boolean): boolean {
  return code === 'unavailable' || code === 'rate_limited' || (code === 'unauthenticated' && canRenew);
}

function isEventStream(response: Response): boolean {
  return /^text\/event-stream\b/iu.test(response.headers.get('content-type') ?? '');
}

/** Throws AttemptFailure for what is no message; it quotes nothing, for it may hold a place. */
function messageIn({ data }: Frame): RestMessage {
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch {
    throw new AttemptFailure('a message of the stream is not JSON.');
  }
  if (isMessage(parsed)) return parsed;
  throw new AttemptFailure('a message of the stream is not what the service says.');
}
