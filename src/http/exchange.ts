import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, HttpRefusal } from './refusal.ts';

/** A request that has passed the gate, and its response. */
export interface Exchange {
  /** With its body, where it has one, still to be read. */
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** In the log line and in `X-Request-Id`. */
  readonly requestId: string;
  /** Whose sessions the caller may see. */
  readonly account: string;
  /** Empty where there is none. */
  readonly body: Buffer;
  /** Aborts when the response is over, or its reader has left. */
  readonly signal: AbortSignal;
  /**
   * To be called before anything is acquired for a stream. Throws SessionFailure where there is no room for one:
   * rate_limited, unavailable.
   */
  readonly admitStream: () => void;
}

/** What is behind the gate at one path, or at all that begin alike. */
export interface Route {
  /** Null where the route itself refuses those that a path does not take. */
  readonly methods: readonly string[] | null;
  /** Whether the caller must have an account; `account` is empty otherwise. */
  readonly authenticated: boolean;
  /** How a caller here is told of a refusal about themselves; in REST's shape where nothing is given. */
  readonly refuse?: (refusal: HttpRefusal) => Answer;
  handle(exchange: Exchange): Promise<void> | void;
}

/** Sends an answer, unless the response has begun or is over. */
export function send(res: ServerResponse, answer: Answer): void {
  if (res.headersSent || res.destroyed) return;
  res.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) });
  res.end(answer.body);
}
