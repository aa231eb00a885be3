import type { IncomingHttpHeaders } from 'node:http';
import type { InputIssue } from '../protocol.ts';

/** The largest sequence: as large as GraphQL's Int. */
const LARGEST = 2_147_483_647;

const RULE = `must be a whole number from 0 to ${LARGEST}, in decimal digits`;

/** Where a reader wants to go on from. */
export interface Cursor {
  /** The sequence after which to read, 0 for the start; null where none was given. */
  readonly after: number | null;
  /** What is wrong with it. */
  readonly issues: readonly InputIssue[];
}

/** Reads the header `Last-Event-ID`, or else `last_event_id` of the query: pages cannot set the header themselves. */
export function readCursor(headers: IncomingHttpHeaders, query: Readonly<Record<string, unknown>>): Cursor {
  const header = headers['last-event-id'];
  if (header !== undefined) return parse(header, 'Last-Event-ID');
  return parse(query['last_event_id'], 'last_event_id');
}

function parse(given: unknown, path: string): Cursor {
  if (given === undefined) return { after: null, issues: [] };
  const after = typeof given === 'string' && /^\d+$/u.test(given) ? Number(given) : Number.NaN;
  return after <= LARGEST ? { after, issues: [] } : { after: null, issues: [{ path, message: RULE }] };
}
