import type { UserInteractionMessage } from '../rest-protocol.ts';
import { MatchingError, type MatchingErrorCode } from './matching-error.ts';

/** What is known of a session, so that another connection, or another start, goes on where the last one was. */
export interface SessionMemory {
  readonly sessionId: string;
  /** The id of the last message that was taken; 0 for none. */
  cursor: number;
  /** Whether any message with an id ever came: the service then knows the session. */
  heard: boolean;
  /** Questions that were seen and not yet answered, by id, in the order asked. */
  readonly open: Map<string, UserInteractionMessage>;
}

/** Nothing is known yet. */
export function newMemory(sessionId: string): SessionMemory {
  return { sessionId, cursor: 0, heard: false, open: new Map() };
}

/** The session may still go on after these: it was the connection, or the right to it, that failed. */
const PASSING_CODES: ReadonlySet<MatchingErrorCode> = new Set([
  'NETWORK_ERROR',
  'unavailable',
  'rate_limited',
  'unauthenticated',
]);

/** More would be sessions that nobody comes back to. */
const MOST_KEPT = 100;

/** Starts that lost their connection before the end, by what was started. */
export class UnfinishedStarts {
  readonly #kept = new Map<string, SessionMemory>();

  /** The session to go on with, which is then the caller's; null where there is none. */
  take(key: string): SessionMemory | null {
    const memory = this.#kept.get(key) ?? null;
    this.#kept.delete(key);
    return memory;
  }

  /** Keeps a session whose start failed, unless the failure says that it is over. The oldest go first. */
  keepAfter(error: unknown, key: string, memory: SessionMemory): void {
    if (!(error instanceof MatchingError && PASSING_CODES.has(error.code))) return;
    this.#kept.set(key, memory);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}
