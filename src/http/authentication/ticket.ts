import type { IncomingMessage } from 'node:http';
import { OPERATIONS } from '../../rest/operations.ts';

/** A ticket as a request shows it. */
interface ShownTicket {
  readonly ticket: string;
  readonly sessionId: string;
}

/** An id that needs no escapes is the same text to whoever routes the request. */
const SESSION_EVENTS = new RegExp(`^${OPERATIONS.followSession.url.replace(':session_id', '([A-Za-z0-9._-]+)')}$`, 'u');

/**
 * The ticket of a request to read one session's events, the only one that a ticket is good for; undefined where there is
 * none, or more than one.
 */
export function ticketOf({ method, url = '' }: IncomingMessage): ShownTicket | undefined {
  const [path = '', query = ''] = url.split('?', 2);
  const sessionId = method === 'GET' ? SESSION_EVENTS.exec(path)?.[1] : undefined;
  if (sessionId === undefined) return undefined;
  const [ticket, ...others] = new URLSearchParams(query).getAll('ticket');
  return ticket === undefined || others.length > 0 ? undefined : { ticket, sessionId };
}
