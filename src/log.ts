import { createHash } from 'node:crypto';

/** The part of a logger that this project uses; pino's fits. Fields never hold addresses, coordinates or answers. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** How many characters a tag has: 96 bits, so that no two sessions of a service ever share one. */
const TAG_LENGTH = 16;

/**
 * What stands for a session in a log line: the beginning of its name in Redis, so that the lines of every instance and
 * the keys can be laid side by side. It tells neither the account nor the session id; whoever knows both can make it, to
 * find the lines of one session.
 */
export function sessionTag({ account, sessionId }: { readonly account: string; readonly sessionId: string }): string {
  return digest([account, sessionId]);
}

/** The same for an account alone. */
export function accountTag(account: string): string {
  return digest([account]);
}

/** JSON writes every text differently, one with a lone surrogate too. */
function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, TAG_LENGTH);
}
