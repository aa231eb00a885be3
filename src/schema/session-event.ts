import { DESCRIPTIONS } from '../descriptions.ts';
import type { EventType, MatchingEvent, SessionError } from '../protocol.ts';
import type { Builder } from './builder.ts';

/** The GraphQL type of each kind of event. */
export const EVENT_TYPE_NAMES = {
  processing_update: 'ProcessingUpdate',
  user_interaction: 'UserInteraction',
  match_results: 'MatchResults',
  error: 'Error',
} as const satisfies Record<EventType, string>;

/** What every event carries. */
export function addSessionEvent(builder: Builder) {
  const { description, fields: said } = DESCRIPTIONS.SessionEvent;
  return builder.interfaceRef<MatchingEvent>('SessionEvent').implement({
    description,
    resolveType: (event) => EVENT_TYPE_NAMES[event.type],
    fields: (t) => ({
      sessionId: t.exposeID('sessionId', { description: said.sessionId }),
      timestamp: t.expose('timestamp', { type: 'Timestamp', description: said.timestamp }),
      sequence: t.exposeInt('sequence', { description: said.sequence }),
    }),
  });
}

export type SessionEventRef = ReturnType<typeof addSessionEvent>;

/** For unions of a success and an Error. */
export function isSessionError(value: object): value is SessionError {
  return 'errorCode' in value;
}
