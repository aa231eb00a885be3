import { causeOf, SessionFailure } from '../errors.ts';

/**
 * Redis has refused a command for a reason that another try does not change. It has only the first word of what Redis
 * said and the script: the rest, like an ioredis error, may quote what was sent.
 */
export class RedisRefusal extends Error {
  override readonly name = 'RedisRefusal';
  /** Such as `WRONGTYPE`. */
  readonly code: string;

  constructor(code: string, command: string) {
    super(`Redis has refused ${command}: ${code}`);
    this.code = code;
  }
}

/** What ioredis says of a command that was not answered in its time. */
const TIMED_OUT = 'Command timed out';

/** A command was not answered in its time, or several were not in the time of one. */
export class TooLate extends Error {
  override readonly name = 'TooLate';

  constructor() {
    super(TIMED_OUT);
  }
}

/** When to try again that Redis does not answer: it is tried that often, so most outages are then over. */
const RETRY_AFTER_MS = 1000;

/** Answers of a Redis that cannot serve right now: it loads, fails over, is full or cannot write to its disk. */
const PASSING: ReadonlySet<string> = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOREPLICAS',
  'OOM',
  'READONLY',
  'TRYAGAIN',
]);

/**
 * What a failed command is passed on as: SessionFailure `unavailable` when Redis does not answer right now (the command
 * may have been carried out, or be carried out yet), else RedisRefusal. Neither has the arguments of the command, which
 * ioredis hangs on its errors.
 */
export function failureOf(thrown: unknown, command: string): Error {
  if (thrown instanceof SessionFailure || thrown instanceof RedisRefusal) return thrown;
  // Not of Redis: a mistake in the code that sends.
  if (thrown instanceof TypeError || thrown instanceof RangeError) return thrown;
  const code = replyCode(thrown);
  if (code !== null && !PASSING.has(code)) return new RedisRefusal(code, command);
  return new SessionFailure('unavailable', { retryAfterMs: RETRY_AFTER_MS }, { cause: safeCause(thrown) });
}

/** Whether Redis does not know a script by its digest: it was restarted, or another node was asked. */
export function isScriptUnknown(thrown: unknown): boolean {
  return replyCode(thrown) === 'NOSCRIPT';
}

/** Whether a command was lost with its link, or found none: it may be sent again. */
export function isLinkCut(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || thrown instanceof TypeError || thrown instanceof RangeError) return false;
  return replyCode(thrown) === null && thrown.message !== TIMED_OUT;
}

/** Whether a failure, or what it was made of, is that a command was not answered in its time. */
export function isTooLate(failed: unknown): boolean {
  return failed instanceof Error && failed.cause instanceof Error && failed.cause.message === TIMED_OUT;
}

/** The first word of an answer that says no; null for what is no answer of Redis. */
function replyCode(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || thrown.name !== 'ReplyError') return null;
  return /^[A-Z]+/u.exec(thrown.message)?.[0] ?? 'ERR';
}

/** The word for the reason is its code as well: that is what may be logged of it. */
function safeCause(thrown: unknown): Error {
  const { name, code } = causeOf(thrown);
  const word = replyCode(thrown) ?? code ?? (thrown instanceof Error ? knownMessage(thrown.message) : null);
  return Object.assign(new Error(word ?? ''), { name, code: word });
}

/** ioredis's own words for a connection; whatever else is said may quote arguments. */
function knownMessage(message: string): string | null {
  return /^(?:Command timed out|Connection is closed\.?|Cluster is ended\.?)$/u.exec(message)?.[0] ?? null;
}
