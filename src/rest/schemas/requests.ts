import { z } from 'zod';
import { startInput } from '../../session/session-input.ts';
import { interactionType } from './enums.ts';

/** The body of a start, in camelCase: the very fields that the session layer checks, and no others. */
export const startBody = z.strictObject(startInput.shape).meta({
  id: 'StartRequest',
  description: 'What to match. A value out of range is invalid_request, and `issues` names every one.',
});

/** The component that `response_data` is described by. */
export const RESPONSE_DATA = 'ResponseData';

/** Zod's own record would leave a field `__proto__` out, so that nobody could refuse it. */
const anyObject = z
  .unknown()
  .refine(
    (given): given is Readonly<Record<string, unknown>> =>
      typeof given === 'object' && given !== null && !Array.isArray(given),
    'must be an object',
  );

/**
 * The body of an answer, in camelCase. Whether `responseData` fits the question is for the session layer to say, so
 * any object passes here, with its names as they came.
 */
export const respondBody = z
  .strictObject({
    sessionId: z.string('must be a text').describe('The session that asked.'),
    interactionId: z.string('must be a text').describe('The interactionId of its UserInteraction.'),
    responseType: interactionType.describe('The interactionType of its UserInteraction.'),
    responseData: anyObject.meta({ id: RESPONSE_DATA }).describe('The answer, of the kind that was asked for.'),
  })
  .meta({ id: 'RespondRequest', description: 'An answer to an open question.' });
