import {
  type ClientOptions,
  type ErrorMessage,
  type HandlerContext,
  type MatchResultsMessage,
  MatchingStreamClient,
  type ProcessingUpdateMessage,
  type ResponseData,
  type UserInteractionMessage,
} from '../../src/client/index.ts';

type Asked = (message: UserInteractionMessage, context: HandlerContext) => ResponseData | Promise<ResponseData>;

/** Pauses of next to nothing, and nobody to ask. */
const QUICK: ClientOptions = { backoffBaseMs: 1, backoffCapMs: 2, terminal: null };

/** A client that notes what it is told, and answers by what a test gives. */
export class RecordingClient extends MatchingStreamClient {
  /** `update 1`, `question interaction_0`, `results`, `error history_lost`, `keepalive` in the order told. */
  readonly told: string[] = [];
  readonly contexts: HandlerContext[] = [];
  answer: Asked = () => ({ address: 'Potsdamer Platz 1, Berlin', source: 'user_address' });

  constructor(url: string, options: ClientOptions = {}) {
    super(url, { ...QUICK, ...options });
  }

  override handleProcessingUpdate({ sequence }: ProcessingUpdateMessage): void {
    this.told.push(`update ${sequence}`);
  }

  override handleUserInteraction(
    message: UserInteractionMessage,
    context: HandlerContext,
  ): ResponseData | Promise<ResponseData> {
    this.told.push(`question ${message.interaction_id}`);
    this.contexts.push(context);
    return this.answer(message, context);
  }

  override handleMatchResults(_message: MatchResultsMessage): void {
    this.told.push('results');
  }

  override handleError({ error_code: code }: ErrorMessage): void {
    this.told.push(`error ${code}`);
  }

  override handleKeepalive(): void {
    this.told.push('keepalive');
  }
}

/** What a promise rejects with; it fails where it does not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const settled = await Promise.allSettled([promise]);
  if (settled[0].status === 'fulfilled') throw new Error('it did not reject');
  return settled[0].reason;
}
