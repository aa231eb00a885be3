import { createHash } from 'node:crypto';

/** The part of a logger that this project uses; pino's fits. Fields never hold addresses, coordinates or answers. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

interface NamedSession {
  readonly account: string;
  readonly sessionId: string;
}

/** How many characters a tag has: 96 bits, so that no two sessions of a service ever share one. */
const TAG_LENGTH = 16;

/**
 * What stands for a session in a log line: the beginning of its name in Redis, so that the lines of every instance and
 * the keys can be laid side by side. It tells neither the account nor the session id; whoever knows both can make it, to
 * find the lines of one session.
 */
export function sessionTag(session: NamedSession): string {
  return sessionDigest(session).slice(0, TAG_LENGTH);
}

/**
 * What a session's tag and its name in Redis are made of: 43 characters, SHA-256 in base64url. An account may hold any
 * character, a lone surrogate too: JSON writes every one of them differently.
 */
export function sessionDigest({ account, sessionId }: NamedSession): string {
  return createHash('sha256')
    .update(JSON.stringify([account, sessionId]))
    .digest('base64url');
}
