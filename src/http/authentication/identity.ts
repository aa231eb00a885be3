import type { IncomingMessage } from 'node:http';

/** Who a caller is. */
export interface Identity {
  /** Whose sessions the caller may see; empty where nobody is asked who they are. */
  readonly account: string;
  /** When what was shown holds no more, in milliseconds since the Unix epoch; null where nothing was asked for. */
  readonly expiresAt: number | null;
}

/**
 * Finds out who a caller is, unless they leave before: the signal then aborts. Rejects with NotAuthenticated, or with
 * SessionFailure: unauthenticated, unavailable.
 */
export type Authenticate = (req: IncomingMessage, signal: AbortSignal) => Promise<Identity> | Identity;
