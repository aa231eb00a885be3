import { DESCRIPTIONS } from '../descriptions.ts';
import type { ErrorDetails, InputIssue, SessionError } from '../protocol.ts';
import type { Builder } from './builder.ts';
import type { Enums } from './enums.ts';
import type { SessionEventRef } from './session-event.ts';

/** The Error event, which is also what queries and mutations answer with when they fail as expected. */
export function addErrors(builder: Builder, enums: Enums, sessionEvent: SessionEventRef) {
  const errorDetails = addErrorDetails(builder, enums);
  const { description, fields: said } = DESCRIPTIONS.Error;
  return builder.objectRef<SessionError>('Error').implement({
    description,
    interfaces: [sessionEvent],
    fields: (t) => ({
      errorCode: t.expose('errorCode', { type: enums.errorCode, description: said.errorCode }),
      message: t.exposeString('message', { description: said.message }),
      fatal: t.exposeBoolean('fatal', { description: said.fatal }),
      errorDetails: t.expose('errorDetails', {
        type: errorDetails,
        description: `${said.errorDetails} Named apart from ProcessingUpdate.details (a string), so that one selection can hold both; REST calls it details.`,
      }),
    }),
  });
}

function addErrorDetails(builder: Builder, enums: Enums) {
  const inputIssue = builder.objectRef<InputIssue>('InputIssue').implement({
    description: DESCRIPTIONS.InputIssue.description,
    fields: (t) => ({
      path: t.exposeString('path', { description: 'Where, such as `input.limit`.' }),
      message: t.exposeString('message', { description: DESCRIPTIONS.InputIssue.fields.message }),
    }),
  });
  const { description, fields: said } = DESCRIPTIONS.ErrorDetails;
  return builder.objectRef<ErrorDetails>('ErrorDetails').implement({
    description,
    fields: (t) => ({
      parentId: t.exposeID('parentId', { nullable: true, description: said.parentId }),
      failedStage: t.expose('failedStage', { type: enums.stage, nullable: true, description: said.failedStage }),
      interactionId: t.exposeID('interactionId', { nullable: true, description: said.interactionId }),
      retryAfterMs: t.exposeInt('retryAfterMs', { nullable: true, description: said.retryAfterMs }),
      requestId: t.exposeID('requestId', { nullable: true, description: said.requestId }),
      issues: t.expose('issues', { type: [inputIssue], description: said.issues }),
    }),
  });
}
