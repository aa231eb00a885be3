import { errorBody } from '../../../src/errors.ts';
import type { ErrorBody, EventBody, MatchingEvent, MatchResultsBody } from '../../../src/protocol.ts';
import type { Ending, SessionKey } from '../../../src/session/session-store.ts';
import {
  deadlineOf,
  endOf,
  nameOf,
  openIn,
  whereIn,
  type ModelSession,
  type ModelState,
  type Moment,
} from './model-state.ts';

/** What a call comes to: what it gives, and the store after it. */
export interface Step {
  readonly reply: unknown;
  readonly state: ModelState;
}

/** With one more event, under the next number. */
export function appended(session: ModelSession, body: EventBody, at: number): ModelSession {
  const { sessionId } = session.key;
  const event = { ...body, sessionId, timestamp: at, sequence: session.log.length + 1 } as MatchingEvent;
  return { ...session, log: [...session.log, event] };
}

/** With its last entry. Of the answers only what tells an equal one from another is kept. */
export function ended(
  session: ModelSession,
  last: MatchResultsBody | ErrorBody,
  how: { readonly ending: Ending; readonly at: number },
): ModelSession {
  return { ...appended(session, last, how.at), ending: how.ending, steps: {}, eventKeys: {} };
}

/** Ends it where its time is over. */
export function unlessOverdue(session: ModelSession, at: number): ModelSession {
  if (endOf(session) || at < deadlineOf(session)) return session;
  const [open] = openIn(session);
  const where = { parentId: session.start.input.parentId, failedStage: whereIn(session).stage };
  if (!open) return ended(session, errorBody('processing_error', where), { ending: 'overrun', at });
  const last = errorBody('user_interaction_timeout', { ...where, interactionId: open.interactionId });
  return ended(session, last, { ending: 'timeout', at });
}

/** What a log that begins anew is called; never what the one before it was. */
export function anotherThan(before: string | undefined, { generations }: Moment, key: SessionKey): string {
  const found = generations[nameOf(key)] ?? 'unknown';
  return found === before ? `another than ${before}` : found;
}
