import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import type { ErrorDetails, InputIssue, SessionError } from '../../protocol.ts';
import { component } from './described.ts';
import { errorCode, stage } from './enums.ts';
import { envelope } from './envelope.ts';
import { type Shape, count } from './shape.ts';

const inputIssue = component('InputIssue', DESCRIPTIONS.InputIssue, {
  path: z.string().describe('Where, such as `limit`.'),
  message: z.string(),
} satisfies Shape<InputIssue>);

const errorDetails = component('ErrorDetails', DESCRIPTIONS.ErrorDetails, {
  parentId: z.string().nullable(),
  failedStage: stage.nullable(),
  interactionId: z.string().nullable(),
  retryAfterMs: count.nullable(),
  requestId: z.string().nullable(),
  issues: z.array(inputIssue),
} satisfies Shape<ErrorDetails>);

/** An Error of REST, in a stream or as the answer to a request. */
export const sessionError = component('Error', DESCRIPTIONS.Error, {
  ...envelope('error'),
  sessionId: z.string().nullable().describe('The session; null where none was named.'),
  errorCode,
  message: z.string(),
  fatal: z.boolean(),
  errorDetails,
} satisfies Shape<Omit<SessionError, 'sessionId'> & { readonly sessionId: string | null }>);
