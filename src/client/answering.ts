import type { InputIssue, Locale } from '../protocol.ts';
import type { UserInteractionMessage } from '../rest-protocol.ts';
import { AttemptFailure, Attempts, type Patience } from './attempts.ts';
import { orAborted } from './client-clock.ts';
import type { Awaitable, HandlerContext, ResponseData } from './client-options.ts';
import { MatchingError, matchingErrorOf } from './matching-error.ts';
import { isFields } from './message-shapes.ts';
import { failureOf, readJson, readRefusal, type Refusal, strangerError } from './refusal.ts';
import { Exchange, type Wire } from './wire.ts';

/** What answering needs. */
export interface AnsweringOptions {
  readonly wire: Wire;
  readonly patience: Patience;
  readonly sessionId: string;
  readonly locale: Locale;
  /** Finds the answer. */
  readonly ask: (question: UserInteractionMessage, context: HandlerContext) => Awaitable<ResponseData>;
  /** Whether a person typed it, who may be asked as often as it takes. */
  readonly wasTyped: (data: ResponseData) => boolean;
}

/** Answers of code that do not fit, before it is clear that asking it again leads nowhere. */
const MOST_MISFITS = 3;

/**
 * Asks a question until its answer is taken, or someone else's was. Rejects with the error of whoever was asked, with
 * the signal's reason, or with MatchingError: invalid_response after three answers of code that do not fit,
 * NETWORK_ERROR or the service's own code where it could not be sent.
 */
export async function answerQuestion(
  options: AnsweringOptions,
  question: UserInteractionMessage,
  signal: AbortSignal,
): Promise<void> {
  let issues: readonly InputIssue[] = [];
  for (let misfits = 0; ;) {
    const { ask, wasTyped, locale, sessionId } = options;
    const data = await orAborted(ask(question, { signal, locale, issues }), signal);
    const misfit = await sendAnswer(options, bodyOf(question, data, sessionId), signal);
    if (!misfit?.message) return;
    if (!wasTyped(data)) misfits += 1;
    if (misfits === MOST_MISFITS) throw matchingErrorOf(misfit.message, sessionId);
    issues = misfit.message.details.issues;
  }
}

function bodyOf(question: UserInteractionMessage, data: ResponseData, sessionId: string): object {
  return {
    session_id: sessionId,
    interaction_id: question.interaction_id,
    response_type: question.interaction_type,
    response_data: data,
  };
}

/** The refusal of an answer that does not fit; null when the question is settled. */
async function sendAnswer(options: AnsweringOptions, body: object, signal: AbortSignal): Promise<Refusal | null> {
  const attempts = new Attempts(options.patience, options.sessionId);
  for (;;) {
    try {
      return await attempt(options, body, signal);
    } catch (error) {
      if (!(error instanceof AttemptFailure)) throw error;
      await attempts.afterFailure(error, signal);
    }
  }
}

async function attempt(options: AnsweringOptions, body: object, signal: AbortSignal): Promise<Refusal | null> {
  const exchange = new Exchange(options.wire, signal);
  const response = await exchange.post({ path: '/api/streaming/interactions/respond', body });
  if (!response.ok)
    return judge(await exchange.within(() => readRefusal(response, options.wire.clock)), options.sessionId);
  if (isReceipt(await exchange.within(() => readJson(response)))) return null;
  throw strangerError(response.status, options.sessionId);
}

/** Whether the service took the answer. A page that asks to log in has the status of success too. */
function isReceipt(value: unknown): boolean {
  return isFields(value) && (value['status'] === 'received' || value['status'] === 'duplicate');
}

/** Whether a refused answer is settled all the same (null), to be given anew, or an error. */
function judge(refusal: Refusal, sessionId: string): Refusal | null {
  const { status, message } = refusal;
  // Someone else was first, or the time was over: the stream says what happened.
  if (status === 409 || status === 410) return null;
  const failure = failureOf(refusal);
  if (failure) throw failure;
  if (!message) throw strangerError(status, sessionId);
  if (status === 422) return refusal;
  if (message.error_code !== 'session_not_found') throw matchingErrorOf(message, sessionId);
  throw new MatchingError('SESSION_TIMEOUT', message.message, { sessionId, details: message.details });
}
