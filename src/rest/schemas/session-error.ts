import { z } from 'zod';
import type { ErrorDetails, InputIssue, SessionError } from '../../protocol.ts';
import { errorCode, stage } from './enums.ts';
import { envelope } from './envelope.ts';
import { type Shape, count } from './shape.ts';

const inputIssue = z
  .strictObject({
    path: z.string().describe('Where, such as `limit`.'),
    message: z.string().describe('What is wrong and what is allowed; never the value given.'),
  } satisfies Shape<InputIssue>)
  .meta({ id: 'InputIssue', description: 'One thing that is wrong with an input.' });

const errorDetails = z
  .strictObject({
    parentId: z.string().nullable().describe('The parent that was asked for, where there is one.'),
    failedStage: stage.nullable().describe('The stage that the run was in; null where none had begun.'),
    interactionId: z.string().nullable().describe('The question concerned.'),
    retryAfterMs: count
      .nullable()
      .describe('Milliseconds to wait before trying again; null where trying again does not help.'),
    requestId: z
      .string()
      .nullable()
      .describe("The request that was refused, as X-Request-Id names it; null where none was, as in a session's log."),
    issues: z
      .array(inputIssue)
      .describe('Every field that is wrong; empty unless invalid_request or invalid_response.'),
  } satisfies Shape<ErrorDetails>)
  .meta({ id: 'ErrorDetails', description: 'What is known of an error besides its code.' });

/** An Error of REST, in a stream or as the answer to a request. */
export const sessionError = z
  .strictObject({
    ...envelope('error'),
    sessionId: z.string().nullable().describe('The session; null where none was named.'),
    errorCode: errorCode.describe('For programs.'),
    message: z.string().describe('For people, in English: what was wrong and what to do. Never an address or a cause.'),
    fatal: z
      .boolean()
      .describe(
        'True: nothing follows on this stream. With a sequence above 0 the session has ended too. Always true outside a stream.',
      ),
    errorDetails: errorDetails.describe('What is known besides.'),
  } satisfies Shape<Omit<SessionError, 'sessionId'> & { readonly sessionId: string | null }>)
  .meta({
    id: 'Error',
    description:
      'Something that went wrong and is expected. sessionId is the one that was asked for, or was made for the start that failed.',
  });
