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
export function newMemory(sessionId = newSessionId()): SessionMemory {
  return { sessionId, cursor: 0, heard: false, open: new Map() };
}

/** A UUID of version 4 (RFC 9562, 5.4). `crypto.randomUUID` is missing in a page that came without TLS. */
function newSessionId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = '89ab'[(bytes[8] ?? 0) & 3];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
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
  /** The oldest first. Starts that were equal lie here each on its own. */
  readonly #kept: { readonly key: string; readonly memory: SessionMemory }[] = [];

  /** The session to go on with, which is then the caller's; null where there is none. */
  take(key: string): SessionMemory | null {
    const index = this.#kept.findIndex((kept) => kept.key === key);
    return index === -1 ? null : (this.#kept.splice(index, 1)[0]?.memory ?? null);
  }

  /** Keeps a session whose start failed, unless the failure says that it is over. The oldest go first. */
  keepAfter(error: unknown, key: string, memory: SessionMemory): void {
    if (!(error instanceof MatchingError && PASSING_CODES.has(error.code))) return;
    this.#kept.push({ key, memory });
    if (this.#kept.length > MOST_KEPT) this.#kept.shift();
  }
}
