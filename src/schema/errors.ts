import type { ErrorDetails, InputIssue, SessionError } from '../protocol.ts';
import type { Builder } from './builder.ts';
import type { Enums } from './enums.ts';
import type { SessionEventRef } from './session-event.ts';

/** The Error event, which is also what queries and mutations answer with when they fail as expected. */
export function addErrors(builder: Builder, enums: Enums, sessionEvent: SessionEventRef) {
  const errorDetails = addErrorDetails(builder, enums);
  return builder.objectRef<SessionError>('Error').implement({
    description:
      'Something that went wrong and is expected. sessionId is the one that was asked for, or was made for the start that failed.',
    interfaces: [sessionEvent],
    fields: (t) => ({
      errorCode: t.expose('errorCode', { type: enums.errorCode, description: 'For programs.' }),
      message: t.exposeString('message', {
        description: 'For people, in English: what was wrong and what to do. Never an address or a cause.',
      }),
      fatal: t.exposeBoolean('fatal', {
        description:
          'True: nothing follows on this stream. With a sequence above 0 the session has ended too. Always true outside a stream.',
      }),
      errorDetails: t.expose('errorDetails', {
        type: errorDetails,
        description:
          'What is known besides. Named apart from ProcessingUpdate.details (a string), so that one selection can hold both; REST calls it details.',
      }),
    }),
  });
}

function addErrorDetails(builder: Builder, enums: Enums) {
  const inputIssue = builder.objectRef<InputIssue>('InputIssue').implement({
    description: 'One thing that is wrong with an input.',
    fields: (t) => ({
      path: t.exposeString('path', { description: 'Where, such as `input.limit`.' }),
      message: t.exposeString('message', { description: 'What is wrong and what is allowed; never the value given.' }),
    }),
  });
  return builder.objectRef<ErrorDetails>('ErrorDetails').implement({
    description: 'What is known of an error besides its code.',
    fields: (t) => ({
      parentId: t.exposeID('parentId', {
        nullable: true,
        description: 'The parent that was asked for, where there is one.',
      }),
      failedStage: t.expose('failedStage', {
        type: enums.stage,
        nullable: true,
        description: 'The stage that the run was in; null where none had begun.',
      }),
      interactionId: t.exposeID('interactionId', { nullable: true, description: 'The question concerned.' }),
      retryAfterMs: t.exposeInt('retryAfterMs', {
        nullable: true,
        description: 'Milliseconds to wait before trying again; null where trying again does not help.',
      }),
      requestId: t.exposeID('requestId', {
        nullable: true,
        description:
          "The request that was refused, as X-Request-Id names it; null where none was, as in a session's log.",
      }),
      issues: t.expose('issues', {
        type: [inputIssue],
        description: 'Every field that is wrong; empty unless INVALID_REQUEST or INVALID_RESPONSE.',
      }),
    }),
  });
}
