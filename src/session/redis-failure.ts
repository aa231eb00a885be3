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

/** When to try again where Redis does not answer. */
const RETRY_AFTER_MS = 1000;

/**
 * What a failed command is passed on as: SessionFailure `unavailable` when Redis does not answer right now (the command
 * may have been carried out, or be carried out yet), else RedisRefusal. Neither has the arguments of the command, which
 * ioredis hangs on its errors.
 */
export function failureOf(thrown: unknown, command: string): Error {
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

/** The first word of an answer that says no; null for what is no answer of Redis. */
function replyCode(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || thrown.name !== 'ReplyError') return null;
  return /^[A-Z]+/u.exec(thrown.message)?.[0] ?? 'ERR';
}

function safeCause(thrown: unknown): Error {
  const { name, code } = causeOf(thrown);
  const message = replyCode(thrown) ?? code ?? (thrown instanceof Error ? knownMessage(thrown.message) : '');
  return Object.assign(new Error(message), { name });
}

/** ioredis's own words for a connection; whatever else is said may quote arguments. */
function knownMessage(message: string): string {
  return /^(?:Command timed out|Connection is closed\.?|Cluster is ended\.?)$/u.exec(message)?.[0] ?? '';
}
