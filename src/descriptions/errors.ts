import type { ErrorDetails, InputIssue, SessionError } from '../protocol.ts';
import type { DescribedType } from './described.ts';

/** What is said where something goes wrong as expected. */
export const ERROR_TYPES = {
  Error: {
    description:
      'Something that went wrong and is expected. sessionId is the one that was asked for, or was made for the start that failed.',
    fields: {
      errorCode: 'For programs.',
      message: 'For people, in English: what was wrong and what to do. Never an address or a cause.',
      fatal:
        'True: nothing follows on this stream. With a sequence above 0 the session has ended too. Always true outside a stream.',
      errorDetails: 'What is known besides.',
    },
  } satisfies DescribedType<SessionError>,
  ErrorDetails: {
    description: 'What is known of an error besides its code.',
    fields: {
      parentId: 'The parent that was asked for, where there is one.',
      failedStage: 'The stage that the run was in; null where none had begun.',
      interactionId: 'The question concerned.',
      retryAfterMs: 'Milliseconds to wait before trying again; null where trying again does not help.',
      requestId: "The request that was refused, as X-Request-Id names it; null where none was, as in a session's log.",
      issues: 'Every field that is wrong; empty unless INVALID_REQUEST or INVALID_RESPONSE.',
    },
  } satisfies DescribedType<ErrorDetails>,
  InputIssue: {
    description: 'One thing that is wrong with an input.',
    fields: { message: 'What is wrong and what is allowed; never the value given.' },
  } satisfies DescribedType<InputIssue>,
} as const;
