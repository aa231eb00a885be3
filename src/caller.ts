export const RATE_KINDS = ['starts', 'responses', 'reads'] as const;
/** What is counted of a caller, each by a rate of its own. */
export type RateKind = (typeof RATE_KINDS)[number];

/** Who asks, as both faces know them. */
export interface Caller {
  /** Whose sessions the caller may see; empty where anybody may ask. */
  readonly account: string;
  /** In the log line, in `X-Request-Id`, and in what is said of a failure. */
  readonly requestId: string;
  /** Aborts when the response is over, or its reader has left. */
  readonly signal: AbortSignal;
  /**
   * Aborts when what the caller showed holds no more: an open stream then says an Error of code unauthenticated, sequence 0,
   * and ends. Never where no token is asked for.
   */
  readonly expired: AbortSignal;
  /** When that is, in milliseconds since the Unix epoch; null: never. */
  readonly expiresAt: number | null;
  /**
   * To be called before anything is acquired for a stream. Rejects with SessionFailure where there is no room for one:
   * rate_limited, unavailable.
   */
  admitStream(): Promise<void>;
  /**
   * Counts one call of a kind, before anything is done for it; what is left is said in the response's RateLimit fields.
   * Rejects with SessionFailure rate_limited, with retryAfterMs, where there is none left.
   */
  spend(kind: RateKind): Promise<void>;
}
