import type { Builder } from './builder.ts';
import type { Enums } from './enums.ts';

/** The input of a start. Ranges are checked by the session service, which answers INVALID_REQUEST with every issue. */
export function addMatchingInput(builder: Builder, enums: Enums) {
  return builder.inputType('MatchingSessionInput', {
    description: 'What to match. A value out of range is INVALID_REQUEST, and `issues` names every one.',
    fields: (t) => ({
      parentId: t.id({ required: true, description: "A UUID; one of the account's parents, else PARENT_NOT_FOUND." }),
      limit: t.int({ defaultValue: 10, description: 'How many offers at most, 1 to 50.' }),
      maxDistanceKm: t.float({
        defaultValue: 15,
        description: "Kilometres in a straight line around the parent's home: above 0, at most 100.",
      }),
      includeFullCenters: t.boolean({ defaultValue: false, description: 'Whether offers carry their `center`.' }),
      includeExplanations: t.boolean({ defaultValue: true, description: 'Whether matches carry their `details`.' }),
      locale: t.field({
        type: enums.locale,
        defaultValue: 'en',
        description: 'The language of questions, details and warnings.',
      }),
      sessionId: t.id({
        description:
          "8 to 128 of A-Z a-z 0-9 . _ -; a UUID v4 is made where none is given. It is the account's own: two accounts may use the same id and never meet. Name it to make a retry safe: the same id with the same input attaches, with another input it is SESSION_CONFLICT.",
      }),
    }),
  });
}

/** The input of an answer. Whether it fits the question is the session service's business: INVALID_RESPONSE. */
export function addRespondInput(builder: Builder) {
  const response = addResponse(builder);
  return builder.inputType('RespondToInteractionInput', {
    description: 'An answer to an open question.',
    fields: (t) => ({
      sessionId: t.id({ required: true, description: 'The session that asked.' }),
      interactionId: t.id({ required: true, description: 'The interactionId of its UserInteraction.' }),
      response: t.field({ type: response, required: true, description: 'The answer, of the kind that was asked for.' }),
    }),
  });
}

function addResponse(builder: Builder) {
  const confirmation = builder.inputType('ConfirmationResponse', {
    description: 'Answers a CONFIRMATION.',
    fields: (t) => ({ confirmed: t.boolean({ required: true, description: 'Yes or no.' }) }),
  });
  const choice = builder.inputType('ChoiceResponse', {
    description: 'Answers a CHOICE.',
    fields: (t) => ({
      value: t.string({ required: true, description: "The `value` of one of the question's options." }),
    }),
  });
  return builder.inputType('InteractionResponse', {
    description: 'Exactly one of these: the one that the interactionType asks for, or `decline`.',
    isOneOf: true,
    fields: (t) => ({
      location: t.field({ type: addLocation(builder), description: 'Answers a LOCATION_INPUT.' }),
      confirmation: t.field({ type: confirmation, description: 'Answers a CONFIRMATION.' }),
      choice: t.field({ type: choice, description: 'Answers a CHOICE.' }),
      decline: t.boolean({
        description:
          'Only true is valid: the person would rather not say. The run goes on as for a place that was not found, with a warning.',
      }),
    }),
  });
}

function addLocation(builder: Builder) {
  const coordinates = builder.inputType('CoordinatesInput', {
    description: 'A point on earth, WGS84.',
    fields: (t) => ({
      latitude: t.float({ required: true, description: 'Degrees, -90 to 90.' }),
      longitude: t.float({ required: true, description: 'Degrees, -180 to 180.' }),
    }),
  });
  return builder.inputType('LocationResponse', {
    description: 'Exactly one of these.',
    isOneOf: true,
    fields: (t) => ({
      address: t.string({ description: 'As one would write it on a letter, on one line.' }),
      coordinates: t.field({ type: coordinates, description: 'For a person who shares their position.' }),
    }),
  });
}
