import { DESCRIPTIONS } from '../descriptions.ts';
import type { Builder } from './builder.ts';
import type { Enums } from './enums.ts';

/** The input of a start. Ranges are checked by the session service, which answers INVALID_REQUEST with every issue. */
export function addMatchingInput(builder: Builder, enums: Enums) {
  const { description, fields: said } = DESCRIPTIONS.MatchingSessionInput;
  return builder.inputType('MatchingSessionInput', {
    description,
    fields: (t) => ({
      parentId: t.id({ required: true, description: said.parentId }),
      limit: t.int({ defaultValue: 10, description: said.limit }),
      maxDistanceKm: t.float({ defaultValue: 15, description: said.maxDistanceKm }),
      includeFullCenters: t.boolean({ defaultValue: false, description: said.includeFullCenters }),
      includeExplanations: t.boolean({ defaultValue: true, description: said.includeExplanations }),
      locale: t.field({ type: enums.locale, defaultValue: 'en', description: said.locale }),
      sessionId: t.id({ description: said.sessionId }),
    }),
  });
}

/** The input of an answer. Whether it fits the question is the session service's business: INVALID_RESPONSE. */
export function addRespondInput(builder: Builder) {
  const response = addResponse(builder);
  const { description, fields: said } = DESCRIPTIONS.RespondToInteractionInput;
  return builder.inputType('RespondToInteractionInput', {
    description,
    fields: (t) => ({
      sessionId: t.id({ required: true, description: said.sessionId }),
      interactionId: t.id({ required: true, description: said.interactionId }),
      response: t.field({ type: response, required: true, description: said.response }),
    }),
  });
}

function addResponse(builder: Builder) {
  const confirmation = builder.inputType('ConfirmationResponse', {
    description: DESCRIPTIONS.ConfirmationResponse.description,
    fields: (t) => ({
      confirmed: t.boolean({ required: true, description: DESCRIPTIONS.ConfirmationResponse.fields.confirmed }),
    }),
  });
  const choice = builder.inputType('ChoiceResponse', {
    description: DESCRIPTIONS.ChoiceResponse.description,
    fields: (t) => ({
      value: t.string({ required: true, description: DESCRIPTIONS.ChoiceResponse.fields.value }),
    }),
  });
  return builder.inputType('InteractionResponse', {
    description: 'Exactly one of these: the one that the interactionType asks for, or `decline`.',
    isOneOf: true,
    fields: (t) => ({
      location: t.field({ type: addLocation(builder), description: 'Answers a LOCATION_INPUT.' }),
      confirmation: t.field({ type: confirmation, description: 'Answers a CONFIRMATION.' }),
      choice: t.field({ type: choice, description: 'Answers a CHOICE.' }),
      decline: t.boolean({ description: DESCRIPTIONS.InteractionResponse.fields.decline }),
    }),
  });
}

function addLocation(builder: Builder) {
  const coordinates = builder.inputType('CoordinatesInput', {
    description: 'A point on earth, WGS84.',
    fields: (t) => ({
      latitude: t.float({ required: true, description: DESCRIPTIONS.CoordinatesInput.fields.latitude }),
      longitude: t.float({ required: true, description: DESCRIPTIONS.CoordinatesInput.fields.longitude }),
    }),
  });
  return builder.inputType('LocationResponse', {
    description: 'Exactly one of these.',
    isOneOf: true,
    fields: (t) => ({
      address: t.string({ description: DESCRIPTIONS.LocationResponse.fields.address }),
      coordinates: t.field({ type: coordinates, description: 'For a person who shares their position.' }),
    }),
  });
}
