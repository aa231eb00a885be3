/** Errors of the connection: nothing listens, it was cut, or it takes too long. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * Classes and codes of Postgres: connection exceptions, too many connections, cut for idling, a time limit of the
 * server's own, shutting down or starting up.
 */
const SERVER_CODES = /^(?:08|53300$|57014$|57P0[1-5]$)/;

/**
 * What pg says without a code. The last two: a connection that was lost between two statements of a transaction, and
 * the time limit of a connection attempt as the connection itself sees it.
 */
const SAID_BY_PG =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|timeout expired$)/;

/** Whether an error means that the database does not answer right now, rather than that it was asked wrongly. */
export function isUnavailable(error: unknown): boolean {
  return whyUnavailable(error) !== null;
}

/**
 * Why the database does not answer right now: such as `ECONNREFUSED`, `57P03` or `Query read timeout`, which quotes
 * nothing that was asked. Null for every other error.
 */
export function whyUnavailable(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (CONNECTION_CODES.has(code) || SERVER_CODES.test(code)) return code;
  return SAID_BY_PG.exec(error.message)?.[0] ?? null;
}
