import { z } from 'zod';
import { DESCRIPTIONS } from '../../descriptions.ts';
import { startInput } from '../../session/session-input.ts';
import { component } from './described.ts';
import { interactionType } from './enums.ts';

/** The body of a start, in camelCase: the very fields that the session layer checks, and no others. */
export const startBody = component('StartRequest', DESCRIPTIONS.MatchingSessionInput, startInput.shape);

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

const answer = DESCRIPTIONS.RespondToInteractionInput;

/**
 * The body of an answer, in camelCase. Whether `responseData` fits the question is for the session layer to say, so
 * any object passes here, with its names as they came.
 */
export const respondBody = component('RespondRequest', answer, {
  sessionId: z.string('must be a text'),
  interactionId: z.string('must be a text'),
  responseType: interactionType.describe('The interactionType of its UserInteraction.'),
  responseData: anyObject.meta({ id: RESPONSE_DATA }).describe(answer.fields.response),
});
