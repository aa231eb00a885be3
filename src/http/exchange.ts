import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '../caller.ts';
import type { Answer, HttpRefusal } from './refusal.ts';

/** A request that has passed the gate, and its response. */
export interface Exchange extends Caller {
  /** With its body, where it has one, still to be read. */
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Empty where there is none. */
  readonly body: Buffer;
}

/** What is behind the gate at one path, or at all that begin alike. */
export interface Route {
  /** Null where the route itself refuses those that a path does not take. */
  readonly methods: readonly string[] | null;
  /** Whether the caller must have an account, or of which requests; `account` is empty otherwise. */
  readonly authenticated: boolean | ((req: IncomingMessage) => boolean);
  /** The Content-Security-Policy of its answers, where they may load anything at all. */
  readonly policy?: string;
  /** How a caller here is told of a refusal of their request; in REST's shape where nothing is given. */
  readonly refuse?: (refusal: HttpRefusal, req: IncomingMessage) => Answer;
  handle(exchange: Exchange): Promise<void> | void;
}

/** Sends an answer, unless the response has begun or is over. */
export function send(res: ServerResponse, answer: Answer<string | Buffer>): void {
  if (res.headersSent || res.destroyed) return;
  res.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) });
  res.end(answer.body);
}
