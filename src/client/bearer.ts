import { orAborted } from './client-clock.ts';
import type { TokenSource } from './client-options.ts';
import { MatchingError } from './matching-error.ts';

/** Who a session's requests are for: the token that each is sent with, as fresh as its source gives it. */
export class Bearer {
  readonly #source: TokenSource | undefined;
  readonly #sessionId: string;

  constructor(source: TokenSource | undefined, sessionId: string) {
    this.#source = source;
    this.#sessionId = sessionId;
  }

  /** Whether another token may be had when one is refused. */
  get canRenew(): boolean {
    return typeof this.#source === 'function';
  }

  /**
   * A token; null where none is sent. `refused`: the one that the service has just refused. Rejects with the signal's
   * reason, or with MatchingError unauthenticated where the source fails, whose error is the cause: the session may go
   * on as soon as there is a token again.
   */
  async token(signal: AbortSignal, refused?: string): Promise<string | null> {
    const source = this.#source;
    if (typeof source !== 'function') return source ?? null;
    try {
      return await orAborted(
        Promise.resolve().then(() => source(refused)),
        signal,
      );
    } catch (cause) {
      signal.throwIfAborted();
      throw new MatchingError('unauthenticated', 'No token could be had to send.', {
        sessionId: this.#sessionId,
        cause,
      });
    }
  }
}
