import type { MatchingInput, Point } from '../protocol.ts';
import type { DescribedType } from './described.ts';

/** What a start and an answer are given. */
export const INPUTS = {
  MatchingSessionInput: {
    description: 'What to match. A value out of range is INVALID_REQUEST, and `issues` names every one.',
    fields: {
      parentId: "A UUID; one of the account's parents, else PARENT_NOT_FOUND.",
      limit: 'How many offers at most, 1 to 50.',
      maxDistanceKm: "Kilometres in a straight line around the parent's home: above 0, at most 100.",
      includeFullCenters: 'Whether offers carry their `center`.',
      includeExplanations: 'Whether offers are explained: `details`, `explanation` and `counterfactuals`.',
      locale: 'The language of questions, details and warnings.',
      sessionId:
        "8 to 128 of A-Z a-z 0-9 . _ -; a UUID v4 is made where none is given. It is the account's own: two accounts may use the same id and never meet. Name it to make a retry safe: the same id with the same input attaches, with another input it is SESSION_CONFLICT.",
    },
  } satisfies DescribedType<MatchingInput & { readonly sessionId: unknown }>,
  RespondToInteractionInput: {
    description: 'An answer to an open question.',
    fields: {
      sessionId: 'The session that asked.',
      interactionId: 'The interactionId of its UserInteraction.',
      response: 'The answer, of the kind that was asked for.',
    },
  },
  LocationResponse: {
    fields: { address: 'As one would write it on a letter, on one line; 1 to 256 characters.' },
  },
  CoordinatesInput: {
    fields: { latitude: 'Degrees, -90 to 90.', longitude: 'Degrees, -180 to 180.' },
  } satisfies Pick<DescribedType<Point>, 'fields'>,
  ConfirmationResponse: {
    description: 'Answers a CONFIRMATION.',
    fields: { confirmed: 'Yes or no.' },
  },
  ChoiceResponse: {
    description: 'Answers a CHOICE.',
    fields: { value: "The `value` of one of the question's options." },
  },
  InteractionResponse: {
    fields: {
      decline:
        'Only true is valid: the person would rather not say. The run goes on as for a place that was not found, with a warning.',
    },
  },
} as const;
