import type { MatchingEvent, ProcessingUpdate } from '../protocol.ts';
import type { DescribedType } from './described.ts';

/** What a stream says of how it goes. */
export const EVENTS = {
  SessionEvent: {
    description: 'What every event of a session carries.',
    fields: {
      sessionId: 'The session, as it was named at its start. 8 to 128 of A-Z a-z 0-9 . _ -.',
      timestamp: 'When the event was appended to the log.',
      sequence:
        "1, 2, 3 … within a session, without gaps. 0 on an Error that is no part of a session's log: one outside a stream, or that comes before there is a session. It never moves a reader's cursor.",
    },
  } satisfies DescribedType<MatchingEvent>,
  ProcessingUpdate: {
    description: 'How far the session is.',
    fields: {
      stage: 'The stage that it is in.',
      progress: '0 to 1 of the whole run, never falling within a session.',
      details: "For people, in the session's locale.",
      answeredInteractionId: 'This question is closed: take it off the screen, on every device.',
    },
  } satisfies DescribedType<ProcessingUpdate>,
} as const;
