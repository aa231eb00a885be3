/** What a process of clients is asked to do: one thing at a time. */
export type CrowdRequest =
  | { readonly verb: 'begin' | 'invent' | 'answer'; readonly count: number }
  | { readonly verb: 'attach' | 'tally' | 'cancel' | 'leave' };

/** What it says of it: how far it is, and then what came of it. */
export type CrowdReply =
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly message: string };

/** How the streams of a process are. */
export interface Tally {
  readonly open: number;
  /** Keepalives that have come on all streams since the first. */
  readonly keepalives: number;
  /** Events that have come, likewise. */
  readonly events: number;
  /** Streams that were cut, or could not be had. */
  readonly cut: number;
}

/** An event that came after an answer. */
export interface Arrival {
  /** `answered` is the update that says that the answer was taken. */
  readonly what: 'answered' | 'progress' | 'results';
  /** From the event's timestamp, which Redis gave in whole milliseconds, to its bytes at the client. */
  readonly sinceAppendMs: number;
  /** From the first byte of the answer's request to the event's bytes, both at the client. */
  readonly sinceAnswerMs: number;
}
