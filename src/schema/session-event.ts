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
  return builder.interfaceRef<MatchingEvent>('SessionEvent').implement({
    description: 'What every event of a session carries.',
    resolveType: (event) => EVENT_TYPE_NAMES[event.type],
    fields: (t) => ({
      sessionId: t.exposeID('sessionId', {
        description: 'The session, as it was named at its start. 8 to 128 of A-Z a-z 0-9 . _ -.',
      }),
      timestamp: t.expose('timestamp', { type: 'Timestamp', description: 'When the event was appended to the log.' }),
      sequence: t.exposeInt('sequence', {
        description:
          "1, 2, 3 … within a session, without gaps. 0 on an Error that is no part of a session's log: one that answers a query or a mutation, or that comes before there is a session. It never moves a reader's cursor.",
      }),
    }),
  });
}

export type SessionEventRef = ReturnType<typeof addSessionEvent>;

/** For unions of a success and an Error. */
export function isSessionError(value: object): value is SessionError {
  return 'errorCode' in value;
}
